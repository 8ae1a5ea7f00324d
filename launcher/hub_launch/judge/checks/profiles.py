"""Profiles: each in its place, of servers that are there, with parameters that these have."""

from collections.abc import Iterator

from hub_launch.catalog import Entry, Profile
from hub_launch.judge.checks.parts import alternatives_of, did_you_mean, inputs_of
from hub_launch.judge.checks.schema import violations
from hub_launch.judge.contract import profile_schema
from hub_launch.judge.findings import Finding, quoted
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import ProfileFile, Registry, Source


def check(registry: Registry) -> Iterator[Finding]:
    """Each file of `profiles/` keeps to its schema and its name, and starts servers of the registry."""
    sources = {source.text("id"): source for source in registry.sources}
    for file in registry.profiles:
        yield from file.unreadable
        if file.loaded is None:
            continue
        yield from file.loaded.findings
        if file.errors is not None:
            yield from violations(file.loaded, file.errors, profile_schema())
        elif file.profile is not None:
            yield from _name(file.loaded, file, file.profile)
            # An entry that could not be read may well be the one that is meant.
            yield from () if registry.unreadable else _servers(file.loaded, file.profile, sources)


def _name(loaded: Loaded, file: ProfileFile, profile: Profile) -> Iterator[Finding]:
    if file.path.name != f"{profile.id}.yaml":
        message = f"`id`: {quoted(profile.id)} is not the name of the file, {quoted(file.path.name)}"
        yield loaded.finding(("id",), "file-name", message, f"rename the file to {profile.id}.yaml")


def _servers(loaded: Loaded, profile: Profile, sources: dict[str, Source]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, one in enumerate(profile.servers):
        place = ("servers", number, "id")
        source = sources.get(one.id)
        if source is None:
            hint = did_you_mean(one.id, set(sources)) or "name the id of a server"
            yield loaded.finding(place, "profile-server", f"{quoted(one.id)} is no server", hint)
        elif one.id in seen:
            yield loaded.finding(place, "profile-server", f"{quoted(one.id)} is there already", "keep one of the two")
        elif source.entry is not None:
            yield from _arguments(loaded, number, one.arguments or {}, source.entry)
        seen.add(one.id)


def _arguments(loaded: Loaded, number: int, given: dict[str, tuple[str, ...]], entry: Entry) -> Iterator[Finding]:
    inputs = [found for one in alternatives_of(entry) for found in inputs_of(one)]
    known = {name: declared for _, name, declared in inputs if declared.value is None}
    for name in given:
        place = ("servers", number, "arguments", name)
        if name not in known:
            message = f"{quoted(entry.id)} has no parameter {quoted(name)}"
            hint = did_you_mean(name, set(known)) or "name one that the entry asks for"
            yield loaded.finding(place, "parameter-unknown", message, hint, key=True)
        elif known[name].is_secret:
            message = f"{quoted(name)} of {quoted(entry.id)} is a secret: one that everybody can read is none"
            yield loaded.finding(
                place, "secret-given", message, "remove it: each user has a value of their own", key=True
            )
