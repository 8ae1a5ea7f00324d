"""Taking secrets out of a stream of bytes, also where one comes in pieces."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

_STARS = b"***"

# A shorter one is looked for as it is only: broken over two lines it would be found in any text.
_BREAKABLE_BYTES = 8
# The beginning of a secret that its writer never finished: of fewer characters nobody learns anything.
_TELLING_BYTES = 4
# What programs that wrap their output put around a line break: spaces, and the frames that rich draws.
_PADDING = b" \t\r|" + "│".encode()
# How much padding may lie within one secret before it is taken for the beginning of none.
_PADDING_BYTES = 4096


class Redactor:
    """Replaces each secret with ***; whether it comes in two reads, wrapped over lines, JSON-escaped or URL-quoted.

    What may be the beginning of a secret is held back until more is known; that is never more than the longest
    secret and some padding.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._plain = sorted({_encoded(one) for secret in secrets for one in _spellings(secret)})
        self._broken = [joined for one in self._plain if len(joined := _Joined(one).text) >= _BREAKABLE_BYTES]
        self._most_held = 2 * max(map(len, self._plain), default=0) + _PADDING_BYTES
        self._held = b""
        # Of that, what was shown all the same.
        self._shown = 0

    def feed(self, data: bytes) -> bytes:
        """What may be shown now: of `data`, and of what was held back before."""
        if not self._plain:
            return data
        whole = self._held + data
        joined = _Joined(whole)
        spans = _merged(self._spans(whole, joined))
        cut = self._cut(whole, joined)
        if len(whole) - cut > self._most_held:
            cut = len(whole)
        # A secret that is complete may hold the beginning of the next.
        upto = next((end for start, end in spans if start < cut < end), cut)
        return self._show(whole, spans, cut, upto)

    def flush(self) -> bytes:
        """The rest, at the end of the stream or before a part of it that is left out."""
        whole = self._held
        joined = _Joined(whole)
        cut = self._cut(whole, joined)
        begun = [(cut, len(whole))] if len(whole) - cut >= _TELLING_BYTES else []
        return self._show(whole, _merged([*self._spans(whole, joined), *begun]), len(whole), len(whole))

    def _show(self, whole: bytes, spans: Sequence[tuple[int, int]], cut: int, upto: int) -> bytes:
        """What of `whole` was not shown before, up to a place; what is behind `cut` is kept for what follows."""
        self._held, shown = whole[cut:], self._shown
        # A line whose last letter is a secret's first is no beginning worth waiting for, but looked at once more.
        harmless = self._held.endswith(b"\n") and len(self._held.strip(_PADDING + b"\n")) < _TELLING_BYTES
        end = len(whole) if harmless else max(upto, shown)
        self._shown = end - cut
        return _starred(whole[:end], [span for span in spans if span[1] <= end], shown)

    def _spans(self, whole: bytes, joined: "_Joined") -> Iterator[tuple[int, int]]:
        for secret in self._plain:
            yield from ((start, start + len(secret)) for start in _places(whole, secret))
        for secret in self._broken:
            for start in _places(joined.text, secret):
                yield joined.place(start), joined.place(start + len(secret) - 1) + 1

    def _cut(self, whole: bytes, joined: "_Joined") -> int:
        """Where the earliest beginning of a secret is, of those that the end of `whole` may still complete."""
        cut = len(whole) - max((_begun(whole, secret) for secret in self._plain), default=0)
        unpadded = joined.text.rstrip(_PADDING)
        begun = max((_begun(unpadded, secret) for secret in self._broken), default=0)
        return min(cut, joined.place(len(unpadded) - begun)) if begun else cut


class _Joined:
    """Text with its line breaks taken out, and where each byte of it was before."""

    def __init__(self, whole: bytes) -> None:
        pieces = whole.split(b"\n")
        last = len(pieces) - 1
        self._starts, self._places, kept = [], [], []
        start = place = 0
        for i, piece in enumerate(pieces):
            left = piece.lstrip(_PADDING) if i else piece
            self._starts.append(start)
            self._places.append(place + len(piece) - len(left))
            kept.append(left.rstrip(_PADDING) if i < last else left)
            start += len(kept[-1])
            place += len(piece) + 1
        self.text = b"".join(kept)

    def place(self, index: int) -> int:
        """The place in the whole of the byte at `index` of the text."""
        i = bisect_right(self._starts, index) - 1
        return self._places[i] + index - self._starts[i]


def _spellings(secret: str) -> Iterator[str]:
    """How programs write a value: as it is, in JSON, in an address, and line by line."""
    lines = [line.strip() for line in secret.splitlines()]
    for one in (secret, *(line for line in lines if len(line) >= _BREAKABLE_BYTES)):
        if one:
            yield one
            yield json.dumps(one)[1:-1]
            yield json.dumps(one, ensure_ascii=False)[1:-1]
            yield quote(one, errors="replace")


def _encoded(text: str) -> bytes:
    try:
        # As variables of the environment are, whatever bytes they have.
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


def _places(text: bytes, part: bytes) -> Iterator[int]:
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def _begun(text: bytes, secret: bytes) -> int:
    """How many bytes at the end of `text` are the beginning of `secret`, and not all of it."""
    window = text[max(0, len(text) - len(secret) + 1) :]
    return next((len(window) - i for i in _places(window, secret[:1]) if secret.startswith(window[i:])), 0)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _starred(text: bytes, spans: Iterable[tuple[int, int]], begin: int) -> bytes:
    """`text` from `begin` on, with stars in the place of spans."""
    parts, done = [], begin
    for start, end in spans:
        if end > done:
            parts += [text[done : max(done, start)], _STARS]
            done = end
    return b"".join((*parts, text[done:]))
