"""Files of a site that cannot be on one disk."""

from collections import Counter
from collections.abc import Sequence

from hub_launch.errors import ExitCode, HubError


def refuse_shadows(paths: Sequence[str]) -> None:
    """Raise HubError if two of `paths` are one, or one is a folder of another.

    Compared without case: the site may be copied to a disk that knows none.
    """
    lower = {path.lower() for path in paths}
    if len(lower) < len(paths):
        raise HubError(_twins(paths), code=ExitCode.INTERNAL)
    folders: set[str] = set()
    for folder in {path.rpartition("/")[0] for path in lower}:
        path = folder
        # What is above a folder that was seen was seen with it.
        while path and path not in folders:
            folders.add(path)
            path = path.rpartition("/")[0]
    if shadowed := sorted(folders & lower):
        raise HubError(f"{shadowed[0]} would be a file and a folder of the site", code=ExitCode.INTERNAL)


def _twins(paths: Sequence[str]) -> str:
    kept = {path.lower(): path for path in paths}
    if twins := sorted(set(paths) - set(kept.values())):
        return f"{twins[0]} and another file of the site differ by case alone"
    return f"two files of the site are called {Counter(paths).most_common(1)[0][0]}"
