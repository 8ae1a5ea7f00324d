"""What was asked of others, and what they answered, as plain values."""

from dataclasses import dataclass

from hub_build.upstream import Missing, Release
from hub_launch.catalog import Entry, Package
from hub_launch.errors import HubError
from hub_launch.judge.findings import Finding, Pointer, Verdict
from hub_launch.judge.registry import Source


@dataclass(frozen=True, slots=True)
class AskedPackage:
    """A package of an entry, and what its registry says about it now; HubError where no answer could be had."""

    source: Source
    entry: Entry
    pointer: Pointer
    package: Package
    answer: Release | Missing | HubError

    @property
    def name(self) -> str:
        """The package as messages call it: `npm @example/weather 1.4.0`."""
        version = f" {self.package.version}" if self.package.version else ""
        return f"{self.package.registry_type} {self.package.identifier}{version}"

    def finding(self, key: str, rule: str, message: str, hint: str, severity: Verdict = Verdict.REVIEW) -> Finding:
        """A finding about `key` of the package."""
        return self.source.loaded.finding((*self.pointer, key), rule, message, hint, severity=severity)

    def unknown(self, error: HubError) -> Finding:
        """The finding for what could not be found out: that says nothing against the package."""
        message = f"{self.name} could not be checked: {error.message}"
        return self.finding("identifier", "could-not-check", message, error.hint or "try again later")
