"""What a duel is made of, and which of it a seed deals in which order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.exercise import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A change that a colleague proposes. `hurts`: bounds of the share of users (0-1) that it hurts, if it is a bad one.

    `previewed`: whether a preview has somebody shut out by it.

    `lesson` is told in the debrief: why it may go, or what would have shown that it may not.
    """

    change: Change
    good: bool
    lesson: str
    hurts: tuple[float, float] = (0.0, 0.0)
    previewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelPlan:
    """`deal`: how many of the offers are dealt; `patience_s` each waits for a word; `par_s`: until then it comes in time."""

    offers: tuple[Offer, ...]
    deal: int
    patience_s: int
    par_s: int


def dealt(plan: DuelPlan, seed: int) -> tuple[Offer, ...]:
    """The offers of one seed, in order. How many are bad differs from seed to seed: at least two, and two are good."""
    bad = _shuffled([one for one in plan.offers if not one.good], f"bad {seed}")
    good = _shuffled([one for one in plan.offers if one.good], f"good {seed}")
    least, most = max(2, plan.deal - len(good)), min(len(bad), plan.deal - 2)
    chosen = least + _drawn(f"share {seed}") % (most - least + 1)
    return tuple(_shuffled([*bad[:chosen], *good[: plan.deal - chosen]], f"order {seed}"))


def _shuffled(offers: list[Offer], word: str) -> list[Offer]:
    return sorted(offers, key=lambda one: _drawn(f"{word} {one.change.id}"))


def _drawn(word: str) -> int:
    return int.from_bytes(hashlib.sha256(f"duel {word}".encode()).digest()[:8])
