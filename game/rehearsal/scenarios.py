"""The ways an exercise is played by machine: the reference solution, wrong turns, a blind revert, and no fault at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import Closed, FaultInjected, ImpactDetected, Paged, Recorded, RollbackJudged
from game.core.score import score
from game.director.judge import judge, reveal
from game.director.requests import Acknowledge, Diagnose, Resolve
from game.rehearsal.house import (
    BY,
    Bite,
    bitten,
    rehearse,
    samples_since,
    share_hurt,
    share_of_requests,
    wait,
)
from game.rehearsal.leaks import leaks
from game.rehearsal.leftovers import leftovers
from game.rehearsal.proof import Time, Turn
from game.rehearsal.steps import take

if TYPE_CHECKING:
    from game.core.events import AnswerRevealed, Event
    from game.core.exercise import WrongTurn
    from game.core.score import Score
    from game.director.opening import Order
    from game.director.performance import Performance

RECOVERY_WITHIN_S = 30
# Enough whole seconds to compare; shorter than the detector's hold, so a recovery cannot be over and forgotten.
LOOK_AFTER_S = 2.8
# Longer than the detector's hold: what has not counted as recovery by then does not.
WATCH_TURN_S = 6.0
CALM_MS = 4_000
STILL_BAD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What came of the reference solution. `judged` is the verdict on the rollback; `leaked` where the marker was found."""

    bite: Bite
    recovery: Time
    score: Score
    achievable: int
    judged: RollbackJudged | None
    page_text: str
    leaked: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    turns: tuple[Turn, ...]
    do_nothing_score: int
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """`calm`: nobody was hit or paged while the fault was held back."""

    score: int
    recovered: bool
    calm: bool
    left: tuple[str, ...]


def play_reference(order: Order) -> Reference:
    """Solve it as the answer says: acknowledge, diagnose, revert what is guilty, wait, declare."""
    with rehearse(order) as performance:
        bite = bitten(performance)
        performance.ask(Acknowledge(by=BY))
        performance.diagnose(right_diagnosis(performance))
        leaked = leaks(performance, order.marker)
        fixed_ms = performance.conductor.clock.now_ms()
        for revision in reversed([one for one in performance.conductor.glimpse().progress.revisions if one]):
            performance.desk.revert(BY, revision)
        wait(performance, "recovery", lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S)
        performance.resolve(record(performance))
        wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)
        events = performance.conductor.events()
        state = performance.conductor.glimpse().state
    earned = score(events)
    return Reference(
        bite=bite,
        recovery=Time(
            seconds=round(((state.recovered_ms or 0) - fixed_ms) / 1000, 2),
            uncertainty=round((state.recovery_uncertainty_ms or 0) / 1000, 2),
        ),
        score=earned,
        achievable=earned.achievable,
        judged=state.judged.event if state.judged else None,
        page_text=state.page.event.text if state.page else "",
        leaked=leaked,
        left=leftovers(performance.root),
    )


def play_turns(order: Order, turns: tuple[WrongTurn, ...]) -> Turns:
    """Take each wrong turn in turn and undo it; before the first, note what doing nothing would have earned."""
    done: list[Turn] = []
    with rehearse(order) as performance:
        bite = bitten(performance)
        nothing = score_of_doing_nothing(performance)
        for turn in turns:
            done.append(_play_turn(performance, turn, bite))
            if done[-1].recovered:
                break
    return Turns(turns=tuple(done), do_nothing_score=nothing, left=leftovers(performance.root))


def play_blind_revert(order: Order) -> Blind:
    """Hold the fault back for a while, then put everything back to the oldest revision without understanding anything."""
    with rehearse(replace(order, calm_ms=CALM_MS)) as performance:
        bitten(performance)
        performance.ask(Acknowledge(by=BY))
        performance.desk.restore(BY, "1")
        recovered = performance.conductor.wait_for(
            lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S
        )
        performance.resolve(Resolve(by=BY, change="", unnoticed="reverted everything", guard="peer-review"))
        if recovered:
            wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)
        performance.close("timed-out", "the rehearsal is over")
        total = score(performance.conductor.events()).total
        calm = calm_before_fault(performance)
    return Blind(score=total, recovered=recovered, calm=calm, left=leftovers(performance.root))


def calm_before_fault(performance: Performance) -> bool:
    """Whether nobody was hit and nobody paged from steady state to the first fault."""
    for recorded in performance.conductor.events():
        match recorded.event:
            case FaultInjected():
                return True
            case ImpactDetected() | Paged():
                return False
            case _:
                continue
    return True


def right_diagnosis(performance: Performance) -> Diagnose:
    answer = performance.exercise.answer
    return Diagnose(
        by=BY,
        id="reference",
        component=answer.component,
        mechanism=answer.mechanism,
        change=_revealed(performance).change,
        share=answer.scope_share,
        cohort=answer.scope_cohort,
    )


def record(performance: Performance) -> Resolve:
    answer = performance.exercise.answer
    return Resolve(
        by=BY,
        change=_revealed(performance).change,
        unnoticed="the change passed every check that was made",
        guard=answer.guards[0],
    )


def score_of_doing_nothing(performance: Performance) -> int:
    """The score if nobody touched anything until the time is over: a function of the journal so far."""
    events = performance.conductor.events()
    last = events[-1]
    judged = RollbackJudged(surgical="wrong", drift="right", reasons=())
    closed = Closed(how="timed-out", reason="nobody did anything")
    at_ms = last.at_ms + performance.briefing.minutes * 60_000
    ending: tuple[Event, ...] = (judged, closed)
    tail = tuple(
        Recorded(seq=last.seq + place, at_ms=at_ms, wall_ms=last.wall_ms, event=event)
        for place, event in enumerate(ending, 1)
    )
    return score((*events, *tail), revealed=_revealed(performance)).total


def _play_turn(performance: Performance, turn: WrongTurn, bite: Bite) -> Turn:
    """Take one wrong turn, look at what users get afterwards, and undo it.

    Still bad: at least half as many requests fail as before. Looks fixed: few do, and yet it does not count as recovery
    or the end state is not right.
    """
    before = performance.desk.in_service
    for step in turn.do:
        take(performance, turn, step)
    done_ms = performance.conductor.clock.now_ms()
    recovered = performance.conductor.wait_for(lambda now: now.state.recovery is not None, LOOK_AFTER_S)
    share = share_of_requests(samples_since(performance, done_ms))
    still_bad = not recovered and share >= bite.request_share * STILL_BAD
    if not recovered and not still_bad:
        rest_s = WATCH_TURN_S - LOOK_AFTER_S
        recovered = performance.conductor.wait_for(lambda now: now.state.recovery is not None, rest_s)
    right = recovered and rightly_done(performance)
    as_declared = still_bad if turn.expect == "still_bad" else not still_bad and not right
    performance.desk.restore(BY, before)
    return Turn(
        name=turn.name,
        bad_share=round(share_hurt(performance), 3),
        request_share=round(share, 3),
        recovered=right,
        as_declared=as_declared,
    )


def rightly_done(performance: Performance) -> bool:
    """Whether the end state would be judged right if the run ended now."""
    judged = judge(performance.exercise, performance.stage, performance.desk.drift_fields, recovered=True)
    return judged.surgical == "right" and judged.drift == "right"


def _revealed(performance: Performance) -> AnswerRevealed:
    revisions = performance.conductor.glimpse().progress.revisions
    return reveal(performance.exercise, performance.stage, revisions)
