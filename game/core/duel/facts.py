"""What a duel adds to the facts of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelDealt:
    """The change `change` (c1, c2 ...) waits for a word, `number` of `of`; after `patience_ms` its author gives up."""

    number: int
    of: int
    change: str
    patience_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelWithdrawn:
    """Nobody said anything in time."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelTruth:
    """What a change was. One that was never dealt has a number all the same."""

    number: int
    good: bool
    title: str
    lesson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelRevealed:
    """The truth about every change of the duel, and `par_ms`, in which a word came in time; written when it is over."""

    truths: tuple[DuelTruth, ...]
    par_ms: int
