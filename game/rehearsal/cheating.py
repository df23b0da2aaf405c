"""Plays cheats on a running exercise, one after the other, and scores what each would have earned by itself.

A cheat is judged by a copy of the journal: everything up to the page, then what happened while it was played, then the end
of the run. Points that other deductions would hide count as earned.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import Acknowledged, Closed, DiagnosisSubmitted, Resolved, RollbackJudged
from game.core.exercise import LbChange, NoFault
from game.core.score import BLIND_CAP
from game.core.taxonomy import COMPONENTS, MECHANISMS
from game.director.judge import ideal_files
from game.director.requests import Acknowledge, Diagnose, Resolve
from game.errors import Refused, UsageError
from game.lab.data import exercises_dir
from game.rehearsal.bite import STILL_BAD, share_of_requests
from game.rehearsal.cheats import crowd, drawn, scripts
from game.rehearsal.editing import edited
from game.rehearsal.grading import right_diagnosis, score_of_ending
from game.rehearsal.house import BY, bitten, recovers, rehearse
from game.rehearsal.leftovers import leftovers
from game.rehearsal.look import look
from game.rehearsal.mending import lay_out, put_back, standing, tidy
from game.rehearsal.proof import Cheat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from game.core.events import Recorded
    from game.core.score import Score
    from game.core.taxonomy import Term
    from game.director.order import Order
    from game.director.performance import Performance
    from game.rehearsal.bite import Bite
    from game.rehearsal.cheats import Crowd, Script
    from game.rehearsal.mending import Standing

# Long enough to submit something before the fault.
CALM_MS = 5_000
# Half of the detector's hold: a repair that is undone after it must not count.
TOO_SHORT_S = 1.5
# What looks well is watched for longer than any honest recovery takes.
WATCH_ON_S = 12.0
TALE = Resolve(by=BY, change="", unnoticed="it works again for everybody", guard="peer-review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheats:
    """What became of each."""

    cheats: tuple[Cheat, ...]
    left: tuple[str, ...]
    root: Path


def play_cheats(order: Order, part: int = 0, of: int = 1) -> Cheats:
    """Play every `of`-th script from `part` on; the first part also plays with submissions."""
    first = part == 0
    with rehearse(replace(order, calm_ms=CALM_MS) if first else order, patient=True) as performance:
        done = [_too_early(performance)] if first else []
        bite = bitten(performance)
        table = Table(performance, bite, performance.conductor.events())
        done += [table.play(script) for script in scripts(_crowd(performance))[part::of]]
        if first:
            done += table.submissions()
    return Cheats(cheats=tuple(done), left=leftovers(performance.root), root=performance.root)


def play_drawn(performance: Performance, bite: Bite, base: Sequence[Recorded]) -> tuple[Cheat, ...]:
    """Play one script, drawn so that a catalogue plays them all, and those of words. `base`: the facts up to the page."""
    ahead = sum(
        path.parent.name < performance.briefing.code for path in exercises_dir().glob("*/exercise.yaml")
    )
    table = Table(performance, bite, tuple(one for one in base if not isinstance(one.event, Acknowledged)))
    script = drawn(_crowd(performance), ahead + performance.exercise.seed)
    return (table.play(script), *table.submissions())


def _crowd(performance: Performance) -> Crowd:
    stage = performance.stage
    return crowd(stage.stack.cohorts, stage.roster, stage.target.tenant_domain)


class Table:
    """One stack at which cheats are played; `bite` is how the fault bit before the first of them, `base` what was known then."""

    def __init__(self, performance: Performance, bite: Bite, base: Sequence[Recorded]) -> None:
        self._performance = performance
        self._bite = bite
        self._base = base

    def play(self, script: Script) -> Cheat:
        """Play one script, watch, judge, and put everything back."""
        if script.deeds == ("resolve",) and self._performance.exercise.false_alarm:
            # Saying that nothing is broken is the right thing to do there.
            return Cheat(
                name=script.name, outcome="refused", earned=0, request_share=0.0, words="no cheat here"
            )
        before, mark = standing(self._performance), len(self._performance.conductor.events())
        refusal = self._refusal(script, before)
        if refusal:
            tidy(self._performance)
            return Cheat(name=script.name, outcome="refused", earned=0, request_share=0.0, words=refusal)
        recovered, samples = look(self._performance, 0)
        if not recovered and self._bite.left(samples) < STILL_BAD:
            recovered = recovers(self._performance, WATCH_ON_S)
        judged = self._performance.judged(recovered=recovered)
        grade = self._score(self._performance.conductor.events()[mark:], judged)
        put_back(self._performance, before, cured=script.start == "ideal" or "mend" in script.deeds)
        earned = _earned(grade)
        served = script.clumsy and recovered and grade.total <= BLIND_CAP
        return Cheat(
            name=script.name,
            outcome="earns nothing" if not earned else "repairs" if served else "pays",
            earned=earned,
            request_share=round(share_of_requests(samples), 3),
            words="; ".join(judged.reasons[:3]),
        )

    def submissions(self) -> Iterator[Cheat]:
        """What can be tried with words alone. Comes last: submissions are few."""
        yield self._another_teams_answer()
        yield self._twice()
        yield self._shotgun()

    def _refusal(self, script: Script, before: Standing) -> str:
        """Do what the script says; returns why it was refused, or empty."""
        try:
            return self._edit(script) or self._deeds(script, before)
        except (Refused, UsageError) as error:
            return str(error)

    def _edit(self, script: Script) -> str:
        performance, repository = self._performance, self._performance.stage.repository
        files = dict(repository.files_at(repository.head()))
        if script.start == "ideal":
            files = dict(ideal_files(performance.exercise, performance.stage))
        if script.edit is None:
            return ""
        lay_out(performance, edited(files, script.edit))
        reply = performance.desk.apply(BY, script.name)
        if reply.accepted and script.start == "ideal":
            _cure_others(performance)
        return "" if reply.accepted else f"{reply.words}: {'; '.join(reply.lines)}"

    def _deeds(self, script: Script, before: Standing) -> str:
        performance = self._performance
        for command in script.console:
            performance.desk.console(BY, command)
        for deed in script.deeds:
            verb, _, what = deed.partition(":")
            match verb:
                case "stop":
                    performance.desk.act(BY, what, "stop")
                case "mend":
                    lay_out(performance, ideal_files(performance.exercise, performance.stage))
                    performance.desk.apply(BY, script.name)
                    _cure_others(performance)
                case "wait":
                    recovers(performance, TOO_SHORT_S)
                case "undo":
                    put_back(performance, before, cured=True)
                case "reload":
                    performance.desk.restore(BY, performance.desk.in_service)
                case _:
                    performance.resolve(TALE)
        return ""

    def _score(self, own: Iterable[Recorded], judged: RollbackJudged) -> Score:
        """Score the run as if only this had happened in it, and had been declared to be the solution."""
        told = Resolved(by=BY, change="", unnoticed=TALE.unnoticed, guard=TALE.guard)
        closed = Closed(how="timed-out", reason="the rehearsal is over")
        return score_of_ending(self._performance, (*self._base, *own), (told, judged, closed))

    def _earned_by_words(self) -> int:
        """What all diagnoses since the page have earned, of whoever played before as well."""
        later = (one for one in self._performance.conductor.events() if one.seq > self._base[-1].seq)
        said = (one for one in later if isinstance(one.event, DiagnosisSubmitted))
        return _earned(self._score(said, RollbackJudged(surgical="wrong", drift="right", reasons=())))

    def _another_teams_answer(self) -> Cheat:
        """A revision that somebody else's run had: every run's history is its own."""
        answer = replace(right_diagnosis(self._performance), id="heard", change=secrets.token_hex(20))
        return _said("another team's answer", lambda: self._performance.diagnose(answer))

    def _twice(self) -> Cheat:
        """The same diagnosis again must not count again."""
        answer = right_diagnosis(self._performance)
        self._performance.diagnose(answer)
        once = self._earned_by_words()
        self._performance.diagnose(answer)
        return _weighed("submit the same twice", self._earned_by_words() - once)

    def _shotgun(self) -> Cheat:
        """Hit once and guess on: the last word counts."""
        for number, guess in enumerate(guesses(self._performance)):
            self._performance.diagnose(replace(guess, id=f"guess-{number}"))
        return _weighed("guess four times", self._earned_by_words())


def guesses(performance: Performance) -> tuple[Diagnose, ...]:
    """Three diagnoses that are wrong in every field."""
    answer, right = performance.exercise.answer, right_diagnosis(performance)
    components = _others(COMPONENTS, (answer.component,))
    mechanisms = _others(MECHANISMS, (answer.mechanism, *answer.also))
    cohort = next(name for name in performance.briefing.cohorts if name != answer.scope_cohort)
    return tuple(
        replace(right, component=component, mechanism=mechanism, change="1", cohort=cohort, share=share)
        for component, mechanism, share in zip(components, mechanisms, (0.01, 0.5, 0.99), strict=False)
    )


def _others(terms: tuple[Term, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(term.id for term in terms if term.id not in right)


def _too_early(performance: Performance) -> Cheat:
    """Whoever has heard what will happen cannot say so before it does."""
    performance_asks: tuple[Callable[[], object], ...] = (
        lambda: performance.diagnose(replace(right_diagnosis(performance), id="early", change="")),
        lambda: performance.ask(Acknowledge(by=BY)),
        lambda: performance.resolve(TALE),
    )
    said = [_said("submit before the fault", ask) for ask in performance_asks]
    return next((one for one in said if one.outcome != "refused"), said[0])


def _said(name: str, say: Callable[[], object]) -> Cheat:
    """Something that has to be refused as it is said."""
    try:
        say()
    except (Refused, UsageError) as error:
        return Cheat(name=name, outcome="refused", earned=0, request_share=0.0, words=str(error))
    return Cheat(name=name, outcome="pays", earned=0, request_share=0.0, words="it was recorded")


def _weighed(name: str, earned: int) -> Cheat:
    return Cheat(
        name=name, outcome="pays" if earned > 0 else "earns nothing", earned=earned, request_share=0.0
    )


def _earned(grade: Score) -> int:
    return sum(line.points for line in grade.lines if line.points > 0)


def _cure_others(performance: Performance) -> None:
    """Undo every fault that is no commit, as its owners would."""
    injected = performance.exercise.faults[: performance.conductor.glimpse().progress.injected]
    for fault in reversed(injected):
        if not isinstance(fault, LbChange | NoFault):
            performance.faults.undo(fault)
