"""The numbers that are compared, as bars: an SVG that needs nothing to be drawn with."""

from collections.abc import Iterator, Sequence
from html import escape

from hubs.samples import Measure, Section

WIDTH, LABEL, NUMBER = 760, 230, 90
LINE, BAR = 20, 13
OURS, OTHERS = "#2563eb", "#94a3b8"


def as_svg(sections: Sequence[Section]) -> str:
    """One block of bars for each measure that is compared; the longest bar is the largest number of its block."""
    blocks = [(section, measure) for section in sections for measure in section.measures if measure.compared]
    parts: list[str] = []
    height = LINE // 2
    for section, measure in blocks:
        parts += _block(section, measure, height)
        height += LINE * (len(_values(section, measure)) + 2)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
    return "\n".join([f'{head}font-size="12">', '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>", ""])


def _block(section: Section, measure: Measure, top: int) -> Iterator[str]:
    title = escape(f"{section.title}: {measure.title} ({measure.unit})")
    yield f'<text x="8" y="{top + BAR}" font-weight="bold">{title}</text>'
    values = _values(section, measure)
    most = max(values.values(), default=1.0) or 1.0
    for number, (row, value) in enumerate(values.items(), 1):
        y = top + number * LINE
        length = (WIDTH - LABEL - NUMBER) * value / most
        colour = OURS if row in section.ours else OTHERS
        yield f'<text x="{LABEL - 8}" y="{y + BAR - 2}" text-anchor="end">{escape(row)}</text>'
        yield f'<rect x="{LABEL}" y="{y}" width="{max(1.0, length):.1f}" height="{BAR}" fill="{colour}"/>'
        yield f'<text x="{LABEL + length + 6:.1f}" y="{y + BAR - 2}">{value:,.3g}</text>'


def _values(section: Section, measure: Measure) -> dict[str, float]:
    found = {row: section.value(row, measure.key) for row in section.rows}
    return {row: value for row, value in found.items() if value is not None}
