"""From a bundle's manifest and the user's values to a command. Pure but for looking at the bundle's own files."""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hub_launch.errors import ExitCode, HubError
from hub_launch.install.bundle_settings import VARIABLE, settings_of
from hub_launch.install.manifest import Manifest, McpConfig

_SETTING = "user_config."

# Between several values where only one word fits; the specification is silent.
_BETWEEN = ","

_PYTHONS = ("python", "python3", "python.exe", "py")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bundle is started. folder: the bundle's. runtime: the path of `node` or `python`, asked when needed."""

    folder: Path
    platform: str
    home: str
    runtime: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Command:
    """What to start. env: what the manifest adds to the child's variables. secrets: never to be shown."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    secrets: frozenset[str]


def command_of(
    server: str,
    manifest: Manifest,
    given: Mapping[str, Sequence[str]],
    fixed: Sequence[str],
    place: Place,
    variables: Container[str] = (),
) -> Command:
    """The command of the bundle's server.

    given: the entry's parameters -> values. fixed: words after the manifest's own. variables: names among `given` that
    are the server's variables, and need not be settings too. Raises HubError: made for other platforms, a setting that
    is missing or wrong (exit 2), or a command whose program is not in the bundle.
    """
    platforms = manifest.compatibility.platforms
    if platforms is not None and place.platform not in platforms:
        raise HubError(f"{server}: the bundle is for {', '.join(platforms) or 'no platform'}, not for {place.platform}")
    places = _places(place)
    settings = settings_of(server, manifest, given, places, variables)
    fill = _Filler(settings, places)
    config = _config(server, manifest, place)
    words = [word for arg in config.args for word in fill.words(arg)]
    env = {name: value for name, text in config.env.items() if (value := fill.one(text)) is not None}
    argv = (
        _program(server, manifest, fill.one(config.command) or "", place),
        *_absolute(words, manifest, place),
        *fixed,
    )
    secret = [value for key, values in settings.items() if manifest.user_config[key].sensitive for value in values]
    return Command(argv, env, frozenset(filter(None, secret)))


def _config(server: str, manifest: Manifest, place: Place) -> McpConfig:
    if manifest.server.type != "uv":
        if manifest.server.mcp_config is None:
            raise ValueError("the manifest has been checked")
        return manifest.server.mcp_config.on(place.platform)
    written = manifest.server.mcp_config.on(place.platform) if manifest.server.mcp_config else None
    if written is None:
        return McpConfig(command="python", args=(manifest.server.entry_point,))
    # `uv run --directory ... <entry point> <its arguments>`: the environment is made already.
    at = next((n for n, word in enumerate(written.args) if _is_entry(word, manifest)), None)
    if written.command != "uv" or at is None:
        raise HubError(f"{server}: the bundle is started by {written.command!r} in a way that is not known")
    return written.model_copy(update={"args": (manifest.server.entry_point, *written.args[at + 1 :])})


def _is_entry(word: str, manifest: Manifest) -> bool:
    return _plain(word) == _plain(manifest.server.entry_point)


def _plain(word: str) -> str:
    return str(PurePosixPath(word.removeprefix("${__dirname}/")))


def _program(server: str, manifest: Manifest, command: str, place: Place) -> str:
    """The absolute path of what is run: the runtime that the type names, or a file of the bundle."""
    kind = manifest.server.type
    if (kind == "node" and command in ("node", "node.exe")) or (kind == "python" and command in _PYTHONS):
        return place.runtime(kind)
    if kind == "uv":
        return place.runtime("uv")
    path = (place.folder / command).resolve()
    if kind != "node" and path.is_file() and path.is_relative_to(place.folder.resolve()):
        return str(place.folder / command)
    raise HubError(
        f"{server}: the bundle would run {command!r}, which is not in it",
        "a bundle of its kind brings its program with it; tell its publisher",
        ExitCode.REGISTRY,
    )


def _absolute(words: Sequence[str], manifest: Manifest, place: Place) -> list[str]:
    """`words` with a relative path to the entry point made absolute: servers are started in a folder of their own."""
    entry = manifest.server.entry_point
    return [str(place.folder / word) if _plain(word) == _plain(entry) else word for word in words]


def _places(place: Place) -> dict[str, str]:
    home = Path(place.home)
    return {
        "__dirname": str(place.folder),
        "HOME": place.home,
        "DESKTOP": str(home / "Desktop"),
        "DOCUMENTS": str(home / "Documents"),
        "DOWNLOADS": str(home / "Downloads"),
        "pathSeparator": "\\" if place.platform == "win32" else "/",
        "/": "\\" if place.platform == "win32" else "/",
    }


@dataclass(frozen=True, slots=True)
class _Filler:
    """Puts values in place of `${...}`, once: what a user gives is never read for more of them."""

    settings: Mapping[str, Sequence[str]]
    places: Mapping[str, str]

    def words(self, text: str) -> list[str]:
        """The words that an argument becomes: as many as its one setting has values."""
        whole = VARIABLE.fullmatch(text)
        if whole and whole[1].startswith(_SETTING):
            return list(self._of(whole[1]))
        return [VARIABLE.sub(self._value, text)]

    def one(self, text: str) -> str | None:
        """The text with everything filled in; None for a single setting without a value."""
        whole = VARIABLE.fullmatch(text)
        if whole and whole[1].startswith(_SETTING) and not self._of(whole[1]):
            return None
        return VARIABLE.sub(self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith(_SETTING):
            return _BETWEEN.join(self._of(name))
        return self.places.get(name, match[0])

    def _of(self, name: str) -> Sequence[str]:
        return self.settings.get(name.removeprefix(_SETTING), ())
