"""Memory and latency over the time of a soak, as an SVG that needs nothing to be drawn with."""

from collections.abc import Iterator, Sequence
from html import escape

from soaking.run import Report
from soaking.times import milliseconds

WIDTH, HEIGHT, LEFT, TOP = 760, 150, 60, 26
POINTS = 100
COLOURS = ("#2563eb", "#ea580c")

Curve = Sequence[tuple[float, float]]
"""Of seconds since the beginning, and what was measured then."""


def as_svg(report: Report) -> str:
    """Three curves below each other: memory, open files, and the time of a small call."""
    seconds = report.ended - report.began
    parts = report.tally.times.parts(POINTS, report.began, report.ended)
    times = [((number + 0.5) * seconds / POINTS, part) for number, part in enumerate(parts) if part]
    blocks: list[tuple[str, dict[str, Curve]]] = [
        ("Resident memory (MB)", {"": [(one.at - report.began, one.megabytes) for one in report.samples]}),
        ("Open files", {"": [(one.at - report.began, float(one.files)) for one in report.samples]}),
        (
            "A small call (ms)",
            {
                f"p{share:.0%}".rstrip("%"): [(at, milliseconds(part, share)) for at, part in times]
                for share in (0.5, 0.99)
            },
        ),
    ]
    drawn = [line for number, (title, curves) in enumerate(blocks) for line in _block(number, title, curves, seconds)]
    height = (HEIGHT + 2 * TOP) * len(blocks)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
    return "\n".join([f'{head}font-size="12">', '<rect width="100%" height="100%" fill="#fff"/>', *drawn, "</svg>", ""])


def _block(number: int, title: str, curves: dict[str, Curve], seconds: float) -> Iterator[str]:
    top = number * (HEIGHT + 2 * TOP) + TOP
    most = max((value for curve in curves.values() for _, value in curve), default=0.0) or 1.0
    names = ", ".join(name for name in curves if name)
    yield f'<text x="8" y="{top - 8}" font-weight="bold">{escape(f"{title}: {names}" if names else title)}</text>'
    for share in (0.0, 0.5, 1.0):
        y = top + HEIGHT * (1 - share)
        yield f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{y}" y2="{y}" stroke="#e2e8f0"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{most * share:,.3g}</text>'
    for colour, curve in zip(COLOURS, curves.values(), strict=False):
        points = " ".join(f"{_x(at, seconds):.1f},{top + HEIGHT * (1 - value / most):.1f}" for at, value in curve)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    yield f'<text x="{WIDTH - 10}" y="{top + HEIGHT + 16}" text-anchor="end">{seconds / 60:,.3g} min</text>'


def _x(at: float, seconds: float) -> float:
    return LEFT + (WIDTH - LEFT - 10) * at / seconds
