"""Ways to start a server that give up what the launcher else promises: a person decides about these."""

from collections.abc import Iterator

from hub_launch.judge.checks.parts import label
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.judge.registry import Source


def check(source: Source) -> Iterator[Finding]:
    """Kinds that need a plug-in, and modules that run inside the hub."""
    if source.entry is None:
        return
    for kind in source.entry.extensions or ():
        message = f"{label(('extensions', kind))}: a launcher starts this with a plug-in for {kind} alone"
        hint = "say in `documentation` which plug-in that is, and add another way where there is one"
        yield source.loaded.finding(("extensions", kind), "extension", message, hint, severity=Verdict.REVIEW, key=True)
    if source.entry.module and source.entry.module.in_process:
        message = "`module.inProcess`: the module runs inside the hub, where no sandbox holds it"
        hint = "remove the key: a process of its own costs a tenth of a second a start, and nothing a call"
        yield source.loaded.finding(("module", "inProcess"), "module-inside", message, hint, severity=Verdict.REVIEW)
