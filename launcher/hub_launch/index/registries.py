"""Several registries as one: an id means the first that has it, and the user is told where another has it too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from hub_launch.catalog import Entry, IndexRow, Profile
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.overlay import EPHEMERAL, OVERLAY, MemorySource, OverlaySource, has_entries
from hub_launch.index.places import Place, places
from hub_launch.index.registry import Registry
from hub_launch.settings import Settings

# For finding and reading: hosts of static files keep an answer as long themselves. Who starts servers asks each time.
BROWSE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Found:
    """A server of one of the registries."""

    registry: Registry
    row: IndexRow
    hidden: tuple[str, ...] = ()
    """Addresses of other servers of that id, in registries that come later."""

    @property
    def address(self) -> str:
        """How to name this one and no other."""
        return f"{self.registry.name}/{self.row.id}"

    def entry(self) -> Entry:
        """See Registry.entry."""
        return self.registry.entry(self.row)


class Registries:
    """The registries that the settings name, best first."""

    def __init__(self, registries: Sequence[Registry]) -> None:
        self.registries = registries

    @classmethod
    def open(
        cls,
        settings: Settings,
        max_age: float = 0,
        wanted: Sequence[str] = (),
        instead: Sequence[Place] | None = None,
        memory: Sequence[Entry] = (),
    ) -> "Registries":
        """Read them all, or, where all that is wanted names its registry (`name/id`), those alone.

        instead: the registries to read if the settings name none. memory: entries that a running hub has besides.
        Raises HubError (exit 3) if one cannot be read: left out for that, it could let an id mean a stranger's server
        of the same name.
        """
        found = [*(places(settings) if instead is None or settings.registry else instead), *_own(settings)]
        found += [Place(EPHEMERAL, "")] if memory else []
        if not found:
            raise HubError(
                "There is no registry to read: the built-in one was removed, and no other was added",
                "`hub-launch registry add NAME PLACE`, or `hub-launch registry add public`",
                ExitCode.REGISTRY,
            )
        return cls([_opened(place, settings, max_age, memory) for place in _asked(found, wanted)])

    @property
    def notices(self) -> list[str]:
        """What the user should know about how they were read."""
        return [notice for registry in self.registries for notice in registry.notices]

    def resolve(self, wanted: str, *, withdrawn: bool = False) -> Found:
        """The server for `id`, `id@version`, an official `namespace/name`, or any of them as `registry/...`.

        Raises HubError as Registry.resolve does.
        """
        name, slash, rest = wanted.partition("/")
        chosen = next((one for one in self.registries if slash and one.name == name), None)
        if chosen:
            return Found(chosen, chosen.resolve(rest, withdrawn=withdrawn))
        typed = wanted.partition("@")[0]
        knowing = [one for one in self.registries if one.knows(typed)] or [self._closest(typed)]
        _require_one_meaning(typed, knowing)
        row = knowing[0].resolve(wanted, withdrawn=withdrawn)
        return Found(knowing[0], row, tuple(self._others(row, knowing[1:], typed)))

    def resolve_all(self, wanted: Sequence[str]) -> list[Found]:
        """The servers for several ids, each once, in the order given."""
        found = (self.resolve(one) for one in wanted)
        return list({one.address: one for one in found}.values())

    def profile(self, name: str) -> tuple[Registry, Profile]:
        """The set of servers with that id, of the first registry that has one. Raises HubError (exit 2)."""
        known = {one.id: (registry, one) for registry in reversed(self.registries) for one in registry.index.profiles}
        if name not in known:
            close = get_close_matches(name, known, n=1)
            there = f"there are {', '.join(sorted(known))}" if known else "there is none"
            hint = f"did you mean {close[0]}? {there}" if close else there
            raise HubError(f"No profile {name!r} in the registry", hint, ExitCode.USAGE)
        return known[name]

    def search(self, words: Sequence[str], limit: int | None = None) -> tuple[int, list[Found]]:
        """How many servers contain every word and may be started, and the best of them, registry by registry."""
        hits = [(one, one.index.search(words, limit)) for one in self.registries]
        found = [Found(registry, row) for registry, some in hits for row in some.rows]
        return sum(some.total for _, some in hits), found[:limit]

    def all(self) -> list[Found]:
        """Every server that may be started, by registry and id."""
        return [Found(one, row) for one in self.registries for row in one.index.servers if row.status != "withdrawn"]

    def _others(self, row: IndexRow, registries: Iterable[Registry], typed: str) -> Iterable[str]:
        for registry in registries:
            other = registry.index.find(registry.index.lists.current_id(typed))
            # The same document under two roofs is no question.
            if other and other.sha256 != row.sha256:
                yield f"{registry.name}/{other.id}"

    def _closest(self, typed: str) -> Registry:
        """Of registries that do not have it, the one that says so: the first that has something like it."""
        return next((one for one in self.registries if one.similar(typed)), self.registries[0])

    def shadowed(self, found: Found) -> bool:
        """Whether plain `id` means another server than this one."""
        return next(one for one in self.registries if one.knows(found.row.id)) is not found.registry


def _own(settings: Settings) -> list[Place]:
    """The user's own entries, if there are any; last, since they hide nothing."""
    return [Place(OVERLAY, str(settings.overlay_dir))] if has_entries(settings.overlay_dir) else []


def _opened(place: Place, settings: Settings, max_age: float, memory: Sequence[Entry]) -> Registry:
    if place.name == EPHEMERAL:
        return Registry(MemorySource(memory), EPHEMERAL)
    if place.name == OVERLAY:
        return Registry(OverlaySource(settings.overlay_dir), OVERLAY)
    return Registry.open(place, settings.cache_dir, max_age)


def _require_one_meaning(typed: str, knowing: Sequence[Registry]) -> None:
    """Raise HubError (exit 2) for an id that an entry of the user's own shares with somebody else's server."""
    others = [one.name for one in knowing if one.name not in (OVERLAY, EPHEMERAL)]
    if others and len(others) < len(knowing):
        raise HubError(
            f"{typed} is an entry of your own, and a server of {others[0]} too: it is not clear which is meant",
            f"`{OVERLAY}/{typed}` is yours; to start the other, `hub-launch unpublish {typed}` first",
            ExitCode.USAGE,
        )


def _asked(found: Sequence[Place], wanted: Sequence[str]) -> Sequence[Place]:
    """The places that decide what `wanted` means."""
    names = {place.name for place in found}
    meant = {name for name, slash, _ in (one.partition("/") for one in wanted) if slash and name in names}
    addressed = all(one.partition("/")[0] in meant for one in wanted)
    return [place for place in found if place.name in meant] if wanted and addressed else found
