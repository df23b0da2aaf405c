"""From the load worker's batches to facts: a pure pipeline of reordering, detection, sampling and alert rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core import alerts, detector, reorder, sampler
from game.core.events import Event
from game.core.outcome import within

if TYPE_CHECKING:
    from game.core.exercise import AlertRule
    from game.core.outcome import LoadBatch
    from game.core.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The states of the four stages."""

    reorder: reorder.Reorder
    detector: detector.Detector
    sampler: sampler.Sampler
    alerts: tuple[alerts.Alert, ...]
    slow_ms: int


def start_observation(stack: Stack, rules: tuple[AlertRule, ...], at_ms: int) -> Observation:
    """Begin to observe load that starts at `at_ms` of the run clock."""
    return Observation(
        reorder=reorder.Reorder(),
        detector=detector.watching(stack.cohorts, stack.requests_per_second),
        sampler=sampler.Sampler(
            cohorts=tuple(cohort.name for cohort in stack.cohorts), users=stack.users, from_ms=at_ms
        ),
        alerts=alerts.watching(rules),
        slow_ms=stack.objective.slow_ms,
    )


def afresh(observation: Observation, stack: Stack) -> Observation:
    """Forget what the detector saw: an incident of before must not swallow the one that begins now."""
    return replace(observation, detector=detector.watching(stack.cohorts, stack.requests_per_second))


def observe(
    observation: Observation, batch: LoadBatch, *, judging: bool
) -> tuple[Observation, tuple[Event, ...]]:
    """Take a batch in; give back what it means, in an order in which it can be told.

    Not `judging`, it only samples: until steady state is proved nothing is an incident, and nothing of it counts later.
    """
    outcomes = tuple(within(outcome, observation.slow_ms) for outcome in batch.outcomes)
    waiting, settled = reorder.release(observation.reorder, replace(batch, outcomes=outcomes))
    sampling, samples = sampler.step(observation.sampler, settled)
    if not judging:
        return replace(observation, reorder=waiting, sampler=sampling), samples
    watching, findings = detector.step(observation.detector, settled)
    rules, events = observation.alerts, list[Event](findings)
    for sample in samples:
        events.append(sample)
        rules, transitions = alerts.evaluate(rules, sample)
        events.extend(transitions)
    observation = replace(observation, reorder=waiting, detector=watching, sampler=sampling, alerts=rules)
    return observation, tuple(events)
