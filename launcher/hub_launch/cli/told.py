"""What another process on this machine is told, which has neither this one's environment nor its folder."""

from pathlib import Path

from hub_launch.index.places import is_known
from hub_launch.settings import Settings


def registry_words(settings: Settings) -> tuple[str, ...]:
    """The options that name the registry that is read here; none where it is the user's usual ones."""
    if not settings.registry:
        return ()
    name = settings.registry
    place = name if "://" in name or is_known(settings, name) else str(Path(name).expanduser().absolute())
    root = ("--root", str(settings.root.absolute())) if settings.root else ()
    return ("--registry", place, *root, *(("--unsigned",) if settings.unsigned else ()))
