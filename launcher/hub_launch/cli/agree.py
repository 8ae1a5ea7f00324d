"""Having what would run agreed to: once for each server as it is, and again for what has changed."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from hub_launch.catalog.lock import Lock, Pin
from hub_launch.cli.prepare import Prepared, Unplanned
from hub_launch.cli.shutting import tier_in_words
from hub_launch.cli.terminal import Terminal
from hub_launch.config.defaults import NAMES
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.approval import Seal
from hub_launch.guard.consent import Asked, approve
from hub_launch.guard.lockfile import LockFile
from hub_launch.guard.pins import pin_of, portable_differences, same, with_tools_of
from hub_launch.index.registries import Found
from hub_launch.install import is_installable
from hub_launch.plan import Launch
from hub_launch.settings import Settings


def agree(prepared: Prepared, settings: Settings, terminal: Terminal, argv: Sequence[str], *, approved: bool) -> None:
    """Show what was not agreed to yet, have it agreed to, and remember that. Raises HubError (exit 4)."""
    asked = _unknown(prepared, settings)
    if not asked:
        return
    command = f"hub-launch {shlex.join(argv)} --yes"
    approve(
        asked,
        approved=approved,
        show=terminal.note,
        ask=terminal.ask if terminal.interactive else None,
        command=command,
    )
    remember(asked, settings, terminal)


def agreed(prepared: Prepared, settings: Settings, terminal: Terminal, *, approved: bool) -> Prepared:
    """The servers that were agreed to, for a hub whose user cannot be asked: the others say how to agree to them.

    Raises HubError (exit 4) if none was. approved: all are agreed to by that (`--yes`).
    """
    asked = _unknown(prepared, settings)
    if asked and approved:
        approve(asked, approved=True, show=terminal.note, ask=None, command="")
        remember(asked, settings, terminal)
        return prepared
    refused = {one.launch.id: _refusal(one, settings) for one in asked}
    launches = tuple(launch for launch in prepared.launches if launch.id not in refused)
    if refused and not launches:
        raise next(iter(refused.values()))
    unplanned = [Unplanned(one.launch.id, one.launch.title, one.launch.kind, refused[one.launch.id]) for one in asked]
    return replace(prepared, launches=launches, unplanned=(*prepared.unplanned, *unplanned))


def not_agreed(prepared: Prepared, settings: Settings) -> frozenset[str]:
    """The ids of those that were not agreed to as they are."""
    return frozenset(one.launch.id for one in _unknown(prepared, settings))


def all_asked(prepared: Prepared, settings: Settings) -> tuple[Asked, ...]:
    """Every server, as it is shown before it is agreed to."""
    pins = LockFile(settings.lock_path).read().servers
    found = {launch.id: one for launch, one in prepared.found}
    return tuple(_asked(launch, found.get(launch.id), pins, settings) for launch in prepared.launches)


def remember(asked: Sequence[Asked], settings: Settings, terminal: Terminal) -> None:
    """Write into the lock that these were agreed to. Where that cannot be kept, it holds for this run alone."""
    try:
        _write(asked, settings, terminal)
    except HubError as error:
        terminal.note(f"note: you will be asked again: {error.message}")


def _write(asked: Sequence[Asked], settings: Settings, terminal: Terminal) -> None:
    seal, today = Seal.of_user(settings.seal_path), date.today()  # noqa: DTZ011 (the user's own day)

    if seal.problem:
        terminal.note(f"note: you will be asked again: {seal.problem}")

    def change(lock: Lock) -> Lock:
        new = {one.launch.id: seal.approve(one.launch.id, one.now, today) for one in asked if one.now}
        return lock.model_copy(update={"servers": {**lock.servers, **new}})

    LockFile(settings.lock_path).change(change)


def agreed_versions(settings: Settings) -> dict[str, str]:
    """The versions in the lock, by id."""
    pins = LockFile(settings.lock_path).read().servers
    return {name: pin.version for name, pin in pins.items() if pin.version}


def require_locked(prepared: Prepared, settings: Settings) -> None:
    """Raise HubError (exit 4) unless each server is what the lock says, but for where things are on this machine."""
    for one in all_asked(prepared, settings):
        if one.before is None:
            raise HubError(
                f"{one.launch.id} is not in {settings.lock_path}",
                f"`{_locking(one.launch.id, settings)}` puts it there",
                ExitCode.CONSENT,
            )
        if one.now and (differ := tuple(portable_differences(one.before, one.now))):
            raise HubError(
                f"{one.launch.id} is not what {settings.lock_path} says: {'; '.join(differ)}",
                f"`{_locking(one.launch.id, settings)}` takes it as it is now",
                ExitCode.CONSENT,
            )


def _unknown(prepared: Prepared, settings: Settings) -> tuple[Asked, ...]:
    seal = Seal.of_user(settings.seal_path)
    return tuple(one for one in all_asked(prepared, settings) if not _known(one, seal))


def _known(asked: Asked, seal: Seal) -> bool:
    before, now = asked.before, asked.now
    return bool(before and now and same(before, now) and seal.holds(asked.launch.id, before))


def _asked(launch: Launch, found: Found | None, pins: Mapping[str, Pin], settings: Settings) -> Asked:
    before = pins.get(launch.id)
    # What it offers stays pinned over a new version: other tools are agreed to by themselves.
    now = with_tools_of(before, pin_of(launch, found))
    return Asked(
        launch,
        publisher=_publisher(found) if found else "",
        packages=lambda one: settings.packages_dir if is_installable(one) else None,
        tier=tier_in_words(launch, settings),
        now=now,
        before=before,
    )


def _publisher(found: Found) -> str:
    row = found.row
    proof = "the name is proved to be its publisher's" if row.verified else "nobody has proved the name"
    return f"{row.name} {row.version}; {proof}"


def _refusal(asked: Asked, settings: Settings) -> HubError:
    what = "changed since it was agreed to" if asked.before else "was not agreed to yet"
    name = asked.launch.id
    return HubError(
        f"{name} {what}, so it was not started", f"to see it and agree: `{_locking(name, settings)}`", ExitCode.CONSENT
    )


def _locking(name: str, settings: Settings) -> str:
    """The command that puts a server into the lock; of one beside a configuration, all that this says are."""
    beside = (settings.lock.with_name(one) for one in NAMES) if settings.lock else ()
    path = next((one for one in beside if one.is_file()), None)
    return f"hub-launch lock --config {shlex.quote(str(path))}" if path else f"hub-launch lock {name}"
