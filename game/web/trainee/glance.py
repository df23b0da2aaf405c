"""What a team sees of its run at a glance, ready for templates: words, signs and drawings, no arithmetic left to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core import events as fact
from game.core.charts.drawing import Sheet
from game.core.charts.pulse import Beat, Pulse, Row, latest, pulse_chart, pulse_table
from game.core.charts.shapes import Act, Sign
from game.core.charts.table import table_markup
from game.core.chronicle import strand, who
from game.core.durations import clock, percent
from game.core.overview import MOST_DIAGNOSES
from game.core.report.labels import strand_sign
from game.core.words import in_words
from game.web.drawing import Drawing, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from game.core.events import Recorded
    from game.core.views import RunView

SHOWN_MS = 6 * 60_000
MOST_LINES = 60
MOST_ACTS = 10
UNTOLD = (fact.LoadSampled, fact.StepDone, fact.LookedAt, fact.DriftSeen, fact.DriftCleared, fact.RunOpened)
SAID = (fact.MessageReceived, fact.Escalated, fact.HandedOver, fact.Paged, fact.UpdatePosted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`state`: done, now, ahead; never told by colour alone."""

    word: str
    state: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    at: str
    kind: str
    sign: str
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """`hurt` and `well` are sentences; `tone` (of the page) and `mood` (of the users) are calm, waiting or alarm."""

    run: RunView
    clock: str
    left: str
    since_page: str
    steps: tuple[Step, ...]
    tone: str
    mood: str
    limbo: str
    hurt: str
    well: str
    pulse: Drawing
    lines: tuple[Line, ...]
    diagnoses: str
    announcement: str
    sign_since: str = ""
    duel_until: str = ""


def glance(run: RunView, told: Sequence[Recorded]) -> Glance:
    pulse = _pulse(run, told)
    below = [(row.name, share) for row in pulse.rows[1:] if _below(share := latest(row)[0], run.objective)]
    names = {name for name, _ in below}
    well = [row.name for row in pulse.rows[1:] if row.name not in names and latest(row)[0] is not None]
    lines = tuple(_lines(told))
    return Glance(
        run=run,
        clock=clock(run.clock_ms),
        left=clock(max(0, run.limit_ms - run.clock_ms)),
        since_page="" if run.since_page_ms is None else clock(run.since_page_ms),
        steps=_steps(run),
        tone="alarm"
        if run.page and run.page.open and not run.recovered
        else "waiting"
        if run.limbo
        else "calm",
        mood="alarm" if run.limbo else "waiting" if below else "calm",
        limbo=_limbo(run),
        hurt=_hurt(below),
        well=f"Served: {', '.join(well)}." if well and below else "",
        pulse=_drawing(pulse),
        lines=lines,
        diagnoses=f"{run.diagnoses_left} of {MOST_DIAGNOSES} submissions left; the last one counts.",
        duel_until=clock(run.clock_ms + run.duel.left_ms) if run.duel else "",
        sign_since=clock(run.sign.since_ms) if run.sign and run.sign.lit else "",
        announcement=next((f"{line.what}" for line in lines if line.kind in {"call", "healed"}), ""),
    )


def _below(share: float | None, objective: float) -> bool:
    return share is not None and share < objective


def _limbo(run: RunView) -> str:
    if run.success is None:
        return "Users arrive."
    if not run.limbo:
        return f"All {run.users} users can sign in."
    return f"{run.limbo} of {run.users} users cannot sign in ({percent(run.limbo / run.users, digits=0)})."


def _hurt(below: list[tuple[str, float | None]]) -> str:
    if not below:
        return ""
    worst = sorted(below, key=lambda one: one[1] or 0.0)
    told = ", ".join(f"{name} {percent(1 - (share or 0.0), digits=0)}" for name, share in worst)
    return f"Requests that fail: {told}."


