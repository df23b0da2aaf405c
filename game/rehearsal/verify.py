"""The nine proofs of an exercise: plays its scenarios beside each other and holds what was measured against the bounds."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from game.catalog.leaks import leaked
from game.catalog.load import check_exercise, load_exercise
from game.catalog.stack import load_stack
from game.director.opening import Order
from game.errors import DanceoffError
from game.lab.data import exercises_dir, stacks_dir
from game.rehearsal.cheating import play_cheats
from game.rehearsal.proof import Accepted, Failure, Time, Verified
from game.rehearsal.scenarios import play_blind_revert, play_reference
from game.rehearsal.turns import play_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.core.exercise import Exercise
    from game.rehearsal.cheating import Cheats
    from game.rehearsal.scenarios import Blind, Reference
    from game.rehearsal.turns import Turns

REFERENCE_SHARE = 0.95
BLIND_MOST = 400
CHEAT_STACKS = 2
SCENARIOS = 4 + CHEAT_STACKS
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of every scenario of one exercise."""

    reference: Reference
    turns: tuple[Turns, ...]
    blind: Blind
    cheats: tuple[Cheats, ...] = ()

    @property
    def accepted(self) -> Accepted | None:
        return next((half.accepted for half in self.turns if half.accepted is not None), None)


def verify(code: str, seed: int, told: Callable[[str], None], *, cheats: bool = False) -> Verified:
    """Prove one exercise for one seed. `told` hears which scenario is done; `cheats` also plays every cheat, which takes long."""
    started = time.monotonic()
    try:
        stack = load_stack(stacks_dir() / "auth")
        check_exercise(exercises_dir() / code, stack)
        exercise = load_exercise(exercises_dir() / code, stack, seed).exercise
        order = Order(code=code, seed=seed)
        return replace(_prove(exercise, order, told, cheats=cheats), seconds=_since(started))
    except DanceoffError as error:
        failure = Failure(proof="plays", measured=str(error), bound="every scenario can be played to its end")
        return replace(_empty(code, seed), seconds=_since(started), failures=(failure,))


def _prove(exercise: Exercise, order: Order, told: Callable[[str], None], *, cheats: bool) -> Verified:
    marker = f"marker-{secrets.token_hex(12)}"
    turns = exercise.wrong_turns
    with ThreadPoolExecutor(max_workers=SCENARIOS) as pool:
        reference = pool.submit(
            _told(told, "reference solution", play_reference), replace(order, marker=marker)
        )
        first = pool.submit(_told(told, "wrong turns", play_turns), order, turns[::2], accept=False)
        second = pool.submit(_told(told, "more wrong turns", play_turns), order, turns[1::2], accept=True)
        blind = pool.submit(_told(told, "blind revert", play_blind_revert), order)
        parts = CHEAT_STACKS if cheats else 0
        cheating = [
            pool.submit(_told(told, "cheats", play_cheats), order, part, parts) for part in range(parts)
        ]
        played = Played(
            reference=reference.result(),
            turns=(first.result(), second.result()),
            blind=blind.result(),
            cheats=tuple(cheated.result() for cheated in cheating),
        )
    return _judge(exercise, order, played)


def _told(told: Callable[[str], None], what: str, play: Callable[P, R]) -> Callable[P, R]:
    def playing(*arguments: P.args, **words: P.kwargs) -> R:
        result = play(*arguments, **words)
        told(what)
        return result

    return playing


def _judge(exercise: Exercise, order: Order, played: Played) -> Verified:
    reference = played.reference
    turns = tuple(turn for half in played.turns for turn in half.turns)
    failures = tuple(_failures(exercise, played))
    return Verified(
        code=order.code,
        seed=order.seed,
        ok=not failures,
        bad_share=round(reference.bite.bad_share, 3),
        cohorts=reference.bite.cohorts,
        onset_s=Time(
            seconds=round(reference.bite.onset_s, 2), uncertainty=round(reference.bite.onset_uncertainty_s, 2)
        ),
        recovery_s=reference.recovery,
        reference_score=reference.score.total,
        achievable=reference.achievable,
        do_nothing_score=max(half.do_nothing_score for half in played.turns),
        blind_revert_score=played.blind.score,
        wrong_turns=turns,
        accepted=played.accepted,
        cheats=tuple(cheat for part in played.cheats for cheat in part.cheats),
        seconds=0.0,
        failures=failures,
    )


def _failures(exercise: Exercise, played: Played) -> Iterator[Failure]:
    yield from _calm(played)
    yield from _bites(exercise, played)
    yield from _silent(exercise, played)
    yield from _turns(played)
    yield from _solved(played)
    yield from _otherwise(exercise, played)
    yield from _unearned(played)
    yield from _clean(played)


def _calm(played: Played) -> Iterator[Failure]:
    """Proof 2: well as long as the fault is left out, red herrings included; afterwards with later changes as well."""
    if not played.blind.calm:
        yield Failure(proof="2 steady without the fault", measured="impact or a page", bound="neither")


