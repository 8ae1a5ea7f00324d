import pytest
from pydantic import ValidationError

from hub_launch.catalog.lock import MAX_SETS, Pin, Way
from hub_launch.guard.pins import same, with_tools_of

HASH = "0" * 64
PINNED = {"tools_sha256": HASH, "tools_sha256_with": {"roots": HASH}}
WAYS = (Way(kind="npm"),)


def test_tools_stay_pinned_over_a_new_version():
    before, now = Pin(title="Mail", version="1", ways=WAYS, **PINNED), Pin(title="Mail", version="2", ways=WAYS)
    assert with_tools_of(before, now) == Pin(title="Mail", version="2", ways=WAYS, **PINNED)
    assert with_tools_of(None, now) == now


def test_pinned_tools_are_no_other_server():
    assert same(Pin(title="Mail", ways=WAYS, **PINNED), Pin(title="Mail", ways=WAYS))


@pytest.mark.parametrize(
    "sets", [{"../roots": HASH}, {"": HASH}, {"a" * 257: HASH}, {f"{'a' * n}": HASH for n in range(1, MAX_SETS + 2)}]
)
def test_sets_that_cannot_be_ours_are_refused(sets):
    with pytest.raises(ValidationError):
        Pin(title="Mail", ways=WAYS, tools_sha256_with=sets)
