"""A duel in a few words: what was dealt, said and true, and the journal of it."""

from __future__ import annotations

from dataclasses import replace

from game.core import events as fact
from game.core.control.facts import ChangeProposed, Papers, ReviewGiven, ReviewVerdict
from game.core.duel.facts import DuelDealt, DuelRevealed, DuelTruth
from game.core.duel.plan import DuelPlan, Offer
from game.core.exercise import Change
from tests.unit.core.runs import ANSWER, OPENING, applied, journal

PATIENCE_MS, PAR_MS = 100_000, 40_000
FIRST_MS, EVERY_MS = 30_000, 110_000
APPROVE: ReviewVerdict = "approve"
STOP: ReviewVerdict = "request-changes"


def offer(name: str, *, good: bool) -> Offer:
    change = Change(id=name, author="netops", message=f"{name}: because", patch="")
    return Offer(change=change, good=good, lesson=f"the lesson of {name}", hurts=(0.0, 0.0 if good else 0.5))


def plan(good: int = 6, bad: int = 6, deal: int = 6) -> DuelPlan:
    offers = [offer(f"good{number}", good=True) for number in range(good)]
    offers += [offer(f"bad{number}", good=False) for number in range(bad)]
    return DuelPlan(offers=tuple(offers), deal=deal, patience_s=PATIENCE_MS // 1000, par_s=PAR_MS // 1000)


def proposed(number: int) -> ChangeProposed:
    return ChangeProposed(
        change=f"c{number}", by="netops", why="because", subject="configuration", digest=f"d{number}", meaning=(), risks=(),
    )  # fmt: skip


def reviewed(number: int, verdict: ReviewVerdict, by: str = "mia") -> ReviewGiven:
    return ReviewGiven(change=f"c{number}", by=by, verdict=verdict, text="said", digest=f"d{number}")


def dealt(number: int, of: int) -> DuelDealt:
    return DuelDealt(number=number, of=of, change=f"c{number}", patience_ms=PATIENCE_MS)


def put_through(number: int) -> fact.ConfigurationApplied:
    return replace(applied(), papers=Papers(change=f"c{number}", approved_by=("mia",)))


def revealed(truths: tuple[bool, ...]) -> DuelRevealed:
    told = tuple(
        DuelTruth(number=number, good=good, title="t", lesson="l") for number, good in enumerate(truths, 1)
    )
    return DuelRevealed(truths=told, par_ms=PAR_MS)


def evening(
    truths: tuple[bool, ...], said: tuple[ReviewVerdict | None, ...], took_ms: int = 10_000
) -> tuple[fact.Recorded, ...]:
    """A duel that is over: `truths` of the whole deal, and what was said of each; None for no word."""
    facts: list[tuple[int, fact.Event]] = [*OPENING]
    for number, verdict in enumerate(said, 1):
        at_ms = FIRST_MS + number * EVERY_MS
        facts += [(at_ms, proposed(number)), (at_ms, dealt(number, len(truths)))]
        if verdict is not None:
            facts.append((at_ms + took_ms, reviewed(number, verdict)))
    end_ms = FIRST_MS + (len(truths) + 1) * EVERY_MS
    answer = replace(ANSWER, component="none", mechanism="false-alarm", change="", fault_revisions=())
    closed = fact.Closed(how="resolved", reason="every proposed change was decided")
    return journal(*facts, (end_ms, closed), (end_ms, answer), (end_ms, revealed(truths)))
