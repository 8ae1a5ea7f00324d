"""The user's own entries, with what other registries have to say about their ids."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hub_launch.catalog import Entry, to_server
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.overlay import EPHEMERAL, OVERLAY
from hub_launch.index.registries import BROWSE_SECONDS, Registries
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.judge.findings import Finding
    from hub_launch.judge.overlay import Ephemeral, Overlay, Published


def overlay_of(settings: Settings) -> "Overlay":
    """The user's own entries; ids that other registries use are taken."""
    # Here: the checks take a quarter of a second to import.
    from hub_launch.judge.overlay import Overlay

    return Overlay(settings.overlay_dir, _taken(settings, OVERLAY))


class Memory:
    """The entries of one running hub that are in no file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._overlay: Ephemeral | None = None

    def overlay(self) -> "Ephemeral":
        """Where they are; made when the first is published."""
        if self._overlay is None:
            from hub_launch.judge.overlay import Ephemeral

            self._overlay = Ephemeral(self._settings.overlay_dir, _taken(self._settings, EPHEMERAL))
        return self._overlay

    def entries(self) -> Sequence[Entry]:
        """All of them."""
        return self._overlay.read()[0] if self._overlay else ()

    def documents(self) -> list[Mapping[str, Any]]:
        """The same, for another process; catalog.from_server reads them."""
        return [to_server(one) for one in self.entries()]

    def publish(self, entry: str, *, is_json: bool, replace: str) -> Mapping[str, Any]:
        """Judge and keep one, and say what there is to say, for another process. Raises HubError."""
        from hub_launch.judge.overlay import Rejected

        try:
            published = published_in(self.overlay(), entry.encode(), is_json=is_json, replace=replace)
        except Rejected as rejected:
            return {"published": False, "findings": documents(rejected.findings)}
        return {"published": True, "id": published.entry.id, "findings": documents(published.findings)}

    def unpublish(self, name: str) -> None:
        """Forget one. Raises HubError (exit 2)."""
        if name not in {one.id for one in self.entries()}:
            raise HubError(f"There is no entry {name} of your own", code=ExitCode.USAGE)
        self.overlay().remove(name)


def published_in(overlay: "Overlay", data: bytes, *, is_json: bool, replace: str) -> "Published":
    """Put an entry there, in the place of another if that is named. Raises Rejected and HubError."""
    if replace:
        return overlay.replace(replace, data, is_json=is_json)
    return overlay.publish(data, is_json=is_json)


def documents(findings: "Sequence[Finding]") -> list[dict[str, Any]]:
    """Findings for programs."""
    return [
        {"severity": one.severity.name, "file": one.file, "line": one.line, "message": one.message, "hint": one.hint}
        for one in findings
    ]


def _taken(settings: Settings, own: str) -> Callable[[str], str]:
    def taken(name: str) -> str:
        registries = Registries.open(settings, BROWSE_SECONDS).registries
        return ", ".join(one.name for one in registries if one.name != own and one.knows(name))

    return taken
