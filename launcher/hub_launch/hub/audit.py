"""The audit log: which programs were started, and who called what. Never a value of an argument, never a secret.

One JSON object a line, in a file that only its user can read. It is written by a thread of its own, in batches: a call
leaves a record in a queue and goes on. A full queue drops records, and the log says how many.
"""

import hashlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Self

import msgspec
from msgspec import Raw

from hub_launch.plan import StdioLaunch
from hub_launch.run.eras import CLIENT_INFO_KEY
from hub_launch.run.log_file import LogFile
from hub_launch.run.messages import Fields, fields_of, object_of, text_of
from hub_launch.run.observing import Asked, Origin
from hub_launch.text import printable, redact

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode

# A call is some 400 bytes: this is 25,000 of them in each file.
MAX_FILE_BYTES = 10 * 1024 * 1024
OLD_FILES = 4
# What is written at once; whoever kills the hub loses as much.
BATCH_SECONDS = 0.5
# More calls than the hub answers while a batch is waited for, and what they may hold.
MAX_WAITING = 10_000
MAX_WAITING_BYTES = 16 * 1024 * 1024
# Of arguments that are longer only the size is noted: taking them apart would hold up calls, even from a thread.
MAX_SHAPED_BYTES = 64 * 1024
# Of one call; a schema has fewer parameters, and what a client invents beside them need not be kept.
MAX_ARGUMENTS = 50
_MAX_NAME = 128
_MAX_INFO_BYTES = 4096
# What of a request's parameters is looked at.
_KEPT = frozenset({"name", "uri", "arguments", "_meta"})
_END_SECONDS = 5.0

# By the first byte of their JSON; all that is left are numbers.
_TYPES = {ord('"'): "string", ord("{"): "object", ord("["): "array", ord("t"): "boolean", ord("f"): "boolean",
          ord("n"): "null"}  # fmt: skip

Record = tuple[Any, ...]
"""What makes a line of the log, and what it is made of: that is done by the thread that writes."""


