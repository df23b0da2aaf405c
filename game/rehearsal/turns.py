"""Wrong turns, one after the other on one stack, each looked at and undone; at last another right end state, or a blind revert."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from game.director.judge import CONFIGURATION, ideal_files
from game.rehearsal.accepted import with_leftovers
from game.rehearsal.bite import STILL_BAD, samples_since, share_hurt, share_of_requests
from game.rehearsal.blind import CALM_MS, Blind, play_blind_revert
from game.rehearsal.cheating import play_drawn
from game.rehearsal.grading import is_right, rightly_done, score_of_doing_nothing
from game.rehearsal.house import BY, RECOVERY_WITHIN_S, bitten, recovers, rehearse
from game.rehearsal.leftovers import leftovers
from game.rehearsal.look import look
from game.rehearsal.mending import lay_out, mend, put_back, standing
from game.rehearsal.proof import Accepted, Cheat, Turn
from game.rehearsal.steps import breaks_off, starts_anew, take, touches_lb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from game.core.events import Recorded
    from game.core.exercise import Exercise, WrongTurn
    from game.director.order import Order
    from game.director.performance import Performance
    from game.rehearsal.bite import Bite

# How long a turn that is not as declared is looked at again: on a busy machine it takes its time to show.
LOOK_AGAIN_S = 6.0
# Users who all log in at once cost a busy machine some seconds that tell nothing.
ANEW_S = 3.0
# Longer than the detector's hold: what has not counted as recovery by then does not.
WATCH_ON_S = 4.0
Last = Literal["accept", "cheats", "blind revert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What came of a stack's wrong turns; `accepted` and `blind` are None where they were not played, `cheats` empty."""

    turns: tuple[Turn, ...]
    do_nothing_score: int
    accepted: Accepted | None
    cheats: tuple[Cheat, ...]
    blind: Blind | None
    left: tuple[str, ...]
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """How a run stood at its page: how the fault bites, the facts up to then, and what doing nothing would have earned.

    `cure_s`: how long users need to feel a repair, in seconds; None where none was made yet.
    """

    bite: Bite
    events: Sequence[Recorded]
    nothing: int
    cure_s: float | None = None


def play_turns(order: Order, turns: tuple[WrongTurn, ...], lasts: tuple[Last, ...]) -> Turns:
    """Take each wrong turn and undo it; before the first, note what doing nothing would have earned.

    `lasts`: what is played after them: the other repair that the exercise accepts; a few cheats; a blind revert, for which the
    fault is held back for a while at first.
    """
    with rehearse(replace(order, calm_ms=CALM_MS) if "blind revert" in lasts else order) as performance:
        taken = take_turns(performance, paged(performance), tuple((turn,) for turn in turns), lasts)
    return replace(taken, left=leftovers(performance.root))


def paged(performance: Performance) -> Paged:
    """Wait for the page, and keep what was known by then."""
    bite = bitten(performance)
    return Paged(
        bite=bite,
        events=performance.conductor.events(),
        nothing=score_of_doing_nothing(performance),
    )


def gathered(exercise: Exercise) -> tuple[tuple[WrongTurn, ...], ...]:
    """Wrong turns in groups that are taken at once: all that only start something anew.

    What still fails after all of these would still fail after any of them.
    """
    alike = tuple(turn for turn in exercise.wrong_turns if not exercise.false_alarm and starts_anew(turn))
    others = tuple((turn,) for turn in exercise.wrong_turns if turn not in alike)
    return (alike, *others) if alike else others


def take_turns(
    performance: Performance,
    at_page: Paged,
    groups: tuple[tuple[WrongTurn, ...], ...],
    lasts: tuple[Last, ...],
) -> Turns:
    """Take wrong turns on a stack whose fault bites; what the stack leaves is not known yet."""
    done: list[Turn] = []
    accepted: Accepted | None = None
    cheats: tuple[Cheat, ...] = ()
    blind: Blind | None = None
    for place, group in enumerate(groups, 1):
        # After the last one nobody needs the fault any more, and some faults take long to bite again.
        undo = bool(lasts) or place < len(groups)
        done += _play_group(performance, group, at_page, undo=undo)
        if done[-1].recovered:
            break
    else:
        if "accept" in lasts:
            before = standing(performance)
            accepted = play_accept(performance)
            if len(lasts) > 1:
                put_back(performance, before, cured=True)
        if "cheats" in lasts:
            cheats = play_drawn(performance, at_page.bite, at_page.events)
        if "blind revert" in lasts:
            blind = play_blind_revert(performance, at_page.events, at_page.bite)
    return Turns(
        turns=tuple(done),
        do_nothing_score=at_page.nothing,
        accepted=accepted,
        cheats=cheats,
        blind=blind,
        left=(),
        root=performance.root,
    )


