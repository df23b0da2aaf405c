"""A review duel as `exercise.yaml` states it, what must hold of it, and core's plan of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from game.catalog.faults import Bounds, Id, Role, Text
from game.catalog.fields import About
from game.core.duel.plan import DuelPlan, Offer
from game.core.exercise import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from game.catalog.document import ExerciseFile
    from game.catalog.fit import Found

FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFile:
    """A change that a colleague proposes. A bad one is measured: so many users it hurts when it is let through."""

    id: Id
    author: Role
    message: Annotated[str, About("Why, as its author puts it.", low=3, high=500)]
    patch: Annotated[str, About("A unified diff in this folder.", low=1)]
    good: Annotated[bool, About("Whether it may go into service.")]
    lesson: Annotated[Text, About("Why it may go, or what would have shown that it may not.")]
    hurts: Annotated[Bounds, About("Share of users that a bad one hurts: lower and upper bound.")] | None = (
        None
    )
    previewed: Annotated[bool, About("Whether a preview has somebody shut out by it.")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelFile:
    """A stream of proposed changes; nothing breaks unless somebody lets it."""

    deal: Annotated[int, About("How many of the offers a seed deals.", low=4, high=20)]
    patience_s: Annotated[int, About("How long each waits for a word, seconds.", low=20, high=900)]
    par_s: Annotated[int, About("A right word within so many seconds is in time.", low=5, high=600)]
    offers: Annotated[tuple[OfferFile, ...], About("Good ones and bad ones.", low=4, high=30)]


def duel_problems(document: ExerciseFile, texts: Mapping[str, str]) -> Iterator[Found]:
    """What is wrong with a duel that has the right form."""
    duel = document.duel
    if duel is None:
        return
    if any(fault.kind != "none" for fault in document.faults):
        yield "faults", "a duel breaks nothing by itself", "write faults: [{kind: none}]"
    ids = Counter([*(one.id for one in duel.offers), *(one.id for one in document.history)])
    bad = sum(not one.good for one in duel.offers)
    good = len(duel.offers) - bad
    if min(bad, good) < FEWEST or duel.deal > len(duel.offers) or duel.deal - 2 < max(2, duel.deal - good):
        yield "duel.deal", f"{good} good and {bad} bad ones cannot be dealt so", "offer more of both"
    if duel.par_s >= duel.patience_s:
        yield "duel.par_s", "is not below patience_s", "par is when a word is still in time"
    for place, one in enumerate(duel.offers):
        path = f"duel.offers[{place}]"
        if ids[one.id] > 1:
            yield f"{path}.id", f"the id {one.id} is not unique", "give every change its own id"
        if one.patch not in texts:
            yield f"{path}.patch", f"there is no file {one.patch}", "make it with git diff"
        if one.good == (one.hurts is not None):
            yield f"{path}.hurts", "says whom a bad one hurts, and nothing of a good one", "measure it"


def plan_of(duel: DuelFile, texts: Mapping[str, str]) -> DuelPlan:
    """Core's plan; files by name become their texts."""
    return DuelPlan(
        offers=tuple(_offer(one, texts[one.patch]) for one in duel.offers),
        deal=duel.deal,
        patience_s=duel.patience_s,
        par_s=duel.par_s,
    )


def _offer(one: OfferFile, patch: str) -> Offer:
    low, high = one.hurts or (0.0, 0.0)
    return Offer(
        change=Change(id=one.id, author=one.author, message=one.message, patch=patch),
        good=one.good,
        lesson=one.lesson,
        hurts=(low, high),
        previewed=one.previewed,
    )
