"""`servers.md`: every server that may be started with what its last smoke test came to, as a table for people.

Made with the site, like the page `/health/`, since a table in the prose would be out of date with the next record.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from hub_build.compile import Compiled, Server
from hub_build.markdown import cell
from hub_build.outputs.output import Files

_HEAD = """\
| server | kind | version | outcome | sandbox | start | tools | calls | remark |
|---|---|---|---|---|---|---|---|---|"""


def row(server: Server) -> bytes:
    """The server's line, with its outcome and whether it was started and answered a call before it, as JSON."""
    one = server.document
    if one.status == "withdrawn":
        return b""
    seen: dict[str, Any] = json.loads(server.seen.data) if server.seen else {}
    outcome = str(seen.get("outcome", ""))
    answered = sum(call["passed"] for call in seen.get("calls") or ())
    cells = (
        one.id,
        ", ".join(one.kinds),
        cell(one.version),
        outcome or "no test on record",
        seen.get("tier", ""),
        f"{seen['startSeconds']:.1f} s" if "startSeconds" in seen else "",
        str(len(seen["tools"])) if "tools" in seen else "",
        f"{answered}/{len(seen['calls'])}" if seen.get("calls") else "",
        cell(_remark(seen)),
    )
    return json.dumps([outcome, "tools" in seen, answered > 0, f"| {' | '.join(cells)} |"]).encode()


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """The table, and the sums above it."""
    servers = json.loads(b"[%b]" % b",".join(rows))
    outcomes = Counter(outcome or "no test on record" for outcome, *_ in servers)
    sums = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    listed, answered = (sum(one[place] for one in servers) for place in (1, 2))
    about = f"{len(servers)} servers: {sums}. {listed} were started and listed tools; {answered} answered a call."
    title = f"# {cell(compiled.title)}: servers"
    yield "servers.md", "\n".join([title, "", about, "", _HEAD, *(line for *_, line in servers), ""]).encode()


def _remark(seen: dict[str, Any]) -> str:
    """What it wants, and why it did not do more."""
    wants = f"needs {', '.join(seen['needs'])}" if seen.get("needs") else ""
    return "; ".join(filter(None, [wants, seen.get("reason")]))
