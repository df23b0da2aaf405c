"""Wrong turns, one after the other on one stack, each looked at and undone; and at last the end states that are right, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.director.judge import CONFIGURATION, ideal_files
from game.rehearsal.accepted import with_leftovers
from game.rehearsal.grading import score_of_doing_nothing
from game.rehearsal.house import BY, bitten, rehearse
from game.rehearsal.leftovers import leftovers
from game.rehearsal.mending import mend
from game.rehearsal.proof import Accepted, Turn

if TYPE_CHECKING:
    from game.core.exercise import WrongTurn
    from game.director.opening import Order
    from game.director.performance import Performance

# Enough whole seconds to compare; shorter than the detector's hold, so a recovery cannot be over and forgotten.
LOOK_AFTER_S = 2.8
# Longer than the detector's hold: what has not counted as recovery by then does not.
WATCH_TURN_S = 6.0
STILL_BAD = 0.5
RECOVERY_WITHIN_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """`accepted`: what became of the alternative end state; None if it was not played."""

    turns: tuple[Turn, ...]
    do_nothing_score: int
    accepted: Accepted | None
    left: tuple[str, ...]


def play_turns(order: Order, turns: tuple[WrongTurn, ...], *, accept: bool) -> Turns:
    """Take each wrong turn and undo it; before the first, note what doing nothing would have earned.

    `accept`: in the end repair it in the other way that the exercise accepts, if it does.
    """
    done: list[Turn] = []
    accepted: Accepted | None = None
    with rehearse(order) as performance:
        bite = bitten(performance)
        nothing = score_of_doing_nothing(performance)
        for turn in turns:
            done.append(_play_turn(performance, turn, bite))
            if done[-1].recovered:
                break
        else:
            if accept and performance.exercise.answer.accept:
                accepted = play_accept(performance)
    return Turns(
        turns=tuple(done), do_nothing_score=nothing, accepted=accepted, left=leftovers(performance.root)
    )


def play_accept(performance: Performance) -> Accepted:
    """Take away the fault except the lines that may stay of it: users must recover, and the judge must find it right."""
    repository, answer = performance.stage.repository, performance.exercise.answer
    wanted = ideal_files(performance.exercise, performance.stage)
    faulty = repository.files_at(repository.head())[CONFIGURATION]
    target = repository.path / CONFIGURATION
    target.write_text(with_leftovers(wanted[CONFIGURATION], faulty, answer.accept))
    reply = performance.desk.apply(BY, "take the fault away and leave what does nothing")
    if not reply.accepted:
        return Accepted(recovered=False, right=False, why="; ".join(reply.lines))
    mend(performance, tuple(_not_in_the_file(fault) for fault in performance.exercise.faults))
    recovered = performance.conductor.wait_for(lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S)
    judged = judged_now(performance)
    return Accepted(recovered=recovered, right=judged.surgical == "right", why="; ".join(judged.reasons))