class Audit:
    """See Observer. To be entered before the hub starts, and left when everything has ended."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = LogFile(path, max_bytes=MAX_FILE_BYTES, old_logs=OLD_FILES)
        self._clock = clock
        self._waiting: deque[tuple[int, Record]] = deque()
        # Bytes. Each is changed by one thread alone: what waits is the difference.
        self._put_in = self._taken_out = 0
        self._dropped = self._told = 0
        self._some = threading.Event()
        self._ending = threading.Event()
        self._writer = threading.Thread(target=self._write, name="audit", daemon=True)

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._some.set()
        self._writer.join(_END_SECONDS)

    def started(self, launch: StdioLaunch) -> None:
        """See Observer."""
        self._put((_start, self._clock(), launch), 0)

    def asked(self, asked: Asked) -> "_Call":
        """See Observer."""
        return _Call(asked, self._clock, self._put)

    def _put(self, record: Record, size: int) -> None:
        waiting = self._waiting
        if len(waiting) >= MAX_WAITING or self._put_in + size - self._taken_out > MAX_WAITING_BYTES:
            self._dropped += 1
            return
        self._put_in += size
        waiting.append((size, record))
        # Whatever else waits: the writer may have looked at the rest already.
        if not self._some.is_set():
            self._some.set()

    def _write(self) -> None:
        while not self._ending.is_set():
            self._some.wait()
            self._ending.wait(BATCH_SECONDS)
            # Before it looks: what comes while it writes is told of anew.
            self._some.clear()
            self._write_batch()
        self._write_batch()
        self._file.close()

    def _write_batch(self) -> None:
        lines = []
        for _ in range(len(self._waiting)):
            size, record = self._waiting.popleft()
            self._taken_out += size
            lines.append(_made(record))
        if dropped := self._dropped - self._told:
            self._told += dropped
            lines.append(_line({"time": _time(self._clock()), "event": "dropped", "records": dropped}))
        if lines:
            self._file.append(b"".join(lines))


class _Call:
    """See Answered."""

    __slots__ = ("_asked", "_began", "_put", "_time", "params")

    def __init__(self, asked: Asked, clock: Callable[[], float], put: Callable[[Record, int], None]) -> None:
        self.params = asked.params
        self._asked = asked
        self._put = put
        self._time = clock()
        self._began = time.perf_counter()

    def over(self, outcome: str) -> None:
        """See Answered."""
        seconds = time.perf_counter() - self._began
        asked, size, kept = self._asked, 0, {}
        for name, raw in asked.params.items():
            if name in _KEPT:
                length = len(raw)
                # A copy: what is only referred to keeps the whole request in memory.
                kept[name] = raw.copy() if length <= MAX_SHAPED_BYTES else length
                size += min(length, MAX_SHAPED_BYTES)
        origin = asked.origin
        self._put(
            (_call, self._time, asked.server, asked.method, origin and origin.kept(), kept, outcome, seconds), size
        )


def _start(at: float, launch: StdioLaunch) -> Mapping[str, Any]:
    package = launch.packaged.package if launch.packaged else launch.installed
    about = launch.about
    return _without_nothing(
        time=_time(at),
        event="start",
        server=launch.id,
        kind=launch.kind,
        # What shuts it in has a hundred words that say no more than its name.
        command=[printable(redact(word, launch.secrets)) for word in launch.argv[launch.wrapping :]],
        inside=launch.inside.module if launch.inside else None,
        name=about.name if about else None,
        version=(package.version if package else None) or (about.version if about else None),
        package=package.identifier if package else None,
        integrity=package.integrity if package else None,
        variables=sorted(launch.declared) or None,
        sandbox=_tier(launch),
    )


def _tier(launch: StdioLaunch) -> str:
    """How it is shut in: by a tier of the sandbox, by its own command, or not at all."""
    if launch.inside:
        return "inside the hub"
    return launch.tier or ("container" if launch.contained else "none")


def _call(
    at: float,
    server: str,
    method: str,
    origin: Origin | None,
    params: Mapping[str, Raw | int],
    outcome: str,
    seconds: float,
) -> Mapping[str, Any]:
    arguments = params.get("arguments")
    return _without_nothing(
        time=_time(at),
        event="call" if method == "tools/call" else "request",
        method=None if method == "tools/call" else method,
        server=server,
        **{"tool" if method == "tools/call" else "name": _name(params)},
        arguments=None if arguments is None else shape(arguments),
        outcome=outcome,
        seconds=round(seconds, 6),
        client=_client(origin, params),
        session=session_name(origin.session) if origin and origin.session else None,
        caller=origin.who if origin else None,
        address=(origin.address or None) if origin else None,
    )


def _name(params: Mapping[str, Raw | int]) -> str | None:
    # Of resources the scheme alone: what follows may hold what was searched for, or a path.
    name, uri = _text(params.get("name")), _text(params.get("uri"))
    return name or (f"{uri.partition(':')[0]}:…" if uri else None)


def _text(value: Raw | int | None) -> str | None:
    text = text_of(value) if isinstance(value, Raw) else None
    return None if text is None else printable(text[:_MAX_NAME])


def shape(arguments: Raw | int) -> Any:
    """What arguments look like: of each its type and size in bytes as JSON; of too large ones, their size alone."""
    if isinstance(arguments, int):
        return {"bytes": arguments}
    fields = fields_of(arguments)
    if fields is None:
        return {"bytes": len(arguments)}
    shaped: dict[str, Any] = {
        printable(name[:_MAX_NAME]): _shape_of(raw) for name, raw in islice(fields.items(), MAX_ARGUMENTS)
    }
    if len(fields) > MAX_ARGUMENTS:
        shaped["…"] = len(fields) - MAX_ARGUMENTS
    return shaped


def _shape_of(value: Raw) -> str:
    return f"{_TYPES.get(memoryview(value)[0], 'number')} {len(value)}"


def _client(origin: Origin | None, params: Mapping[str, Raw | int]) -> str | None:
    """What the client calls itself."""
    if origin is None:
        return None
    if not origin.modern:
        return _named(bytes(origin.info)) if origin.info is not None else None
    meta = params.get("_meta")
    fields: Fields = (fields_of(meta) if isinstance(meta, Raw) else None) or {}
    info = fields.get(CLIENT_INFO_KEY)
    return _named(bytes(info)) if info is not None else None


@lru_cache(maxsize=256)
def _named(info: bytes) -> str | None:
    """The name and version in what a client says of itself."""
    said = object_of(Raw(info)) if len(info) <= _MAX_INFO_BYTES else None
    words = [str(said[key]) for key in ("name", "version") if said and key in said]
    return printable(" ".join(words)[:_MAX_NAME]) or None


@lru_cache(maxsize=256)
def session_name(session: bytes) -> str:
    """What a session is called in logs and traces: whoever reads that cannot use the session."""
    return hashlib.sha256(session).hexdigest()[:16]


def _without_nothing(**fields: Any) -> Mapping[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _time(at: float) -> str:
    second = int(at)
    return f"{_second(second)}.{int((at - second) * 1000):03}Z"


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


def _made(record: Record) -> bytes:
    make, *parts = record
    try:
        return _line(make(*parts))
    except Exception:
        # One line less; the writer goes on.
        _log.exception("a record of the audit log could not be made")
        return b""


def _line(record: Mapping[str, Any]) -> bytes:
    return _encode(record) + b"\n"
