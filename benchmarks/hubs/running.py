"""A hub that was started, and what its clients see of it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import msgspec

from hubs.backends import Servers
from hubs.clients import Client, Refused
from hubs.contestants import Contestant, Plan
from hubs.http1 import Broken
from hubs.memory import own_environment, tree
from hubs.scale import tell

# Between two looks at a hub that is not ready: below what is measured.
POLL_SECONDS = 0.01
# Twenty servers on two slow cores need some ten seconds; a hub that needs this is not waited for.
START_SECONDS = 120.0
# What hubs are given to end their servers, before those are ended for them.
STOP_SECONDS = 10.0
NOT_READY = (OSError, Broken, Refused)


class _Tool(msgspec.Struct):
    name: str


class _Listed(msgspec.Struct):
    tools: list[_Tool]
    nextCursor: str | None = None  # noqa: N815 (the protocol's)


_listed = msgspec.json.Decoder(_Listed)


class Hub:
    """A hub process with its servers."""

    def __init__(self, contestant: Contestant, servers: Servers, plan: Plan, folder: Path) -> None:
        self.name = contestant.name
        self.servers = servers
        self.plan = plan
        self.began = time.monotonic()
        self._log = folder / "output.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                plan.command,
                cwd=folder,
                env=own_environment(**plan.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self.began

    async def connect(self, *, modern: bool = False) -> Mapping[str, Client]:
        """Clients to reach each server with, as soon as the hub accepts them. Raises Refused after START_SECONDS."""
        clients = self.plan.clients(modern)
        for client in dict.fromkeys(clients.values()):
            await self.until_open(client)
        return clients

    async def until_open(self, client: Client) -> None:
        """Open the client as soon as the hub accepts it. Raises Refused after START_SECONDS."""
        while True:
            try:
                return await asyncio.wait_for(client.open(), max(0.1, START_SECONDS - self.age))
            except (*NOT_READY, TimeoutError) as error:
                if self.age > START_SECONDS or self.process.poll() is not None:
                    raise Refused(f"{self.name} did not open: {error}\n{self.said()}") from error
            await asyncio.sleep(POLL_SECONDS)

    async def listed(self, clients: Mapping[str, Client], wanted: Servers) -> float:
        """The hub's age when its lists have the tools of all `wanted` servers. Raises Refused after START_SECONDS."""
        async with _patience(self, "list all tools"):
            while not await self._all_listed(clients, wanted):
                self.require_running()
                await asyncio.sleep(POLL_SECONDS)
        return self.age

    async def _all_listed(self, clients: Mapping[str, Client], wanted: Servers) -> bool:
        names = {}
        try:
            for client in dict.fromkeys(clients[server] for server in wanted):
                names[client] = await tools(client)
        except NOT_READY:
            return False
        return all(self.plan.tool(server, "echo") in names[clients[server]] for server in wanted)

    async def called(self, clients: Mapping[str, Client], wanted: Servers) -> float:
        """The hub's age when each of the `wanted` servers has answered a call. Raises Refused after START_SECONDS."""
        await asyncio.gather(*(until_answered(self, self._asks(clients[server], server)) for server in wanted))
        return self.age

    def _asks(self, client: Client, server: str) -> Callable[[], Awaitable[None]]:
        return lambda: self.echo(client, server, "ready")

    def require_running(self) -> None:
        """Raises Refused with what it said if the hub has ended."""
        if self.process.poll() is not None:
            tell(self.said())
            raise Refused(f"{self.name} ended ({self.process.returncode}): {self.said().splitlines()[-1:]}")

    async def echo(self, client: Client, server: str, text: str) -> None:
        """Call the server's `echo`. Raises Refused for any answer but the text."""
        await echo(client, self.plan.tool(server, "echo"), text)

    def said(self) -> str:
        """The end of what it printed."""
        return self._log.read_bytes()[-1000:].decode(errors="replace")

    async def stop(self) -> set[int]:
        """End it as Ctrl-C does. Returns the processes that had to be ended for it."""
        below = tree(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while (left := {pid for pid in below if _alive(pid)}) and time.monotonic() < deadline:
            self.process.poll()
            await asyncio.sleep(POLL_SECONDS)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        return left


async def until_answered(hub: Hub, call: Callable[[], Awaitable[None]]) -> None:
    """Call until there is an answer. Raises Refused after START_SECONDS, or if the hub has ended."""
    async with _patience(hub, "answer"):
        while True:
            with contextlib.suppress(*NOT_READY):
                return await call()
            hub.require_running()
            await asyncio.sleep(POLL_SECONDS)


async def echo(client: Client, tool: str, text: str) -> None:
    """Call a tool that returns its text. Raises Refused for any other answer."""
    result = await client.request("tools/call", {"name": tool, "arguments": {"text": text}})
    if text.encode() not in bytes(result) or b'"isError":true' in bytes(result).replace(b" ", b""):
        raise Refused(bytes(result)[:300].decode(errors="replace"))


async def tools(client: Client) -> set[str]:
    """The names of all tools."""
    names: set[str] = set()
    cursor = None
    while True:
        page = _listed.decode(await client.request("tools/list", {"cursor": cursor} if cursor else {}))
        names |= {tool.name for tool in page.tools}
        cursor = page.nextCursor
        if not cursor:
            return names


@contextlib.asynccontextmanager
async def started(
    contestant: Contestant, servers: Servers, cache: Path, folder: Path | None = None
) -> AsyncIterator[Hub]:
    """A hub, ended at the end. folder: used and kept; else one is made and removed. Raises NotInstalled."""
    own = folder or Path(tempfile.mkdtemp(prefix="hub-benchmark-"))
    hub = Hub(contestant, servers, contestant.plan(own, servers, cache, free_port()), own)
    try:
        yield hub
    finally:
        await hub.stop()
        if folder is None:
            shutil.rmtree(own, ignore_errors=True)


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.asynccontextmanager
async def _patience(hub: Hub, what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(max(0.1, START_SECONDS - hub.age)):
            yield
    except TimeoutError as error:
        raise Refused(f"{hub.name} did not {what} within {START_SECONDS:.0f} s") from error
