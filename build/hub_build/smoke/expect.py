"""Whether an answer shows what the entry expects of it. Pure."""

from hub_launch.catalog.entry import Expect
from hub_launch.judge.findings import quoted


def missing_in(text: str, expect: Expect | None, *, is_error: bool) -> str:
    """What the answer lacks, in words; empty when it shows everything.

    text: all text of the answer. is_error: the tool said that it failed.
    """
    wanted = expect or Expect()
    if is_error and not wanted.is_error:
        return f"it failed: {quoted(text)}"
    if wanted.is_error and not is_error:
        return f"it was meant to fail, and answered {quoted(text)}"
    if wanted.contains is not None and wanted.contains not in text:
        return f"{quoted(wanted.contains)} is not in the answer {quoted(text)}"
    return ""
