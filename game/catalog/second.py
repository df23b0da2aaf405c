"""What an exercise says of a second round and of a shift before, as `exercise.yaml` states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from game.catalog.faults import Role, Text
from game.catalog.fields import About
from game.catalog.leaks import leaked
from game.core.exercise import ShiftBefore
from game.core.handoff import MOST_WORDS
from game.core.second.shop import BUDGET, OFFERS
from game.core.second.worth import Worth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.catalog.document import ExerciseFile
    from game.catalog.fit import Found

_OFFERED = tuple(offer.id for offer in OFFERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFile:
    """What buying something is worth in the second round: proved by machine."""

    buy: Annotated[
        tuple[Annotated[str, About("A follow-up.", words=_OFFERED)], ...],
        About("What is bought.", low=1, high=5),
    ]
    shows: Annotated[
        Literal["named", "noted", "paged", "taken-back"],
        About(
            "named: by the sign; noted: by the change log; paged: by the alert; taken-back: by the canary step."
        ),
    ]
    within_s: Annotated[float, About("Seconds after the change, at most.", low=0.1, high=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffFile:
    """The incident was somebody else's first: they leave when it pages."""

    by: Role
    note: Annotated[Text, About("What they leave behind, in at most 120 words.")]
    looked: Annotated[
        tuple[Annotated[str, About("layer: instrument", pattern=r"[a-z-]+: .+")], ...],
        About("What they looked at.", low=1, high=12),
    ]


def second_problems(document: ExerciseFile) -> Iterator[Found]:
    """What is wrong with a second round or a handoff that has the right form."""
    prices = {offer.id: offer.cost for offer in OFFERS}
    for place, one in enumerate(document.follow_ups):
        if sum(prices.get(name, 0) for name in one.buy) > BUDGET:
            yield f"follow_ups[{place}].buy", f"costs more than {BUDGET}", "buy less"
    if document.handoff is None:
        return
    words = len(document.handoff.note.split())
    if words > MOST_WORDS:
        yield "handoff.note", f"has {words} words", f"at most {MOST_WORDS}"
    for word in leaked(document.handoff.note, document.answer.component, document.answer.mechanism):
        yield "handoff.note", f"the word {word!a} gives the answer away", "say what was seen, not what it was"


def worths_of(document: ExerciseFile) -> tuple[Worth, ...]:
    return tuple(Worth(buy=one.buy, shows=one.shows, within_s=one.within_s) for one in document.follow_ups)


def shift_of(document: ExerciseFile) -> ShiftBefore | None:
    given = document.handoff
    if given is None:
        return None
    looked = tuple(
        (layer, instrument.strip()) for layer, _, instrument in (one.partition(":") for one in given.looked)
    )
    return ShiftBefore(by=given.by, note=given.note.strip(), looked=looked)
