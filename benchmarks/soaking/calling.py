"""What clients do to the hub: calls of all kinds, each with a text that no other call has."""

import asyncio
import contextlib
import math
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from hubs.clients import Exchange, HttpClient, Refused
from hubs.http1 import Broken
from hubs.scale import tell

from soaking.judge import Fault, judge, judge_cancelled, require_clear
from soaking.killing import Killer
from soaking.times import Times

# No call takes as long by itself; what takes longer is a hang.
CALL_SECONDS = 30.0
LARGE_BYTES = 200_000
# A prototype wrote to a server's pipe without waiting, and stood still when both pipes were full.
LARGE_TOGETHER = 8
# Errors come at once: without a pause, most calls would be to servers that are away.
PAUSE_SECONDS = 0.1
# More of them say no more.
MOST_FAULTS = 20


@dataclass(slots=True)
class Tally:
    """What was done, and what came of it."""

    wanted: int
    """Calls, after which no more are made."""
    until: float = math.inf
    """When no more calls are made either, as time.monotonic() has it."""
    made: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    disturbed: Counter[str] = field(default_factory=Counter)
    """What was done besides calls, as `disturbance: what`."""
    faults: list[str] = field(default_factory=list)
    times: Times = field(default_factory=Times)
    """Of small calls that were answered."""

    @property
    def over(self) -> bool:
        """Whether enough was done, or seen."""
        return self.made >= self.wanted or time.monotonic() >= self.until or len(self.faults) >= MOST_FAULTS

    def wrong(self, fault: str) -> None:
        """Note a fault, and say so at once: a long run may be ended before it is over."""
        tell(f"FAULT: {fault}")
        self.faults.append(fault)

    def turns(self) -> Iterator[int]:
        """A number for each call that is still to be made."""
        while not self.over:
            self.made += 1
            yield self.made


@dataclass(frozen=True, slots=True)
class Load:
    """What all callers share."""

    tally: Tally
    killer: Killer
    pause: float = 0.0
    """Seconds between two calls of one client, on average."""


