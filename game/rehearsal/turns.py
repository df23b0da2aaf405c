"""Wrong turns, one after the other on one stack, each looked at and undone; at last another right end state, or a blind revert."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from game.director.judge import CONFIGURATION, ideal_files
from game.rehearsal.accepted import with_leftovers
from game.rehearsal.blind import CALM_MS, Blind, play_blind_revert
from game.rehearsal.grading import is_right, rightly_done, score_of_doing_nothing
from game.rehearsal.house import (
    BY,
    RECOVERY_WITHIN_S,
    STILL_BAD,
    bitten,
    recovers,
    rehearse,
    samples_since,
    share_hurt,
    share_of_requests,
)
from game.rehearsal.leftovers import leftovers
from game.rehearsal.mending import lay_out, mend, put_back, standing
from game.rehearsal.proof import Accepted, Turn
from game.rehearsal.steps import take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from game.core.events import Recorded
    from game.core.exercise import WrongTurn
    from game.director.order import Order
    from game.director.performance import Performance
    from game.rehearsal.house import Bite

# Whole seconds of load to judge a wrong turn by, and how long they may take: clients wait two seconds, and are told later.
LOOK_SAMPLES = 2
LOOK_WITHIN_S = 15.0
# Longer than the detector's hold: what has not counted as recovery by then does not.
WATCH_ON_S = 4.0
Last = Literal["accept", "blind revert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What came of a stack's wrong turns; `accepted` and `blind` are None where they were not played."""

    turns: tuple[Turn, ...]
    do_nothing_score: int
    accepted: Accepted | None
    blind: Blind | None
    left: tuple[str, ...]
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """How a run stood at its page: how the fault bites, the facts up to then, and what doing nothing would have earned."""

    bite: Bite
    events: Sequence[Recorded]
    nothing: int


def play_turns(order: Order, turns: tuple[WrongTurn, ...], lasts: tuple[Last, ...]) -> Turns:
    """Take each wrong turn and undo it; before the first, note what doing nothing would have earned.

    `lasts`: what is played after them: the other repair that the exercise accepts; a blind revert, for which the fault is held
    back for a while at first.
    """
    with rehearse(replace(order, calm_ms=CALM_MS) if "blind revert" in lasts else order) as performance:
        taken = take_turns(performance, paged(performance), turns, lasts)
    return replace(taken, left=leftovers(performance.root))


def paged(performance: Performance) -> Paged:
    """Wait for the page, and keep what was known by then."""
    bite = bitten(performance)
    return Paged(
        bite=bite,
        events=performance.conductor.events(),
        nothing=score_of_doing_nothing(performance),
    )


def take_turns(
    performance: Performance, at_page: Paged, turns: tuple[WrongTurn, ...], lasts: tuple[Last, ...]
) -> Turns:
    """Take wrong turns on a stack whose fault bites; what the stack leaves is not known yet."""
    done: list[Turn] = []
    accepted: Accepted | None = None
    blind: Blind | None = None
    for place, turn in enumerate(turns, 1):
        # After the last one nobody needs the fault any more, and some faults take long to bite again.
        undo = bool(lasts) or place < len(turns)
        done.append(_play_turn(performance, turn, at_page.bite, undo=undo))
        if done[-1].recovered:
            break
    else:
        if "accept" in lasts:
            before = standing(performance)
            accepted = play_accept(performance)
            if "blind revert" in lasts:
                put_back(performance, before, cured=True)
        if "blind revert" in lasts:
            blind = play_blind_revert(performance, at_page.events, at_page.bite)
    return Turns(
        turns=tuple(done),
        do_nothing_score=at_page.nothing,
        accepted=accepted,
        blind=blind,
        left=(),
        root=performance.root,
    )


def play_accept(performance: Performance) -> Accepted:
    """Take away the fault except the lines that may stay of it: users must recover, and the judge must find it right."""
    exercise, stage, desk = performance.exercise, performance.stage, performance.desk
    files = dict(ideal_files(exercise, stage))
    faulty = stage.repository.files_at(stage.repository.head())[CONFIGURATION]
    files[CONFIGURATION] = with_leftovers(files[CONFIGURATION], faulty, exercise.answer.accept)
    lay_out(performance, files)
    reply = desk.apply(BY, "take the fault away and leave what does nothing")
    if not reply.accepted:
        return Accepted(recovered=False, right=False, why="; ".join(reply.lines))
    mend(performance, commits=False)
    recovered = recovers(performance, RECOVERY_WITHIN_S)
    judged = performance.judged(recovered=recovered)
    return Accepted(recovered=recovered, right=is_right(judged), why="; ".join(judged.reasons))


def look(performance: Performance, settle_s: float) -> tuple[bool, float]:
    """Watch users from `settle_s` after now on: whether they have recovered by then, and the share of requests failing."""
    conductor = performance.conductor
    from_ms = conductor.clock.now_ms() + round(settle_s * 1000)
    conductor.wait_for(
        lambda now: (
            now.state.closed is not None
            or sum(1 for sample in now.progress.recent if sample.from_ms >= from_ms) >= LOOK_SAMPLES
        ),
        settle_s + LOOK_WITHIN_S,
    )
    return recovers(performance, 0), share_of_requests(samples_since(performance, from_ms))


def _play_turn(performance: Performance, turn: WrongTurn, bite: Bite, *, undo: bool) -> Turn:
    """Take one wrong turn, look at what users get afterwards, and undo it if another follows.

    Still bad: at least half as many requests fail as before. Looks fixed: few do, and yet it does not count as recovery
    or the end state is not right. In a false alarm, where there is nothing to recover from, still bad is what does harm.
    """
    before = standing(performance)
    for step in turn.do:
        take(performance, turn, step)
    recovered, share = look(performance, turn.settle_s)
    if performance.exercise.false_alarm:
        # Nobody was hurt before: what is done for nothing shows in people hurt by it, or in an end state that is not right.
        right, still_bad = False, share > bite.request_share or not rightly_done(performance)
    else:
        still_bad = not recovered and share >= bite.request_share * STILL_BAD
        if not recovered and not still_bad:
            recovered = recovers(performance, WATCH_ON_S)
        right = recovered and rightly_done(performance)
    hurt = share_hurt(performance)
    if undo and not right:
        put_back(performance, before)
    return Turn(
        name=turn.name,
        bad_share=round(hurt, 3),
        request_share=round(share, 3),
        recovered=right,
        as_declared=still_bad if turn.expect == "still_bad" else not still_bad and not right,
    )
