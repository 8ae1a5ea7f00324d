"""Messages: what is read is what any reader of JSON reads; what cannot be read is told to whoever waits for it."""

import asyncio
import contextlib
import json

from msgspec import UNSET, Raw

from hub_launch.run.link import progress_of
from hub_launch.run.messages import (
    as_object,
    error_text,
    fields_of,
    object_of,
    read_message,
    text_of,
    texts_of,
    with_progress_token,
)
from hub_launch.run.relay import Relay

SEEDS = [
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"n":1e400,"s":"\\ud83d"}}}',
    b'{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":0.5}}',
    b'{"jsonrpc":"2.0","id":"a","result":{"content":[{"type":"text","text":"\\ud83d\\ude00"}]}}',
    b'{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no \\u001b[31m"}}',
    b'{"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1}}}',
    b"Server listening on stdio",
    b'{"id": 1, "result": ' + b"[" * 2000,
]
WORDS = [
    *'"jsonrpc":"2.0" "id": "method": "params": "result": "error": "progressToken": notifications/progress'.split(),
    *"null true -0 1e999 99999999999999999999 \\ud800 \\udc00 \\u0000".split(),
]


def check(data: bytes) -> None:
    message = read_message(data)
    if message is not None:
        # Python's own reader refuses numbers of thousands of digits.
        whole = json.loads(data, parse_int=lambda digits: int(digits[:100]))
        assert whole["jsonrpc"] == "2.0"
        for key in ("id", "method"):
            value = getattr(message, key)
            assert halves(whole.get(key)) == (None if value is UNSET else value), key
        for part in (message.params, message.result, message.error):
            if isinstance(part, Raw):
                taken_apart(part)
        if isinstance(message.error, Raw):
            assert error_text(message).isprintable()
        progress_of(message)
    asyncio.run(waited_for(data, message))


def halves(value):
    """Half of a character is replaced."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def taken_apart(part):
    fields = fields_of(part)
    text_of(part), texts_of(part), object_of(part)
    if fields is not None:
        again = fields_of(as_object(fields))
        assert again is not None
        assert again.keys() == fields.keys()
        assert b"7" in bytes(with_progress_token(part, 7))
        assert [text_of(one) for one in fields.values()] == [text_of(one) for one in again.values()]


class Nowhere:
    def write(self, data, /):
        pass

    async def drain(self):
        pass


async def waited_for(data, message):
    relay = Relay(Nowhere())
    waiting = asyncio.create_task(relay.request("tools/call", Raw(b"{}"), lambda progress: None))
    await asyncio.sleep(0)
    if message is None:
        relay.take_unreadable(data, "is no JSON", answer=False)
        relay.take_unreadable(data, "is too long", answer=True)
    else:
        relay.take(message)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await waiting