def _steps(run: RunView) -> tuple[Step, ...]:
    """Milestones may come in any order, so each is told by itself; the first open one is what comes next."""
    reached = (
        ("Steady", run.phase != "preparing"),
        ("Paged", run.page is not None),
        ("Acknowledged", run.page is not None and run.page.acknowledged),
        ("Diagnosed", run.diagnoses_left < MOST_DIAGNOSES),
        ("Recovered", run.recovered),
        ("Validated", run.phase == "validated"),
    )
    following = next((index for index, (_, done) in enumerate(reached) if not done), len(reached))
    return tuple(
        Step(word=word, state="done", sign="✓")
        if done
        else Step(word=word, state="now", sign="▸")
        if index == following and not run.closed
        else Step(word=word, state="ahead", sign="·")
        for index, (word, done) in enumerate(reached)
    )


def _pulse(run: RunView, told: Sequence[Recorded]) -> Pulse:
    samples = [recorded.event for recorded in told if isinstance(recorded.event, fact.LoadSampled)]
    since_ms = (samples[-1].to_ms if samples else 0) - SHOWN_MS
    shown = [sample for sample in samples if sample.from_ms >= since_ms]
    everybody = tuple(
        Beat(from_ms=one.from_ms, to_ms=one.to_ms, offered=one.offered, bad=one.bad, p95_ms=one.p95_ms)
        for one in shown
    )
    rows = [Row(name="everybody", beats=everybody)]
    rows += [Row(name=cohort.cohort, beats=_beats(cohort.cohort, shown)) for cohort in run.cohorts]
    return Pulse(
        rows=tuple(rows),
        acts=tuple(_acts(told))[-MOST_ACTS:],
        objective=run.objective,
        objective_p95_ms=run.objective_p95_ms,
    )


def _beats(cohort: str, samples: Sequence[fact.LoadSampled]) -> tuple[Beat, ...]:
    return tuple(
        Beat(
            from_ms=sample.from_ms,
            to_ms=sample.to_ms,
            offered=mine.offered,
            bad=mine.bad,
            p95_ms=mine.p95_ms,
        )
        for sample in samples
        for mine in sample.cohorts
        if mine.cohort == cohort
    )


def _acts(told: Sequence[Recorded]) -> Iterator[Act]:
    """What the team did, and the page: signs over the chart."""
    for recorded in told:
        found = _sign(recorded.event)
        if found is not None:
            sign, word = found
            yield Act(sign=sign, at_ms=recorded.at_ms, label=word)


def _sign(event: fact.Event) -> tuple[Sign, str] | None:
    match event:
        case fact.Paged():
            return "page", "page"
        case fact.Acknowledged():
            return "acknowledged", "ack"
        case fact.DiagnosisSubmitted():
            return "diagnosis", "diagnosis"
        case fact.ConfigurationApplied(actor=_):
            return "applied", "applied"
        case fact.RuntimeActionTaken():
            return "applied", "runtime"
        case fact.ServiceActionTaken(action=action):
            return "applied", action
        case fact.RecoveryDetected():
            return "recovered", "recovered"
        case fact.Resolved():
            return "resolved", "resolved"
        case _:
            return None


def _drawing(pulse: Pulse) -> Drawing:
    return Drawing(
        wide=safe(pulse_chart(pulse, Sheet(name="pulse-wide", half=True))),
        narrow=safe(pulse_chart(pulse, Sheet(name="pulse-narrow", narrow=True))),
        table=safe(table_markup(pulse_table(pulse))),
    )


def _lines(told: Sequence[Recorded]) -> Iterator[Line]:
    """Newest first. What others did unseen (a sealed fact) is not among what is told."""
    tellable = [recorded for recorded in told if not isinstance(recorded.event, UNTOLD)]
    for recorded in reversed(tellable[-MOST_LINES:]):
        event = recorded.event
        said = isinstance(event, SAID)
        yield Line(
            at=clock(recorded.at_ms),
            kind="call" if said else strand(event),
            sign=strand_sign(strand(event)),
            who=who(event),
            what=_what(event),
        )


def _what(event: fact.Event) -> str:
    match event:
        case fact.MessageReceived(text=text) | fact.UpdatePosted(text=text) | fact.NoteWritten(text=text):
            return text
        case fact.ImpactDetected():
            return "Users' requests fail."
        case fact.ClockPaused(reason=reason):
            return f"The clock stands still, nobody's time: {reason}"
        case _:
            return in_words(event)
