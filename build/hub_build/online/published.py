"""The package is there, in this version, with this hash, and its publisher stands by it."""

from collections.abc import Iterator

from hub_build.online.asked import AskedPackage
from hub_build.upstream import Missing
from hub_launch.errors import HubError
from hub_launch.judge.findings import Finding, Verdict, quoted


def check(asked: AskedPackage) -> Iterator[Finding]:
    """What is not there, or is another file, fails; what its publisher took back, a person looks at."""
    found = asked.answer
    if isinstance(found, HubError):
        yield asked.unknown(found)
        return
    if isinstance(found, Missing):
        key = "version" if asked.package.version else "identifier"
        yield asked.finding(
            key, "not-published", found.reason, "write what is published, letter by letter", Verdict.FAIL
        )
        return
    if asked.package.integrity and asked.package.integrity not in found.integrities:
        message = f"`integrity` is not that of {asked.name}: {quoted(asked.package.integrity)}"
        known = found.integrity or next(iter(found.integrities), "")
        hint = f"its registry says {known}" if known else "its registry states no hash; remove the key"
        yield asked.finding("integrity", "wrong-integrity", message, hint, Verdict.FAIL)
    if found.withdrawn is not None:
        message = f"{asked.name} was withdrawn by its publisher: {quoted(found.withdrawn)}"
        yield asked.finding("version", "withdrawn-upstream", message, "publish the version that replaces it")
