"""What the file format says about a field: words for people and bounds, used by the reader and by the JSON Schema.

Written as `minutes: Annotated[int, About("...", low=5, high=240)]`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """`low`/`high` bound a number (both included) or, for texts and lists, the length."""

    what: str
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    words: tuple[str, ...] = ()
