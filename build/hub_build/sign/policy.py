"""The rules of signing, each with its reason."""

from datetime import UTC, datetime, timedelta

ROOT_KEYS = 3
"""Held by different people, off line."""
ROOT_THRESHOLD = 2
"""One key that is lost stops nobody, one that is stolen changes nothing."""

ROOT_DAYS = timedelta(days=365)
"""A ceremony a year keeps its guide tested and its keys within reach."""
TARGETS_DAYS = timedelta(days=90)
"""The registry changes far more often; if nothing at all is published for so long, something is wrong."""
SNAPSHOT_DAYS = TARGETS_DAYS
"""The same key signs both at the same moment: two dates would be two alarms for one fault."""
TIMESTAMP_DAYS = timedelta(days=14)
"""How long a network can hide what is new. It is signed again every day: a fortnight of failing jobs is noticed."""

RENEW_BEFORE = timedelta(days=30)
"""The daily job signs targets and snapshot again when less than this is left: a month of failures is survived."""

TIMESTAMP_RENEW_BEFORE = timedelta(days=7)
"""Publishing what was published already signs nothing, unless the daily job has failed for half of a fortnight."""

DEVELOPMENT_EXPIRES = datetime(2046, 1, 1, tzinfo=UTC)
"""The development root is in the source, the same bytes for everybody, and no date may break the tests."""

KEPT_INDEXES = 4
"""Copies of the index that stay published: networks keep a timestamp for minutes, and publishing takes longer."""