class Caller:
    """One client, which asks for all servers' tools at one address, or for one server's at its own."""

    def __init__(self, name: str, client: HttpClient, servers: Sequence[str], *, prefixed: bool, load: Load) -> None:
        self._name = name
        self._client = client
        self._servers = servers
        self._prefixed = prefixed
        self._tally = load.tally
        self._killer = load.killer
        self._pause = load.pause
        self._chance = random.Random(name)  # noqa: S311 (repeatable)
        # Whether its last call failed.
        self._sorry = False

    async def call_on(self) -> None:
        """Make calls until all that are wanted, of all callers, are made."""
        kinds, weights = zip(*((kind, weight) for kind, (_, weight) in KINDS.items()), strict=True)
        for number in self._tally.turns():
            kind = self._chance.choices(kinds, weights)[0]
            server = self._chance.choice(self._servers)
            self._killer.after(number)
            self._sorry = False
            await self._judged(kind, server, f"{self._name}-{number}-")
            self._tally.kinds[kind] += 1
            if self._sorry:
                await asyncio.sleep(PAUSE_SECONDS)
            elif self._pause:
                await asyncio.sleep(self._chance.expovariate(1 / self._pause))

    async def _judged(self, kind: str, server: str, text: str) -> None:
        act, _ = KINDS[kind]
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await act(self, server, text)
        except TimeoutError:
            self._fault(kind, server, text, f"no answer within {CALL_SECONDS:.0f} s")
        except (Fault, Broken, Refused, OSError, msgspec.MsgspecError) as error:
            self._fault(kind, server, text, f"{type(error).__name__}: {error}")

    def _fault(self, kind: str, server: str, text: str, what: str) -> None:
        self._tally.wrong(f"{kind} of {server} by {self._name}, text {text[:60]!r}: {what}")

    async def echo(self, server: str, text: str) -> None:
        """A small call, of which it is noted how long it took."""
        began = time.monotonic()
        await self._called(server, "echo", text)
        if not self._sorry:
            self._tally.times.add(began, time.monotonic())

    async def medium(self, server: str, text: str) -> None:
        """A call of some kilobytes, not all of them ASCII."""
        await self._called(server, "echo", text + "grün " * self._chance.randint(100, 4000))

    async def large(self, server: str, text: str) -> None:
        """Several large calls at the same time; each counts."""
        self._tally.made += LARGE_TOGETHER - 1
        texts = [f"{text}{number}-".ljust(LARGE_BYTES, "x") for number in range(LARGE_TOGETHER)]
        done = await asyncio.gather(*(self._called(server, "echo", one) for one in texts), return_exceptions=True)
        for error in done:
            if error:
                raise error

    async def progress(self, server: str, text: str) -> None:
        """A call that wants to be told of progress."""
        await self._called(server, "progress", text, token=text)

    async def cancel(self, server: str, text: str) -> None:
        """A call that is given up before it is answered."""
        self._client.number += 1
        number = self._client.number
        asking = asyncio.create_task(self._exchange(server, "slow", text, number=number))
        await asyncio.sleep(self._chance.uniform(0, 0.35))
        if self._client.modern:
            # In the newer protocol, who leaves has cancelled.
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                judge_cancelled(await asking, text)
        else:
            told = {"method": "notifications/cancelled", "params": {"requestId": number}}
            await self._client.notify({"jsonrpc": "2.0", **told})
            judge_cancelled(await asking, text)
        self._tally.outcomes["given up"] += 1

    async def unknown_tool(self, server: str, text: str) -> None:
        """A call of a tool that the server does not have."""
        del text
        verdict = judge(await self._exchange(server, "nothing", ""))
        # At its own address a server is asked for whatever a client wants, and answers as it will.
        if self._prefixed:
            require_clear(verdict.error or "", server)
        self._tally.outcomes["told what is wrong"] += 1

    async def unknown_server(self, server: str, text: str) -> None:
        """A call of a tool of a server that is not there."""
        del server, text
        if self._prefixed:
            verdict = judge(await self._exchange("nobody", "echo", ""))
            require_clear(verdict.error or "", "nobody")
            self._tally.outcomes["told what is wrong"] += 1

    async def list(self, server: str, text: str) -> None:
        """A list of tools: all of servers that are there."""
        del text
        began = time.monotonic()
        exchange = await self._client.exchange("tools/list", {})
        if self._forgotten(exchange):
            await self._client.open()
            exchange = await self._client.exchange("tools/list", {})
        body = bytes(exchange.response.body)
        for one in self._servers:
            missing = self._tool(one, "echo").encode() not in body
            if missing and not self._killer.unlisted(one, began):
                raise Fault(f"the list has no tool of {one}, which was neither killed nor replaced: {body[:200]!r}")
        self._tally.outcomes["listed"] += 1

    async def _called(self, server: str, tool: str, text: str, *, token: str | None = None) -> None:
        began = time.monotonic()
        verdict = judge(await self._exchange(server, tool, text, token=token), token)
        if verdict.error is not None:
            self._erred(server, verdict.error, began)
        elif verdict.text != text:
            raise Fault(f"not its own answer but {(verdict.text or '')[:100]!r}")
        else:
            self._tally.outcomes["answered"] += 1

    def _erred(self, server: str, error: str, began: float) -> None:
        require_clear(error, server)
        if not self._killer.excuses(server, began):
            raise Fault(f"an error though nobody killed {server}: {error}")
        self._tally.outcomes["told what is wrong"] += 1
        self._sorry = True
        self._tally.errors[error.replace(f"'{server}'", "'…'")] += 1

    async def _exchange(
        self, server: str, tool: str, text: str, *, token: str | None = None, number: int | None = None
    ) -> Exchange:
        meta = {"_meta": {"progressToken": token}} if token else {}
        params = {"name": self._tool(server, tool), "arguments": {"text": text}, **meta}
        exchange = await self._client.exchange("tools/call", params, number)
        if not self._forgotten(exchange):
            return exchange
        self._tally.outcomes["session begun again"] += 1
        await self._client.open()
        return await self._client.exchange("tools/call", params, number)

    def _forgotten(self, exchange: Exchange) -> bool:
        """Whether the client's session is over: its server was replaced, or too many others came."""
        response = exchange.response
        return not self._client.modern and response.status == 404 and b"Session not found" in response.body

    def _tool(self, server: str, tool: str) -> str:
        return f"{server}_{tool}" if self._prefixed else tool


KINDS: dict[str, tuple[Callable[[Caller, str, str], Awaitable[None]], float]] = {
    "echo": (Caller.echo, 80),
    "medium": (Caller.medium, 6),
    "large": (Caller.large, 0.5),
    "progress": (Caller.progress, 6),
    "cancel": (Caller.cancel, 1.5),
    "unknown tool": (Caller.unknown_tool, 1),
    "unknown server": (Caller.unknown_server, 1),
    "list": (Caller.list, 2),
}
"""Each kind of call, and how often it is made, of a hundred about."""
