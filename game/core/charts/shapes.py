"""Signs that differ by shape as well as by colour, and their labels, placed so that none hides another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, assert_never

from game.core.charts.drawing import line, polygon, text, width_of
from game.core.markup import Markup, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.charts.axes import Axis

Sign = Literal["page", "acknowledged", "diagnosis", "applied", "recovered", "relapse", "resolved"]
LANE_HEIGHT = 17
LETTER = 11.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that happened at one moment (ms on the chart's clock), drawn as a sign over the plot."""

    sign: Sign
    at_ms: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    act: Act
    x: float
    lane: int
    leftwards: bool


def shape(sign: Sign, x: float, y: float) -> Markup:
    match sign:
        case "page":
            return polygon(((x - 5, y + 4), (x + 5, y + 4), (x, y - 5)), kind="sign alarm")
        case "relapse":
            return polygon(((x - 5, y - 4), (x + 5, y - 4), (x, y + 5)), kind="sign alarm")
        case "acknowledged":
            return element("circle", cx=x, cy=y, r=4, class_="sign hollow")
        case "diagnosis":
            return polygon(((x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)), kind="sign ink")
        case "applied":
            return element("rect", x=x - 4, y=y - 4, width=8, height=8, class_="sign ink")
        case "recovered":
            return element("circle", cx=x, cy=y, r=4.5, class_="sign healthy")
        case "resolved":
            return element("rect", x=x - 4, y=y - 4, width=8, height=8, class_="sign hollow")
        case _:
            assert_never(sign)


def placed(acts: Sequence[Act], axis: Axis) -> tuple[Placed, ...]:
    """Each label in the first lane where it touches no other; near the right edge it stands left of its sign."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for act in sorted(acts, key=lambda act: act.at_ms):
        x = axis.place(act.at_ms)
        width = width_of(act.label, size=LETTER) + 16
        leftwards = x + width > axis.end
        span = (x - width, x + 6) if leftwards else (x - 6, x + width)
        lane = next(
            (
                index
                for index, spans in enumerate(taken)
                if all(span[1] < low or high < span[0] for low, high in spans)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append(span)
        found.append(Placed(act=act, x=x, lane=lane, leftwards=leftwards))
    return tuple(found)


def lanes(signs: Sequence[Placed]) -> int:
    return max((sign.lane + 1 for sign in signs), default=0)


def drawn(signs: Sequence[Placed], *, top: float, bottom: float) -> Markup:
    """A thin line down through the plot for each sign, then signs and labels in lanes that start at `top`."""
    parts = []
    for sign in signs:
        y = top + sign.lane * LANE_HEIGHT
        parts.append(line(sign.x, y + 5, sign.x, bottom, kind=f"stem {sign.act.sign}"))
    for sign in signs:
        y = top + sign.lane * LANE_HEIGHT
        x, anchor = (sign.x - 9, "end") if sign.leftwards else (sign.x + 9, "start")
        parts += [
            shape(sign.act.sign, sign.x, y),
            text(x, y + 4, sign.act.label, kind="label", anchor=anchor),
        ]
    return Markup("".join(parts))
