"""A certificate as one SVG: pure text in, drawing out; names are escaped, nothing is loaded from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 1123, 794  # A4 across, at 96 dots per inch.
ORDINALS = {1: "first", 2: "second", 3: "third"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """`date` such as 2026-03-01; `head` is the digest of the event's journal, which vouches for all of it."""

    event: str
    team: str
    members: tuple[str, ...]
    place: int
    shared: bool
    of: int
    points: int
    rounds: int
    date: str
    head: str


def drawn(one: Certificate) -> str:
    """The certificate, light on paper whatever the reader's theme."""
    place = f"{ORDINALS.get(one.place, f'{one.place}th')} place of {one.of}" + (
        ", shared" if one.shared else ""
    )
    rounds = "one round" if one.rounds == 1 else f"{one.rounds} rounds"
    texts = (
        _text(150, 24, one.event, spacing=".06em", fill="#6b6372"),
        _text(215, 17, "this is to say that", fill="#6b6372"),
        _text(310, _size(one.team, 64), one.team, weight=700),
        _text(365, _size(", ".join(one.members), 20), ", ".join(one.members), fill="#6b6372"),
        _text(450, 30, f"kept their users and took {place}", weight=600),
        _text(505, 24, f"with {one.points} points in {rounds}"),
        _text(680, 15, one.date, fill="#6b6372"),
        _text(706, 12, f"journal {one.head[:16]}", fill="#9c929a"),
    )
    title = escape(f"Certificate: {one.team}, {place}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-labelledby="title"><title id="title">{title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffdf8"/>'
        f'<rect x="28" y="28" width="{WIDTH - 56}" height="{HEIGHT - 56}" fill="none" stroke="#d6006c" stroke-width="3"/>'
        f'<rect x="38" y="38" width="{WIDTH - 76}" height="{HEIGHT - 76}" fill="none" stroke="#00757d"/>'
        f"{''.join(texts)}{_steps()}</svg>\n"
    )


def _size(text: str, largest: int) -> int:
    """Small enough for the width: a letter takes about six tenths of its size."""
    return max(10, min(largest, int((WIDTH - 160) / (0.6 * max(1, len(text))))))


def _text(
    at: int, size: int, text: str, *, weight: int = 400, fill: str = "#1c1720", spacing: str = "0"
) -> str:
    return (
        f'<text x="{WIDTH // 2}" y="{at}" text-anchor="middle" font-family="system-ui, sans-serif" font-size="{size}"'
        f' font-weight="{weight}" letter-spacing="{spacing}" fill="{fill}">{escape(text)}</text>'
    )


def _steps() -> str:
    """A dance chart of eight steps: left, right, and back together."""
    marks = []
    for number in range(8):
        x, y = WIDTH // 2 - 168 + number * 48, 580 + (14 if number % 2 else 0)
        fill = "#d6006c" if number % 2 else "#00757d"
        marks.append(f'<ellipse cx="{x}" cy="{y}" rx="14" ry="6" fill="{fill}" opacity=".8"/>')
    return "".join(marks)