def _bites(exercise: Exercise, played: Played) -> Iterator[Failure]:
    """Proof 3: share and cohorts within bounds, in time."""
    expect, bite = exercise.expect, played.reference.bite
    low, high = expect.bad_share
    if not low <= bite.bad_share <= high:
        yield Failure(
            proof="3 bites", measured=f"{bite.bad_share:.3f} of users", bound=f"{low:.2f} to {high:.2f}"
        )
    if bite.onset_s > expect.within_s:
        yield Failure(
            proof="3 bites", measured=f"onset after {bite.onset_s:.1f} s", bound=f"within {expect.within_s} s"
        )
    measured = {cohort.cohort: cohort.bad_share for cohort in bite.cohorts}
    for name, least, most in expect.cohorts:
        if not least <= measured.get(name, 0.0) <= most:
            yield Failure(
                proof="3 bites",
                measured=f"{name} {measured.get(name, 0.0):.3f}",
                bound=f"{least:.2f} to {most:.2f}",
            )


def _silent(exercise: Exercise, played: Played) -> Iterator[Failure]:
    """Proofs 4 and 9: the page names no cause, and the answer is nowhere a trainee can look."""
    answer = exercise.answer
    for word in leaked(played.reference.page_text, answer.component, answer.mechanism):
        yield Failure(proof="4 page names no cause", measured=word, bound="a symptom only")
    for place in played.reference.leaked:
        yield Failure(proof="9 answer hidden", measured=place, bound="the planted marker is nowhere")


def _turns(played: Played) -> Iterator[Failure]:
    """Proof 5: wrong turns behave as declared, and none counts as recovery."""
    for turn in (turn for half in played.turns for turn in half.turns):
        if not turn.as_declared:
            after = "recovery" if turn.recovered else f"{turn.request_share:.3f} of requests failing"
            yield Failure(
                proof="5 wrong turns", measured=f"{turn.name}: {after}", bound="as declared, no recovery"
            )


def _solved(played: Played) -> Iterator[Failure]:
    """Proof 6: the reference solution recovers, is surgical, leaves no drift, and scores."""
    reference = played.reference
    judged = reference.judged
    if judged is None or judged.surgical != "right" or judged.drift != "right":
        reasons = "; ".join(judged.reasons) if judged else "not judged"
        yield Failure(proof="6 reference solution", measured=reasons, bound="surgical, without drift")
    if reference.score.cannot_tell:
        cannot = ", ".join(reference.score.cannot_tell)
        yield Failure(
            proof="6 reference solution", measured=f"cannot tell: {cannot}", bound="everything judged"
        )
    if reference.score.total < REFERENCE_SHARE * reference.achievable:
        short = ", ".join(
            f"{line.reason} {line.points}/{line.of}"
            for line in reference.score.lines
            if line.points < line.of or line.points < 0
        )
        yield Failure(
            proof="6 reference solution",
            measured=f"{reference.score.total} points ({short})",
            bound=f"at least {REFERENCE_SHARE:.0%} of {reference.achievable}",
        )


def _otherwise(exercise: Exercise, played: Played) -> Iterator[Failure]:
    """Proof 6, the other end states: with the lines that may stay, users recover and the judge finds it right."""
    if not exercise.answer.accept:
        return
    accepted = played.accepted
    if accepted is None or not accepted.recovered or not accepted.right:
        measured = (
            "not reached: a wrong turn recovered" if accepted is None else accepted.why or "no recovery"
        )
        yield Failure(proof="6 accepted end state", measured=measured, bound="recovers, and is judged right")


def _unearned(played: Played) -> Iterator[Failure]:
    """Proof 7: doing nothing earns nothing, a blind revert little."""
    nothing = max(half.do_nothing_score for half in played.turns)
    if nothing != 0:
        yield Failure(proof="7 doing nothing", measured=f"{nothing} points", bound="0")
    if played.blind.score > BLIND_MOST:
        yield Failure(
            proof="7 blind revert", measured=f"{played.blind.score} points", bound=f"at most {BLIND_MOST}"
        )
    for cheat in (cheat for part in played.cheats for cheat in part.cheats):
        if cheat.outcome == "pays":
            measured = f"{cheat.name}: {cheat.earned} points; {cheat.words}"
            yield Failure(proof="7 cheats", measured=measured, bound="no more than doing nothing")


def _clean(played: Played) -> Iterator[Failure]:
    """Proof 8: nothing is left."""
    halves = tuple(left for half in played.turns for left in half.left)
    cheats = tuple(left for part in played.cheats for left in part.left)
    for left in (*played.reference.left, *halves, *played.blind.left, *cheats):
        yield Failure(proof="8 nothing left", measured=left, bound="no process, no transient file")


def _empty(code: str, seed: int) -> Verified:
    return Verified(
        code=code,
        seed=seed,
        ok=False,
        bad_share=0.0,
        cohorts=(),
        onset_s=None,
        recovery_s=None,
        reference_score=0,
        achievable=0,
        do_nothing_score=0,
        blind_revert_score=0,
        wrong_turns=(),
        accepted=None,
        cheats=(),
        seconds=0.0,
        failures=(),
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)
