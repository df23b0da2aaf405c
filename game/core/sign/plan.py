"""Whether an exercise has a neon sign, and how it was broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.sign.facts import Impairment


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenSign:
    """How somebody broke the neon sign. Poisoned, it gets the fault as its measure; otherwise it is broken from the start."""

    how: Impairment
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPlan:
    """Whether the neon sign watches, and what is wrong with it."""

    on: bool = False
    broken: BrokenSign | None = None


NO_SIGN = SignPlan()
