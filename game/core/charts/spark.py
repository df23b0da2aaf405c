"""The last minute of a team's success as a small line: every team's on one scale, 0 to 100 % and 60 seconds."""

from __future__ import annotations

from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING

from game.core.durations import percent
from game.core.markup import Markup, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Point = tuple[int, int]

SECONDS = 60
# Two seconds a point: nobody reads more from a line this small, and it is sent to many.
BIN = 2
# Whole numbers of a box that is stretched anyway.
WIDTH, HEIGHT, EDGE = 116, 60, 4


def spark(success: Sequence[float | None]) -> Markup:
    """`success`: shares 0-1 a second, the latest last, None where nothing was offered. The hole above the line is filled."""
    parts: list[Markup] = []
    for points in _stretches(_binned(success)):
        # What lies between the line and the top is what users did not get.
        below = _written(((points[0][0], EDGE), *points, (points[-1][0], EDGE)))
        parts += [element("polygon", points=below), element("polyline", points=_written(points))]
    return element(
        "svg",
        *parts,
        class_="spark",
        role="img",
        aria_label=described(success),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
    )


def described(success: Sequence[float | None]) -> str:
    known = [one for one in success[-SECONDS:] if one is not None]
    if not known:
        return "no requests yet"
    return (
        f"success {percent(known[-1], digits=0)}, lowest of the last minute {percent(min(known), digits=0)}"
    )


def _binned(success: Sequence[float | None]) -> tuple[float | None, ...]:
    """Means of two seconds each, the latest last."""
    recent: list[float | None] = [*[None] * (SECONDS - len(success)), *success[-SECONDS:]]
    pairs = (recent[begin : begin + BIN] for begin in range(0, SECONDS, BIN))
    known = ([one for one in pair if one is not None] for pair in pairs)
    return tuple(fmean(one) if one else None for one in known)


def _stretches(values: Sequence[float | None]) -> Iterator[list[Point]]:
    """Points of each stretch without a gap; those that lie on a level line are left out."""
    step = WIDTH // (len(values) - 1)
    places = [(index * step, None if value is None else _height(value)) for index, value in enumerate(values)]
    for there, stretch in groupby(places, key=lambda place: place[1] is not None):
        if there:
            yield _bent([(x, y) for x, y in stretch if y is not None])


def _height(share: float) -> int:
    return round(EDGE + (1 - min(max(share, 0.0), 1.0)) * (HEIGHT - 2 * EDGE))


def _written(points: Sequence[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _bent(points: list[Point]) -> list[Point]:
    last = len(points) - 1
    return [
        point
        for index, point in enumerate(points)
        if index in {0, last} or not points[index - 1][1] == point[1] == points[index + 1][1]
    ]
