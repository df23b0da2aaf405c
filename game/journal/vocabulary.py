"""The two kinds of streams in a journal: the facts of a run, and the facts of an event that has runs.

Each has its own closed union, its own envelope, and its own keys of what may be there once. The name of a stream tells
which one it is, so that neither can hold a fact of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from game.core.contest import facts
from game.core.contest.facts import ContestFact, Noted
from game.core.events import Event, Recorded
from game.core.once import once
from game.journal.encoding import decode_as, kinds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

E = TypeVar("E")
R = TypeVar("R")
CONTEST_PREFIX = "event-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary(Generic[E, R]):
    """`envelope` makes a record of (seq, at_ms, wall_ms, event), given by name."""

    kinds: Mapping[str, type[E]]
    once: Callable[[E], str | None]
    envelope: Callable[..., R]

    def decode(self, kind: str, fields: object, *, seq: int, where: str) -> E:
        return decode_as(self.kinds, kind, fields, seq=seq, where=where)


RUN: Vocabulary[Event, Recorded] = Vocabulary(kinds=kinds_of(get_args(Event)), once=once, envelope=Recorded)
CONTEST: Vocabulary[ContestFact, Noted] = Vocabulary(
    kinds=kinds_of(get_args(ContestFact)), once=facts.once, envelope=Noted
)


def contest_stream(name: str) -> str:
    """The stream of an event, by its name."""
    return CONTEST_PREFIX + name


def is_contest(stream: str) -> bool:
    return stream.startswith(CONTEST_PREFIX)


def vocabulary_of(stream: str) -> Vocabulary[Any, Any]:
    return CONTEST if is_contest(stream) else RUN
