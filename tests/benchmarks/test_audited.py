"""Whether a soak's hub still writes down what is called."""

import pytest
from soaking.audited import told_since

NOW = "2026-11-22T08:00:07"


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (None, False),
        ("", False),
        ('{"time":"2026-11-22T07:17:09.757Z"}\n', False),
        ('{"time":"2026-11-22T07:17:09.757Z"}\n{"time":"2026-11-22T08:00:07.1', False),
        ('{"time":"2026-11-22T07:17:09.757Z"}\n{"time":"2026-11-22T08:00:07.104Z"}\n', True),
    ],
    ids=["none", "empty", "long ago", "half a line", "now"],
)
def test_the_last_whole_line_says_since_when_nothing_was_written(tmp_path, log, told):
    if log is not None:
        (tmp_path / "audit.jsonl").write_text(log)
    assert told_since(tmp_path / "audit.jsonl", NOW) is told
