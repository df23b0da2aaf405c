"""The nine proofs of an exercise: plays its scenarios beside each other and holds what was measured against the bounds."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from concurrent.futures import wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from game.catalog.load import check_exercise, load_exercise
from game.catalog.stack import load_stack
from game.director.opening import new_run_id
from game.director.order import Order
from game.errors import DanceoffError
from game.lab.data import exercises_dir, stacks_dir
from game.lab.ground import ground
from game.lab.home import home
from game.rehearsal.bounds import Played, failures
from game.rehearsal.cheating import play_cheats
from game.rehearsal.duels import duel_failures, play_duel, try_offers
from game.rehearsal.follow_ups import play_bought
from game.rehearsal.proof import Chosen, Failure, Time, Verified
from game.rehearsal.reference import play_reference
from game.rehearsal.together import play_together
from game.rehearsal.turns import play_turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from game.catalog.variants import Choice
    from game.core.duel.plan import DuelPlan
    from game.core.exercise import Exercise, WrongTurn
    from game.lab.runtime.choice import RuntimeName
    from game.rehearsal.reference import Reference
    from game.rehearsal.turns import Last, Turns

CHEAT_STACKS = 2
# Where an exercise has several stacks: few wrong turns each are quick to prove.
TURNS_A_STACK = 3
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """`cheats`: play every cheat, which takes long, and not only a few. `thrifty`: everything on one stack, instead of several beside each other."""

    cheats: bool = False
    thrifty: bool = False
    runtime: RuntimeName = "process"


def verify(code: str, seed: int, told: Callable[[str], None], effort: Effort, stacks: Executor) -> Verified:
    """Prove one exercise for one seed. `told` hears which scenario is done; `stacks` says how many are played at once."""
    started = time.monotonic()
    try:
        stack = load_stack(stacks_dir() / "auth")
        check_exercise(exercises_dir() / code, stack)
        playable = load_exercise(exercises_dir() / code, stack, seed)
        order = Order(code=code, seed=seed, runtime=effort.runtime)
        found = _prove(playable.exercise, order, told, effort, stacks)
        verified = replace(found, chose=_chosen(playable.choice))
    except DanceoffError as error:
        failure = Failure(proof="plays", measured=str(error), bound="every scenario can be played to its end")
        on = _haproxy(effort.runtime)
        verified = Verified(
            code=code, seed=seed, ok=False, runtime=effort.runtime, haproxy=on, failures=(failure,)
        )
    if not verified.ok:
        told("; ".join(f"proof {one.proof} was {one.measured}" for one in verified.failures))
    return replace(verified, load_average=round(os.getloadavg()[0], 1), seconds=_since(started))


def _haproxy(runtime: RuntimeName) -> str:
    """The version that runs would be played on, for one that was not played to its end; empty when even that is not known."""
    try:
        stands = ground(runtime, load_stack(stacks_dir() / "auth"), home(), new_run_id())
    except DanceoffError:
        return ""
    return dict(stands.versions).get("haproxy", "")


def _chosen(choice: Choice) -> tuple[Chosen, ...]:
    order = (Chosen(name="order", value=" ".join(choice.order)),) if choice.order else ()
    return tuple(Chosen(name=name, value=str(word)) for name, word in choice.words.items()) + order


def _prove(
    exercise: Exercise, order: Order, told: Callable[[str], None], effort: Effort, stacks: Executor
) -> Verified:
    if exercise.duel is not None:
        return _prove_duel(exercise.duel, order, told, stacks)
    parts = CHEAT_STACKS if effort.cheats else 0
    cheating = [
        stacks.submit(_told(told, "cheats", play_cheats), order, part, parts) for part in range(parts)
    ]
    buying = [
        stacks.submit(_told(told, ", ".join(worth.buy), play_bought), order, worth)
        for worth in exercise.follow_ups
    ]
    # All are awaited before the first of them is asked: what failed must not leave others behind.
    try:
        reference, turns = (
            _together(exercise, order, told, effort, stacks)
            if effort.thrifty
            else _apart(exercise, order, told, effort, stacks)
        )
    finally:
        wait(cheating)
        wait(buying)
    cheats = tuple(stack.result() for stack in cheating)
    return _judge(
        exercise,
        order,
        Played(
            reference=reference, turns=turns, cheats=cheats, bought=tuple(stack.result() for stack in buying)
        ),
    )


def _prove_duel(plan: DuelPlan, order: Order, told: Callable[[str], None], stacks: Executor) -> Verified:
    """Try every offer on one stack, and play the duel on another."""
    trying = stacks.submit(_told(told, f"{len(plan.offers)} offers", try_offers), order, plan)
    playing = stacks.submit(_told(told, "the duel", play_duel), _marked(order))
    # Both are awaited before the first is asked: what failed must not leave the other behind.
    wait([trying])
    wait([playing])
    offers, played = trying.result(), playing.result()
    missed = tuple(duel_failures(offers, played))
    roots = (offers.root, played.root)
    for root in () if missed else roots:
        shutil.rmtree(root, ignore_errors=True)
    return Verified(
        code=order.code,
        seed=order.seed,
        ok=not missed,
        runtime=order.runtime,
        haproxy=_haproxy(order.runtime),
        reference_score=played.score.total,
        achievable=played.score.achievable,
        do_nothing_score=played.silent,
        blind_revert_score=max(played.credulous, played.obstinate),
        offers=tuple(one.offered for one in offers.tried),
        evidence=tuple(map(str, roots)) if missed else (),
        failures=missed,
    )


def _apart(
    exercise: Exercise, order: Order, told: Callable[[str], None], effort: Effort, stacks: Executor
) -> tuple[Reference, tuple[Turns, ...]]:
    """Play the solution and a few wrong turns each on stacks of their own, beside each other."""
    reference = stacks.submit(_told(told, "reference solution", play_reference), _marked(order))
    turning = [
        stacks.submit(_told(told, _called(turns, lasts), play_turns), order, turns, lasts)
        for turns, lasts in dealt(exercise, TURNS_A_STACK, cheats=not effort.cheats)
    ]
    wait([reference])
    wait(turning)
    return reference.result(), tuple(stack.result() for stack in turning)


def _together(
    exercise: Exercise, order: Order, told: Callable[[str], None], effort: Effort, stacks: Executor
) -> tuple[Reference, tuple[Turns, ...]]:
    """Play everything on one stack; wrong turns on another where the fault does not come back after its repair."""
    ((turns, lasts),) = dealt(exercise, len(exercise.wrong_turns), cheats=not effort.cheats)
    both = stacks.submit(
        _told(told, f"solution, {_called(turns, lasts)}", play_together), _marked(order), lasts
    )
    played = both.result()
    if played.turns is not None:
        return played.reference, (played.turns,)
    alone = stacks.submit(_told(told, _called(turns, lasts), play_turns), order, turns, lasts)
    return played.reference, (alone.result(),)


def _marked(order: Order) -> Order:
    """The solution's stack carries a marker beside the answer, which must not show anywhere before the debrief."""
    return replace(order, marker=f"marker-{secrets.token_hex(12)}")


