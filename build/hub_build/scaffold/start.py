"""Start a draft in a sandbox, to see what it offers. All that a scaffold runs of a publisher's is run here."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub_build.scaffold.draft import Draft
from hub_build.scaffold.trial import NOT_TRIED, Tool, Trial
from hub_build.smoke.run import Conditions, conditions_here, smoke_one
from hub_build.smoke.usage import usage_of
from hub_build.smoke.workshop import Workshop, workshop
from hub_launch.catalog import Entry, Recorded
from hub_launch.catalog.entry import Smoke, SmokeCall
from hub_launch.errors import HubError
from hub_launch.judge.load import JSON_SPEC, YAML_SPEC, Loaded, load_bytes
from hub_launch.judge.registry import Registry, Source
from hub_launch.text import printable

# Names of tools that look and do not touch, where the tool itself does not say.
_READING = ("get", "list", "read", "search", "find", "show", "describe", "ping", "status", "help")


def tried(*, start: bool) -> Callable[[Draft], Trial]:
    """How to try a draft; with `start` False nothing is ever started."""
    return _tried if start else lambda _draft: NOT_TRIED


def _tried(draft: Draft) -> Trial:
    try:
        # A package that nobody has looked at yet is not started without walls around it.
        conditions = conditions_here("require")
        entry = Entry.model_validate(draft.document)
        with workshop(_registry(draft, entry)) as shop:
            # As it is published: with the hash of its description.
            return _seen(shop.entries[entry.id], shop, conditions)
    except HubError as error:
        return Trial(failed=printable(error.message))
    except ValidationError as errors:
        return Trial(failed=f"it is no entry yet: {errors.error_count()} findings")


def _seen(entry: Entry, shop: Workshop, conditions: Conditions) -> Trial:
    trial = trial_of(asyncio.run(smoke_one(entry, shop, conditions)))
    proven = tuple(replace(tool, simple=_answers(tool, entry, shop, conditions)) for tool in _first_simple(trial))
    try:
        usage = usage_of(entry, shop, conditions)
    except HubError:
        # It has said why it did not start; a missing help says no more.
        usage = ""
    return replace(trial, tools=proven, usage=usage)


def _first_simple(trial: Trial) -> tuple[Tool, ...]:
    """One call is enough to prove that a server works, and each try is a start of its own."""
    return next(((tool,) for tool in trial.tools if tool.simple), ())


def _answers(tool: Tool, entry: Entry, shop: Workshop, conditions: Conditions) -> bool:
    """Whether a call of `tool` without arguments succeeds in a sandbox, where there may be no network or browser."""
    smoke = (entry.smoke or Smoke()).model_copy(update={"calls": (SmokeCall(tool=tool.name),)})
    recorded = asyncio.run(smoke_one(entry.model_copy(update={"smoke": smoke}), shop, conditions))
    return recorded.outcome == "passed"


def trial_of(recorded: Recorded) -> Trial:
    """What a smoke test saw, as far as a draft needs it."""
    info = recorded.server_info or {}
    failed = "" if recorded.outcome == "passed" else recorded.reason or _wanting(recorded)
    return Trial(
        tuple(_tools(recorded.tools or ())),
        title=str(info.get("title") or ""),
        version=str(info.get("version") or ""),
        failed="" if recorded.tools else printable(failed),
    )


def _wanting(recorded: Recorded) -> str:
    return f"it needs {', '.join(recorded.needs)}" if recorded.needs else "it offered nothing"


def _tools(definitions: Iterable[Mapping[str, Any]]) -> Iterable[Tool]:
    for definition in definitions:
        name = str(definition.get("name", ""))
        needed = (definition.get("inputSchema") or {}).get("required") or ()
        annotations = definition.get("annotations") or {}
        says = annotations.get("readOnlyHint")
        reads = says if isinstance(says, bool) else name.lower().replace("-", "_").split("_")[0] in _READING
        yield Tool(name, simple=reads and not needed and not annotations.get("openWorldHint"))


def _registry(draft: Draft, entry: Entry) -> Registry:
    """A registry of this entry alone."""
    specs = {name: load_bytes(data, name, _profile(name)) for name, data in draft.files.items()}
    return Registry((Source(Path(f"{entry.id}.yaml"), Loaded("", draft.document, {}), entry),), specs=specs)


def _profile(name: str) -> Any:
    return JSON_SPEC if name.endswith(".json") else YAML_SPEC
