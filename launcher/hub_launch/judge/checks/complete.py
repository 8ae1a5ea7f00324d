"""What a person wants to know before they let a server in: without it, a person has to look."""

from collections.abc import Iterator

from hub_launch.catalog import Entry
from hub_launch.judge.checks.parts import alternatives_of, inputs_of, label, packages_of
from hub_launch.judge.findings import Finding, Pointer, Verdict
from hub_launch.judge.registry import Source

# Registries that state a hash for each file; an image's is in its identifier, a bundle has `fileSha256`.
_HASHED = frozenset(["npm", "pypi"])


def check(source: Source) -> Iterator[Finding]:
    """Source code and hashes are stated, and how to start the server for a test."""
    entry = source.entry
    # Where the loader objects, what seems to be missing may be what could not be read.
    if entry is None or source.loaded.findings:
        return
    for key, about, hint in _missing(entry):
        yield _review(source, (key,), f"{key}-missing", f"`{key}` is missing: {about}", hint)
    for at, package in packages_of(entry):
        if package.registry_type in _HASHED and package.integrity is None:
            place = (*at, "integrity")
            message = f"{label(place)} is missing: a package that was changed later would not be noticed"
            yield _review(source, place, "integrity-missing", message, "add the hash that its registry states")


def _missing(entry: Entry) -> Iterator[tuple[str, str, str]]:
    if entry.repository is None and _is_run_by_the_user(entry):
        yield "repository", "nobody can look at what it runs", "add `repository: {url: ..., source: github}`"
    unknown = _unknown_to_a_test(entry)
    if entry.smoke is None and unknown:
        hint = f"add `smoke: {{arguments: {{{unknown}: [...]}}}}`, or `smoke: {{needs: [{unknown}]}}`"
        yield "smoke", f"no test can start it without a value for `{unknown}`", hint


def _is_run_by_the_user(entry: Entry) -> bool:
    """Whether code of the publisher's runs on the user's machine: of a remote, an API or our own there is none."""
    return any(True for _ in packages_of(entry))


def _unknown_to_a_test(entry: Entry) -> str:
    """A required value that is no credential and has no default, by its name; credentials a test does without."""
    first = next(alternatives_of(entry), None)
    needed = [(name, one) for _, name, one in (inputs_of(first) if first else ()) if one.is_required]
    if any(one.is_secret for _, one in needed):
        return ""
    return next((name for name, one in needed if one.default is None and one.value is None), "")


def _review(source: Source, place: Pointer, rule: str, message: str, hint: str) -> Finding:
    return source.loaded.finding(place, rule, message, hint, severity=Verdict.REVIEW)