def dealt(
    exercise: Exercise, each: int, *, cheats: bool = True
) -> tuple[tuple[tuple[WrongTurn, ...], tuple[Last, ...]], ...]:
    """Deal the wrong turns to stacks. The first one also plays the accepted end state if there is one, and a few `cheats`.

    The last one also plays the blind revert.
    """
    turns = exercise.wrong_turns
    stacks = max(1, -(-len(turns) // max(1, each)))
    first: tuple[Last, ...] = (
        *(("accept",) if exercise.answer.accept else ()),
        *(("cheats",) if cheats else ()),
    )
    last: tuple[Last, ...] = ("blind revert",)
    return tuple(
        (turns[place::stacks], (first if place == 0 else ()) + (last if place == stacks - 1 else ()))
        for place in range(stacks)
    )


def _called(turns: tuple[WrongTurn, ...], lasts: tuple[Last, ...]) -> str:
    return ", ".join((f"{len(turns)} wrong turns", *lasts))


def _told(told: Callable[[str], None], what: str, play: Callable[P, R]) -> Callable[P, R]:
    def playing(*arguments: P.args, **words: P.kwargs) -> R:
        result = play(*arguments, **words)
        told(f"{what} done")
        return result

    return playing


def _judge(exercise: Exercise, order: Order, played: Played) -> Verified:
    reference = played.reference
    missed = tuple(failures(exercise, played))
    if not missed:
        for root in played.roots:
            shutil.rmtree(root, ignore_errors=True)
    return Verified(
        code=order.code,
        seed=order.seed,
        ok=not missed,
        runtime=order.runtime,
        haproxy=reference.haproxy,
        bad_share=round(reference.bite.bad_share, 3),
        cohorts=reference.bite.cohorts,
        onset_s=Time(
            seconds=round(reference.bite.onset_s, 2), uncertainty=round(reference.bite.onset_uncertainty_s, 2)
        ),
        recovery_s=reference.recovery,
        reference_score=reference.score.total,
        achievable=reference.achievable,
        do_nothing_score=played.do_nothing_score,
        blind_revert_score=played.blind.score,
        wrong_turns=played.wrong_turns,
        bought=tuple(one.purchase for one in played.bought),
        accepted=played.accepted,
        cheats=played.tried,
        evidence=tuple(str(root) for root in played.roots) if missed else (),
        failures=missed,
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)
