from __future__ import annotations

from dataclasses import dataclass, field, replace

from game.core.outcome import LoadBatch, Operation, Outcome
from game.core.roster import roster
from game.core.stack import Cohort, Objective, Stack
from game.lab.load.gathered import Gathered, share
from game.lab.load.plan import LoadPlan, Target

CROWD = Stack(
    name="crowd",
    services=(),
    cohorts=(Cohort(name="web", users=7), Cohort(name="mobile", users=3), Cohort(name="tls12", users=1)),
    objective=Objective(success=1.0, p95_ms=1000),
    requests_per_second=60,
)
PLAN = LoadPlan(
    target=Target(address="127.0.0.1", port=1, ca="ca.pem", public_key=""),
    cohorts=CROWD.cohorts,
    users=roster(CROWD, 1),
    seed=1,
    requests_per_second=60,
    origin_ns=5,
)


@dataclass
class Heard:
    """An outlet that has room as long as `open` says so."""

    reports: list[object] = field(default_factory=list)
    open: bool = True

    def send(self, report: object) -> bool:
        if self.open:
            self.reports.append(report)
        return self.open


def outcome(started_ms: int) -> Outcome:
    return Outcome(started_ms=started_ms, took_ms=5, user=0, cohort="web", operation=Operation.LOGIN, ok=True)


def batch(settled_ms: int, *started_ms: int) -> LoadBatch:
    return LoadBatch(settled_ms=settled_ms, planned=0, outcomes=tuple(map(outcome, started_ms)))


def gathered(heard: Heard) -> Gathered:
    return Gathered(pipe=heard, workers=2, origin_ns=5)


def test_every_user_is_one_workers_and_every_large_cohort_is_spread() -> None:
    for workers in (1, 2, 3, 4):
        plan = replace(PLAN, workers=workers)
        shares = [share(plan, index) for index in range(workers)]
        assert sorted(user.number for mine in shares for user in mine) == list(range(11))
        assert max(map(len, shares)) - min(map(len, shares)) <= 1
        assert all(any(user.cohort == "web" for user in mine) for mine in shares)


def test_settled_is_what_all_workers_have_settled() -> None:
    heard = Heard()
    story = gathered(heard)
    story.add(0, 5, batch(1000, 900))
    story.send()
    assert heard.reports == [], "the other one may still have to tell of an earlier request"
    story.add(1, 5, batch(700, 650, 720))
    story.send()
    story.add(1, 5, batch(1050))
    story.send()
    assert heard.reports == [
        LoadBatch(settled_ms=700, planned=1, outcomes=(outcome(900), outcome(650), outcome(720))),
        LoadBatch(settled_ms=1000, planned=2, outcomes=()),
    ]


def test_what_the_game_had_no_room_for_is_missing_from_what_was_planned() -> None:
    heard = Heard(open=False)
    story = gathered(heard)
    story.add(0, 5, batch(1000, 900))
    story.add(1, 5, batch(1000, 950))
    story.send()
    heard.open = True
    story.send()
    assert heard.reports == [LoadBatch(settled_ms=1000, planned=2, outcomes=())]


def test_times_of_another_origin_are_left_out() -> None:
    heard = Heard()
    story = gathered(heard)
    story.add(0, 5, batch(1000))
    story.add(1, 5, batch(1000))
    story.turn(6)
    story.add(0, 5, batch(1100, 1050))
    story.send()
    assert heard.reports == [], "nobody has told by the new origin yet"
    story.add(0, 6, batch(300, 290))
    story.add(1, 6, batch(310))
    story.send()
    assert heard.reports == [LoadBatch(settled_ms=300, planned=1, outcomes=(outcome(290),))]
