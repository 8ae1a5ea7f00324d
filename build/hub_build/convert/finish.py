"""From what a format has read to an entry that keeps the contract, or the reasons why it cannot be one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub_build.convert.declare import declared
from hub_build.convert.emit import ordered
from hub_build.convert.imported import GIVEN_BY, Defaults, Imported, Kind, Note
from hub_build.convert.names import Ids
from hub_build.convert.repair import repaired
from hub_launch.judge.checks import schema
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import Source

# The contract's bound on `description`.
MAX_DESCRIPTION = 100

# An entry has at least one of these.
_STARTS = frozenset(["packages", "remotes", "openapi", "module", "extensions"])


def finished(drafts: Iterable[Imported], defaults: Defaults, ids: Ids) -> Iterator[Imported]:
    """`drafts` with ids and the given facts, each as an entry that keeps the contract or with the reasons why not.

    A document whose only fault are facts that a person must give is kept, with a note MISSING for each of them.
    """
    for draft in drafts:
        done = draft if draft.document is None else _finished(draft, draft.document, defaults, ids)
        # A fact that is used in two places is remarked on once.
        yield replace(done, notes=tuple(dict.fromkeys(done.notes)))


def _finished(draft: Imported, document: dict[str, Any], defaults: Defaults, ids: Ids) -> Imported:
    notes = list(draft.notes)
    document = _identified(document, ids, notes)
    document = _shortened(document, notes)
    document = {**document, **{key: value for key, value in defaults.facts().items() if key not in document}}
    document, errors = repaired(ordered(declared(document, notes)), notes)
    if errors is None:
        return replace(draft, document=document, notes=(*notes, *_advice(document)))
    problems = list(_problems(document, errors))
    notes.extend(problems)
    refused = any(note.kind is Kind.REFUSED for note in problems)
    return replace(draft, document=None if refused else document, notes=(*notes, *_advice(document)))


def _identified(document: dict[str, Any], ids: Ids, notes: list[Note]) -> dict[str, Any]:
    name = document.get("name")
    if "id" in document or not isinstance(name, str) or not name:
        return document
    made = ids.of(name)
    notes.append(Note(Kind.GUESSED, "id", made, "from the name"))
    return {"id": made, **document}


def _shortened(document: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """The first sentence of a long description in its place; the whole text becomes the documentation."""
    text = document.get("description")
    if not isinstance(text, str) or len(text) <= MAX_DESCRIPTION:
        return document
    short = first_sentence(text)
    notes.append(Note(Kind.GUESSED, "description", short, "the beginning of a longer one"))
    if "documentation" in document:
        whole = f"{text}\n\n{document['documentation']}"
    else:
        whole = text
        notes.append(Note(Kind.CONVERTED, "documentation", "", "has the whole description"))
    return {**document, "description": short, "documentation": whole}


def first_sentence(text: str) -> str:
    """The beginning of `text` that fits into a description: whole sentences, or else whole words."""
    line = " ".join(text.split())
    if len(line) <= MAX_DESCRIPTION:
        return line
    end = line.rfind(". ", 0, MAX_DESCRIPTION)
    if end > 0:
        return line[: end + 1]
    cut = line[: MAX_DESCRIPTION - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-(") + "…"


def _problems(document: dict[str, Any], errors: ValidationError) -> Iterator[Note]:
    absent = {str(one["loc"][0]) for one in errors.errors() if one["type"] == "missing" and len(one["loc"]) == 1}
    for fact in sorted(absent):
        how = f"give it with {GIVEN_BY[fact]}" if fact in GIVEN_BY else "a person must write it"
        yield Note(Kind.MISSING, fact, "", f"the source does not say; {how}")
    startable = bool(_STARTS & document.keys())
    if not startable:
        yield Note(Kind.MISSING, "packages", "", "the source does not say how to start it, or where it runs")
    for finding in schema.check(Source(Path(), Loaded("", document, {}), errors=errors)):
        is_told = (finding.rule == "missing-key" and finding.pointer.removeprefix("/") in absent) or (
            not startable and not finding.pointer
        )
        if not is_told:
            said = finding.message + (f": {finding.hint}" if finding.hint else "")
            yield Note(Kind.REFUSED, finding.pointer.strip("/").replace("/", "."), "", said)


def _advice(document: dict[str, Any]) -> Iterator[Note]:
    """What the contract does not insist on, and a publisher should give all the same."""
    packages = document.get("packages")
    for number, package in enumerate(packages if isinstance(packages, list) else ()):
        if not isinstance(package, dict):
            continue
        where, kind = f"packages.{number}", package.get("registryType")
        if kind in ("npm", "pypi", "nuget") and "version" not in package:
            yield Note(Kind.MISSING, f"{where}.version", "", "the exact version to start")
        if kind in ("npm", "pypi") and "integrity" not in package:
            yield Note(Kind.MISSING, f"{where}.integrity", "", "the hash of the published file")
        if kind == "oci" and "@sha256:" not in str(package.get("identifier")) and "integrity" not in package:
            because = "the digest of the image: registry/owner/image@sha256:<digest>"
            yield Note(Kind.MISSING, f"{where}.identifier", "", because)
    if packages and "permissions" not in document:
        yield Note(Kind.MISSING, "permissions", "", "what the server may reach; nothing when absent")
