"""Files of a site that cannot be on one disk."""

from collections import Counter
from collections.abc import Sequence

from hub_launch.errors import ExitCode, HubError


def refuse_shadows(paths: Sequence[str]) -> None:
    """Raise HubError if two of `paths` are one, or one is a folder of another.

    Compared without case: the site may be copied to a disk that knows none.
    """
    lower = {path.lower(): path for path in paths}
    if len(lower) < len(paths):
        twins = sorted(set(paths) - set(lower.values()))
        if not twins:
            raise HubError(f"two files of the site are called {_twice(paths)}", code=ExitCode.INTERNAL)
        raise HubError(f"{twins[0]} and another file of the site differ by case alone", code=ExitCode.INTERNAL)
    folders: set[str] = set()
    for path in lower:
        # What is above a folder that was seen was seen with it.
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    if shadowed := sorted(folders & lower.keys()):
        raise HubError(f"{shadowed[0]} would be a file and a folder of the site", code=ExitCode.INTERNAL)


def _twice(paths: Sequence[str]) -> str:
    return Counter(paths).most_common(1)[0][0]
