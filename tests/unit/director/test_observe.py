"""From batches to facts: samples, impact, page, recovery; every order of arrival comes to the same."""

from __future__ import annotations

import random

from game.core.events import Event, ImpactDetected, LoadSampled, PageCleared, Paged, RecoveryDetected
from game.core.outcome import LoadBatch, Operation, Outcome
from game.director.observe import observe, start_observation
from tests.unit.director.scene import STACK, exercise

HURT = {0, 1, 2}
EVERY_MS = 50


def outcome(at_ms: int, user: int, *, bad: bool) -> Outcome:
    return Outcome(
        started_ms=at_ms, took_ms=20, user=user, cohort="web" if user < 7 else "mobile", operation=Operation.LOGIN,
        ok=not bad, reason="status-500" if bad else "",
    )  # fmt: skip


def batches(seconds: int, hurt_from_s: int, hurt_to_s: int, *, shuffled: bool = False) -> list[LoadBatch]:
    """Ten users, one login each every 500 ms; users 0-2 fail while the fault is in service."""
    draw = random.Random(7)  # noqa: S311 - an order to try, no secret
    made = []
    for begin in range(0, seconds * 1000, EVERY_MS):
        user = (begin // EVERY_MS) % 10
        bad = user in HURT and hurt_from_s * 1000 <= begin < hurt_to_s * 1000
        outcomes = [outcome(begin, user, bad=bad)]
        made.append(LoadBatch(settled_ms=begin + EVERY_MS, planned=1, outcomes=tuple(outcomes)))
    if shuffled:
        # Late news: an outcome is told up to ten batches after it settled nothing yet.
        held = [one.outcomes[0] for one in made]
        late = [LoadBatch(settled_ms=0, planned=0, outcomes=()) for _ in made]
        order = list(range(len(held)))
        for start in range(0, len(order), 10):
            part = order[start : start + 10]
            draw.shuffle(part)
            for place, which in enumerate(part, start=start):
                last = place == min(start + 9, len(order) - 1)
                late[place] = LoadBatch(
                    settled_ms=made[place].settled_ms if last else made[start].settled_ms - EVERY_MS,
                    planned=len(part) if last else 0,
                    outcomes=(held[which],),
                )
        return late
    return made


def told(stream: list[LoadBatch], *, judging: bool = True) -> list[Event]:
    observation = start_observation(STACK, exercise().alerts, 0)
    events: list[Event] = []
    for batch in stream:
        observation, found = observe(observation, batch, judging=judging)
        events.extend(found)
    return events


def of(events: list[Event], kind: type) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def test_a_calm_load_is_only_sampled() -> None:
    events = told(batches(20, 0, 0))
    assert {type(event) for event in events} == {LoadSampled}
    assert len(events) == 20
    assert sum(event.offered for event in events if isinstance(event, LoadSampled)) == 400


def test_an_incident_is_told_from_its_onset_to_its_recovery() -> None:
    events = told(batches(60, 10, 40))
    (impact,) = of(events, ImpactDetected)
    (recovery,) = of(events, RecoveryDetected)
    assert isinstance(impact, ImpactDetected)
    assert isinstance(recovery, RecoveryDetected)
    assert abs(impact.onset_ms - 10_000) <= 600
    assert abs(recovery.recovered_ms - 40_000) <= 600
    assert len(of(events, Paged)) == 1
    assert len(of(events, PageCleared)) == 1
    kinds = [type(event) for event in events if not isinstance(event, LoadSampled)]
    assert kinds.index(ImpactDetected) < kinds.index(Paged) < kinds.index(RecoveryDetected)


def test_the_order_of_arrival_does_not_matter() -> None:
    in_order = told(batches(60, 10, 40))
    late = told(batches(60, 10, 40, shuffled=True))
    assert [event for event in late if isinstance(event, LoadSampled)] == [
        event for event in in_order if isinstance(event, LoadSampled)
    ]
    assert of(late, ImpactDetected) == of(in_order, ImpactDetected)


def test_until_steady_state_nothing_is_judged() -> None:
    assert {type(event) for event in told(batches(30, 0, 30), judging=False)} == {LoadSampled}


def test_load_that_never_arrives_counts_as_bad() -> None:
    silent = [LoadBatch(settled_ms=(n + 1) * EVERY_MS, planned=1, outcomes=()) for n in range(200)]
    events = told(silent)
    samples = [event for event in events if isinstance(event, LoadSampled)]
    assert all(sample.bad == sample.offered > 0 for sample in samples)
    assert of(events, Paged)


def test_a_new_worker_goes_on_where_the_dead_one_was() -> None:
    """The clock stands still between them: no second is lost, and the incident that was open is told to its end."""
    stream = batches(60, 10, 30)
    cut = [batch for batch in stream if not 20_000 <= batch.settled_ms < 20_200]
    events = told(cut)
    assert len(of(events, ImpactDetected)) == 1
    assert len(of(events, RecoveryDetected)) == 1
    seconds = [event.from_ms for event in events if isinstance(event, LoadSampled)]
    assert seconds == list(range(0, 60_000, 1000))
