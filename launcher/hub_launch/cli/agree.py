"""Having what would run agreed to: once for each server as it is, and again for what has changed."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from hub_launch.catalog.lock import Lock, Pin
from hub_launch.cli.prepare import Prepared, Unplanned
from hub_launch.cli.shutting import tier_in_words, tier_of
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.approval import Seal
from hub_launch.guard.consent import Asked, approve
from hub_launch.guard.lockfile import LockFile, locking_command
from hub_launch.guard.pins import pin_of, portable_differences, same, values_of, with_tools_of
from hub_launch.guard.sandbox import is_weaker
from hub_launch.index.registries import Found
from hub_launch.install import is_installable
from hub_launch.plan import Launch
from hub_launch.settings import Settings
from hub_launch.text import printable


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
    pins, seal = LockFile(settings.lock_path).read().servers, Seal.of_user(settings.seal_path)
    found = {launch.id: one for launch, one in prepared.found}
    return tuple(_asked(launch, found.get(launch.id), pins, seal, settings) for launch in prepared.launches)


def remember(asked: Sequence[Asked], settings: Settings, terminal: Terminal) -> None:
    """Write into the lock that these were agreed to. Where that cannot be kept, it holds for this run alone."""
    try:
        _write(asked, settings, terminal)
    except HubError as error:
        terminal.note(f"note: you will be asked again: {error.message}")


def _write(asked: Sequence[Asked], settings: Settings, terminal: Terminal) -> None:
    seal = Seal.of_user(settings.seal_path)
    if seal.problem:
        terminal.note(f"note: you will be asked again: {seal.problem}")

    def change(lock: Lock) -> Lock:
        # As the tools are pinned now: another hub may have done that while the user thought about it.
        new = {
            one.launch.id: _sealed(one.launch, with_tools_of(lock.servers.get(one.launch.id), one.now), seal, settings)
            for one in asked
            if one.now
        }
        return lock.model_copy(update={"servers": {**lock.servers, **new}})

    LockFile(settings.lock_path).change(change)


def _sealed(launch: Launch, pin: Pin, seal: Seal, settings: Settings) -> Pin:
    today = date.today()  # noqa: DTZ011 (the user's own day)
    return seal.approve(launch.id, pin, today, tier_of(launch, settings), values_of(launch))


def agreed_versions(settings: Settings) -> dict[str, str]:
    """The versions in the lock, by id."""
    pins = LockFile(settings.lock_path).read().servers
    return {name: pin.version for name, pin in pins.items() if pin.version}


def require_locked(prepared: Prepared, settings: Settings) -> None:
    """Raise HubError (exit 4) unless each server is what the lock says, but for where things are on this machine."""
    wrong = {one.launch.id: why for one in all_asked(prepared, settings) if (why := _not_locked(one))}
    if wrong:
        raise HubError(
            f"{settings.lock_path} does not say what would be started:\n"
            + "\n".join(f"  {name} {why}" for name, why in wrong.items()),
            f"`{_locking(wrong, settings)}` shows it as it is now, and asks",
            ExitCode.CONSENT,
        )


def _not_locked(asked: Asked) -> str:
    if asked.before is None:
        return "is not in it"
    differ = tuple(portable_differences(asked.before, asked.now)) if asked.now else ()
    return f"is another: {'; '.join(differ)}" if differ else ""


def _unknown(prepared: Prepared, settings: Settings) -> tuple[Asked, ...]:
    seal = Seal.of_user(settings.seal_path)
    return tuple(one for one in all_asked(prepared, settings) if not _known(one, seal))


def _known(asked: Asked, seal: Seal) -> bool:
    before, now = asked.before, asked.now
    return bool(before and now and same(before, now) and not asked.others and seal.holds(asked.launch.id, before))


def _asked(launch: Launch, found: Found | None, pins: Mapping[str, Pin], seal: Seal, settings: Settings) -> Asked:
    before = pins.get(launch.id)
    return Asked(
        launch,
        # What it offers stays pinned over a new version: other tools are agreed to by themselves.
        now=with_tools_of(before, pin_of(launch, found)),
        publisher=_publisher(found) if found else "",
        registry=_registry(found) if found else "",
        packages=lambda one: settings.packages_dir if is_installable(one) else None,
        shut=lambda one: tier_in_words(one, settings),
        before=before,
        others=tuple(_others(launch, before, seal, settings)),
    )


def _others(launch: Launch, before: Pin | None, seal: Seal, settings: Settings) -> Iterator[str]:
    """What is another than it was agreed to on this machine, of what stands in no pin."""
    if before is None or before.approval is None or not seal.holds(launch.id, before):
        return
    old, tier = before.approval.tier, tier_of(launch, settings)
    if is_weaker(tier, old):
        yield f"sandbox: {old} -> {tier}"
    marks, now = before.approval.values or {}, seal.marks(launch.id, values_of(launch))
    yield from (f"{printable(name)} has another value" for name in now if marks.get(name) != now[name])


def _registry(found: Found) -> str:
    name, location = found.registry.name, found.registry.location
    return name if name == location else f"{name}, {location}"


def _publisher(found: Found) -> str:
    row = found.row
    proof = "the name is proved to be its publisher's" if row.verified else "nobody has proved the name"
    return f"{row.name} {row.version}\n{proof}"


def _refusal(asked: Asked, settings: Settings) -> HubError:
    what = "changed since it was agreed to" if asked.before else "was not agreed to yet"
    name = asked.launch.id
    return HubError(
        f"{name} {what}, so it was not started",
        f"to see it and agree: `{_locking([name], settings)}`",
        ExitCode.CONSENT,
    )


def _locking(names: Iterable[str], settings: Settings) -> str:
    return f"{locking_command(settings.lock_path)} {' '.join(names)}"
