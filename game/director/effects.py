"""What a decision asks the edge to do. The conductor carries effects out one after the other, off its lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.events import Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectFault:
    fault: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MendFault:
    """The owners of a layer undo what was theirs."""

    fault: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLaterChange:
    later: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBack:
    """The canary step: users fail since this revision is in service."""

    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """The next change of a duel is put up for review."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PutThrough:
    """A change of a duel was approved, and goes into service."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """A change of a duel hurts users, and goes back."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Judge the end state, reveal the answer, close the run and take the stack down."""

    how: Ending
    reason: str


Effect = InjectFault | MendFault | MakeLaterChange | StepBack | Deal | PutThrough | TakeBack | Finish