def _play_group(
    performance: Performance, group: tuple[WrongTurn, ...], at_page: Paged, *, undo: bool
) -> Iterator[Turn]:
    """Take several wrong turns at once; each alone if it is not with all of them as declared."""
    if len(group) > 1:
        names = tuple(turn.name for turn in group)
        steps = dict.fromkeys(step for turn in group for step in turn.do)
        settle_s = max(turn.settle_s for turn in group)
        before = standing(performance)
        all_of_them = replace(group[0], do=tuple(steps), settle_s=settle_s)
        found = _play_turn(performance, all_of_them, at_page, undo=True)
        if found.as_declared:
            yield from (replace(found, name=name, taken_with=names) for name in names)
            return
        if found.recovered:
            put_back(performance, before, lb=touches_lb(all_of_them))
    for turn in group:
        yield _play_turn(performance, turn, at_page, undo=undo)


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


def _play_turn(performance: Performance, turn: WrongTurn, at_page: Paged, *, undo: bool) -> Turn:
    """Take one wrong turn, look at what users get afterwards, and undo it if another follows."""
    before, bite = standing(performance), at_page.bite
    for step in turn.do:
        take(performance, turn, step)
    # What is to look fixed may do so at once; what is to fail still must do so when whatever the turn itself broke is over.
    patient = turn.expect == "still_bad" or performance.exercise.false_alarm
    surely_s = None if breaks_off(turn) else at_page.cure_s
    found = _looked_at(performance, turn, bite, turn.settle_s if patient else 0, surely_s=surely_s)
    if not (found.as_declared or found.recovered):
        found = _looked_at_again(performance, turn, bite, found, 0 if patient else turn.settle_s)
    if undo and not found.recovered:
        put_back(performance, before, lb=touches_lb(turn))
    return found


def _looked_at_again(
    performance: Performance, turn: WrongTurn, bite: Bite, found: Turn, settle_s: float
) -> Turn:
    """What users get when a turn was not as declared at once: looked at until it is, or has recovered, or time is up."""
    since_ms = None
    if turn.expect == "still_bad" and not performance.exercise.false_alarm:
        # Whoever found a server that works may have stayed with it: whether somebody who comes now is served, tells.
        performance.stage.load.begin_anew()
        since_ms = performance.conductor.clock.now_ms() + round(ANEW_S * 1000)
        found = _looked_at(performance, turn, bite, ANEW_S)
    deadline = time.monotonic() + LOOK_AGAIN_S + settle_s
    while not (found.as_declared or found.recovered) and time.monotonic() < deadline:
        found = _looked_at(performance, turn, bite, 0, since_ms)
    return found


def _looked_at(
    performance: Performance,
    turn: WrongTurn,
    bite: Bite,
    settle_s: float,
    since_ms: int | None = None,
    surely_s: float | None = None,
) -> Turn:
    """What users get now; with `since_ms` all since then counts as well, for a second or two of a small cohort are chance.

    Still bad: at least half of the bite is left. Looks fixed: few do, and yet it does not count as recovery
    or the end state is not right. In a false alarm, where there is nothing to recover from, still bad is what does harm.
    """
    if performance.exercise.false_alarm:
        _, samples = look(performance, settle_s)
        # Nobody was hurt before: what is done for nothing shows in people hurt by it, or in an end state that is not right.
        harmed = share_of_requests(samples) > bite.request_share
        right, still_bad = False, harmed or not rightly_done(performance)
    else:
        recovered, samples = look(performance, settle_s, bite, surely_s)
        left = bite.left(samples)
        if since_ms is not None:
            left = max(left, bite.left(samples_since(performance, since_ms)))
        still_bad = not recovered and left >= STILL_BAD
        if not recovered and not still_bad:
            recovered = recovers(performance, WATCH_ON_S)
        right = recovered and rightly_done(performance)
    return Turn(
        name=turn.name,
        bad_share=round(share_hurt(performance), 3),
        request_share=round(share_of_requests(samples), 3),
        recovered=right,
        as_declared=still_bad if turn.expect == "still_bad" else not still_bad and not right,
    )
