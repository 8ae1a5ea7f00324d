"""Files of a site that cannot be on one disk."""

from collections import Counter
from collections.abc import Sequence

from hub_launch.errors import ExitCode, HubError


def refuse_shadows(paths: Sequence[str]) -> None:
    """Raise HubError if two of `paths` are one, or one is a folder of another.

    Compared without case: the site may be copied to a disk that knows none.
    """
    lower = [path.lower() for path in paths]
    different = frozenset(lower)
    if len(different) < len(paths):
        raise HubError(_twins(paths), code=ExitCode.INTERNAL)
    if shadowed := sorted(_folders(lower) & different):
        raise HubError(f"{shadowed[0]} would be a file and a folder of the site", code=ExitCode.INTERNAL)


def _folders(paths: Sequence[str]) -> set[str]:
    """All that are above `paths`, the site itself not."""
    folders: set[str] = set()
    above = {path.rpartition("/")[0] for path in paths}
    while above := above - folders - {""}:
        folders |= above
        above = {folder.rpartition("/")[0] for folder in above}
    return folders


def _twins(paths: Sequence[str]) -> str:
    kept = {path.lower(): path for path in paths}
    if twins := sorted(set(paths) - set(kept.values())):
        return f"{twins[0]} and another file of the site differ by case alone"
    return f"two files of the site are called {Counter(paths).most_common(1)[0][0]}"
