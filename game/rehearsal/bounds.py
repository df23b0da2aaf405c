"""What is held against which bound: the proofs of an exercise over everything that was played of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.catalog.leaks import leaked
from game.core.exercise import LbRuntime, LbStale
from game.rehearsal.blind import Blind
from game.rehearsal.follow_ups import bought_failures
from game.rehearsal.grading import is_right
from game.rehearsal.proof import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from game.core.exercise import Exercise
    from game.rehearsal.cheating import Cheats
    from game.rehearsal.follow_ups import Bought
    from game.rehearsal.proof import Accepted, Cheat, Turn
    from game.rehearsal.reference import Reference
    from game.rehearsal.turns import Turns

REFERENCE_SHARE = 0.95
NAMED_WITHIN_MS = 1_000
BLIND_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of every scenario of one exercise."""

    reference: Reference
    turns: tuple[Turns, ...]
    cheats: tuple[Cheats, ...] = ()
    bought: tuple[Bought, ...] = ()

    @property
    def blind(self) -> Blind:
        """What came of the blind revert; where a wrong turn repaired it before, it was not played, and earned nothing."""
        played = (stack.blind for stack in self.turns if stack.blind is not None)
        return next(played, Blind(score=0, recovered=False, calm=True))

    @property
    def accepted(self) -> Accepted | None:
        return next((stack.accepted for stack in self.turns if stack.accepted is not None), None)

    @property
    def wrong_turns(self) -> tuple[Turn, ...]:
        """What came of every wrong turn, on whichever stack."""
        return tuple(turn for stack in self.turns for turn in stack.turns)

    @property
    def tried(self) -> tuple[Cheat, ...]:
        """What came of every cheat that was played."""
        drawn = (cheat for stack in self.turns for cheat in stack.cheats)
        return (*drawn, *(cheat for stack in self.cheats for cheat in stack.cheats))

    @property
    def do_nothing_score(self) -> int:
        """The most that doing nothing would have earned, of all stacks."""
        return max(stack.do_nothing_score for stack in self.turns)

    @property
    def left(self) -> tuple[str, ...]:
        """What any run left behind; the solution and the wrong turns may have been one run."""
        return tuple(dict.fromkeys(left for stack in self._stacks for left in stack.left))

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of all runs; the solution and the wrong turns may have been one run."""
        return tuple(dict.fromkeys(stack.root for stack in (*self._stacks, *self.bought)))

    @property
    def _stacks(self) -> tuple[Reference | Turns | Cheats, ...]:
        return (self.reference, *self.turns, *self.cheats)


def failures(exercise: Exercise, played: Played) -> Iterator[Failure]:
    """Every proof that does not hold: what was measured, and what it had to be."""
    yield from _calm(played)
    yield from _bites(exercise, played)
    yield from _silent(exercise, played)
    yield from _turns(played)
    yield from _solved(played)
    yield from _otherwise(exercise, played)
    yield from _unearned(played)
    yield from _clean(played)
    yield from _signed(exercise, played)
    yield from _handed_over(exercise, played)
    yield from bought_failures(played.bought)


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
    for turn in played.wrong_turns:
        if not turn.as_declared:
            after = "recovery" if turn.recovered else f"{turn.request_share:.3f} of requests failing"
            yield Failure(
                proof="5 wrong turns", measured=f"{turn.name}: {after}", bound="as declared, no recovery"
            )


def _solved(played: Played) -> Iterator[Failure]:
    """Proof 6: the reference solution recovers, is surgical, leaves no drift, and scores."""
    reference = played.reference
    judged = reference.judged
    if judged is None or not is_right(judged):
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
    if played.do_nothing_score != 0:
        yield Failure(proof="7 doing nothing", measured=f"{played.do_nothing_score} points", bound="0")
    if played.blind.score > BLIND_MOST:
        yield Failure(
            proof="7 blind revert", measured=f"{played.blind.score} points", bound=f"at most {BLIND_MOST}"
        )
    for cheat in played.tried:
        if cheat.outcome == "pays":
            measured = f"{cheat.name}: {cheat.earned} points; {cheat.words}"
            yield Failure(proof="7 cheats", measured=measured, bound="no more than doing nothing")


def _clean(played: Played) -> Iterator[Failure]:
    """Proof 8: nothing is left."""
    for left in played.left:
        yield Failure(proof="8 nothing left", measured=left, bound="no process, no transient file")


def _signed(exercise: Exercise, played: Played) -> Iterator[Failure]:
    """Proof 10: the neon sign names what has no record within a second; poisoned or silenced, it does not."""
    sign, named_ms = exercise.sign, played.reference.named_ms
    if not sign.on:
        return
    unrecorded = any(isinstance(fault, LbRuntime | LbStale) for fault in exercise.faults)
    deaf = sign.broken is not None and sign.broken.how in {"poisoned", "silenced"}
    if unrecorded and not deaf and (named_ms is None or named_ms > NAMED_WITHIN_MS):
        measured = "dark" if named_ms is None else f"after {named_ms} ms"
        yield Failure(proof="10 neon sign", measured=measured, bound=f"lit within {NAMED_WITHIN_MS} ms")
    if deaf and named_ms is not None:
        yield Failure(
            proof="10 neon sign", measured=f"lit after {named_ms} ms", bound="dark, since it is broken"
        )


def _handed_over(exercise: Exercise, played: Played) -> Iterator[Failure]:
    """Proof 13: who comes second starts from the note, and the debrief knows what the first one had looked at."""
    if exercise.before is None:
        return
    found = played.reference.handoff
    looked = len(exercise.before.looked)
    if found is None or (found.note, found.looks_before) != (exercise.before.note, looked):
        measured = "no handoff" if found is None else f"{found.looks_before} looks before it"
        yield Failure(proof="13 handoff", measured=measured, bound=f"the note, and {looked} looks")
