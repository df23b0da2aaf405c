"""From a debrief to what its charts show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core import events as kinds
from game.core.charts.cohorts import Strip
from game.core.charts.points import Bar
from game.core.charts.scene import Scene
from game.core.charts.shapes import Act, Sign
from game.core.chronicle import happened_ms
from game.core.durations import clock
from game.core.ghost import ORIGINAL, Mark, Runner
from game.core.report.labels import score_line
from game.core.series import readings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.debrief import Debrief

MOST_ACTS = 12
MARGIN_MS = 20_000


def scene(found: Debrief, *, objective: float) -> Scene:
    """Load and signs on the debrief's clock, from shortly before the trouble on: the calm before needs little room."""
    origin_ms = found.origin.at_ms
    every = readings(found.events, origin_ms=origin_ms)
    end_ms = every[-1].to_ms if every else 0
    unhealthy = tuple(
        (
            stretch.onset_ms - origin_ms,
            end_ms if stretch.recovered_ms is None else stretch.recovered_ms - origin_ms,
        )
        for stretch in found.impact.stretches
    )
    return Scene(
        readings=tuple(reading for reading in every if reading.from_ms >= -MARGIN_MS),
        acts=acts(found),
        unhealthy=unhealthy,
        origin=found.origin.what,
        objective=objective,
    )


def strips(found: Debrief) -> tuple[Strip, ...]:
    return tuple(
        Strip(
            cohort=harm.cohort,
            offered=harm.offered,
            bad=harm.bad,
            readings=tuple(
                reading
                for reading in readings(found.events, origin_ms=found.origin.at_ms, cohort=harm.cohort)
                if reading.from_ms >= -MARGIN_MS
            ),
        )
        for harm in found.impact.cohorts
    )


def acts(found: Debrief) -> tuple[Act, ...]:
    """The milestones and what was applied; of a long run the first and last of them, or the signs would hide the line."""
    every = tuple(_acts(found))
    if len(every) <= MOST_ACTS:
        return every
    half = MOST_ACTS // 2
    return (*every[:half], *every[-half:])


def runners(found: Debrief) -> tuple[Runner, ...]:
    """This run, par, the original outage, and whom else it is raced against if there is somebody."""
    run = tuple(
        Mark(moment=one.moment, at_ms=one.at_ms, uncertainty_ms=one.uncertainty_ms)
        for one in found.milestones
        if one.at_ms is not None
    )
    par = tuple(
        Mark(moment=one.moment, at_ms=one.par_ms) for one in found.milestones if one.par_ms is not None
    )
    three = (Runner(name="this run", marks=run), Runner(name="par", marks=par), ORIGINAL)
    return three if found.best is None else (*three, found.best)


def bars(found: Debrief) -> tuple[Bar, ...]:
    lines = found.score.lines if found.score else ()
    return tuple(Bar(label=score_line(line.reason), points=line.points, of=line.of) for line in lines)


def _acts(found: Debrief) -> Iterator[Act]:
    hurt_before = paged_before = acknowledged_before = False
    for recorded in found.events:
        event = recorded.event
        since_ms = happened_ms(recorded) - found.origin.at_ms
        match event:
            case kinds.Paged() if not paged_before:
                paged_before = True
                yield _act("page", since_ms, "page")
            case kinds.Acknowledged() if not acknowledged_before:
                acknowledged_before = True
                yield _act("acknowledged", since_ms, "acknowledged")
            case kinds.DiagnosisSubmitted():
                yield _act("diagnosis", since_ms, "diagnosis")
            case kinds.ConfigurationApplied():
                yield _act("applied", since_ms, "applied")
            case kinds.RecoveryDetected():
                yield _act("recovered", since_ms, "recovered")
            case kinds.ImpactDetected() if hurt_before:
                yield _act("relapse", since_ms, "relapse")
            case kinds.ImpactDetected():
                hurt_before = True
            case kinds.Resolved():
                yield _act("resolved", since_ms, "resolved")
            case _:
                pass


def _act(sign: Sign, since_ms: int, word: str) -> Act:
    return Act(sign=sign, at_ms=since_ms, label=f"{word} {clock(since_ms)}")
