"""A run forked at a moment: what is played again, and what users would have been spared."""

from __future__ import annotations

from dataclasses import replace

from game.core import events as fact
from game.core.what_if import compared, deeds_before, lines
from tests.unit.core.runs import PAGED, applied, commanded, journal, recovered, sample

ARMED_MS = 19_900
CLOSED = fact.Closed(how="resolved", reason="declared resolved after recovery")


def seconds(until: int, *, well_from: int) -> list[tuple[int, fact.Event]]:
    """Load from the fault on: ten failing requests and five users in limbo a second, until users are well."""
    found: list[tuple[int, fact.Event]] = []
    for second in range(until):
        from_ms = ARMED_MS + 1000 * second
        hurt = second < well_from
        found.append((from_ms + 1000, sample(from_ms, 10 if hurt else 0, 5 if hurt else 0)))
    return found


def test_only_what_the_team_did_before_the_moment_is_played_again() -> None:
    mine, colleagues = applied("e" * 40), replace(applied("f" * 40), actor="netops")
    events = journal(
        *PAGED,
        (18_000, fact.Acknowledged(by="early")),
        (40_000, fact.Acknowledged(by="solo")),
        (41_000, fact.LookedAt(layer="redis", instrument="redis")),
        (42_000, mine),
        (43_000, colleagues),
        (44_000, replace(applied("d" * 40), actor="security team")),
        (45_000, commanded("show stat")),
        (60_000, commanded("set weight a/b 1")),
    )
    found = list(deeds_before(events, 60_000 - ARMED_MS, frozenset({"netops"})))
    assert [type(one.event).__name__ for _, one in found] == [
        "Acknowledged",
        "ConfigurationApplied",
        "RuntimeActionTaken",
    ]
    assert [after_ms for after_ms, _ in found] == [40_000 - ARMED_MS, 42_000 - ARMED_MS, 45_000 - ARMED_MS]


def test_what_is_saved_is_counted_from_the_moment_to_the_end_of_the_real_run() -> None:
    really = journal(
        *PAGED, *seconds(60, well_from=50), (75_000, recovered(ARMED_MS + 50_000)), (80_000, CLOSED)
    )
    instead = journal(*PAGED, *seconds(30, well_from=22), (45_000, recovered(ARMED_MS + 22_000)))
    found = compared(really, instead, at_ms=20_000)
    assert (found.really.failed, found.instead.failed, found.saved) == (300, 20, 280)
    assert (found.really.limbo_ms, found.instead.limbo_ms) == (150_000, 10_000)
    assert (found.really.recovered_ms, found.instead.recovered_ms) == (50_000, 22_000)
    told = "\n".join(lines(found, "revert:3"))
    assert "revert:3: 280 requests of users saved, counted from 0:20 to 1:00 after the fault" in told


def test_a_worse_idea_is_told_as_such() -> None:
    really = journal(*PAGED, *seconds(60, well_from=30), (75_000, recovered(ARMED_MS + 30_000)))
    instead = journal(*PAGED, *seconds(60, well_from=60))
    found = compared(really, instead, at_ms=10_000)
    assert found.saved == -300
    assert "never" in "\n".join(lines(found, "restart:auth1"))
    assert "300 requests of users lost" in "\n".join(lines(found, "restart:auth1"))
