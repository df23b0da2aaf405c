"""What every chart is drawn with: the outer element with its title and description, lines, text, points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.markup import Markup, element, escaped

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a chart is drawn on. `name` makes ids unique within a page.

    `narrow` is for a telephone held upright, `half` for a column of a page.
    """

    name: str
    narrow: bool = False
    half: bool = False

    @property
    def width(self) -> int:
        return 356 if self.narrow else 700 if self.half else 960


def chart(sheet: Sheet, *body: Markup, height: float, title: str, description: str) -> Markup:
    """The whole drawing, announced as one image whose name is the title."""
    name = sheet.name
    return element(
        "svg",
        element("title", escaped(title), id=f"{name}-title"),
        element("desc", escaped(description), id=f"{name}-desc"),
        *body,
        class_="chart",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        viewBox=f"0 0 {sheet.width} {height:.0f}",
        width=sheet.width,
        height=round(height),
        xmlns="http://www.w3.org/2000/svg",
    )


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> Markup:
    return element("text", escaped(words), x=x, y=y, class_=f"{kind} {anchor}".strip())


def polyline(points: Sequence[tuple[float, float]], *, kind: str) -> Markup:
    return element("polyline", points=_points(points), class_=kind)


def polygon(points: Sequence[tuple[float, float]], *, kind: str) -> Markup:
    return element("polygon", points=_points(points), class_=kind)


def bar(x: float, y: float, width: float, height: float, *, kind: str) -> Markup:
    return element("rect", x=x, y=y, width=max(width, 0.0), height=height, class_=kind)


def hatch(name: str, kind: str) -> Markup:
    """Diagonal lines as a fill, so that an area differs from its neighbours without colour."""
    stroke = element("line", x1=0, y1=0, x2=0, y2=6, class_=kind)
    pattern = element(
        "pattern",
        stroke,
        id=name,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", pattern)


def width_of(words: str, *, size: float = 12) -> float:
    """About how wide a text is in the system's font: enough to keep labels apart."""
    return len(words) * size * 0.6


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
