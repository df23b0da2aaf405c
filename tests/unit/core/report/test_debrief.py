from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import pytest

from game.core.debrief import Debrief, debrief
from game.core.events import Closed, ImpactDetected, Recorded
from game.core.ghost import Moment
from game.core.replay import frames
from game.core.report.markdown import markdown_report
from game.core.report.terminal import terminal_report
from tests import journals

Ending = Literal["resolved", "timed-out", "aborted", "interrupted", "void"]


def milestone(found: Debrief, moment: Moment) -> tuple[int | None, int | None, int | None]:
    return next((one.at_ms, one.par_ms, one.original_ms) for one in found.milestones if one.moment is moment)


def test_a_clean_run_is_told_with_times_since_the_first_failing_request() -> None:
    found = debrief(journals.perfect())
    assert found.origin.at_ms == 20_300
    assert milestone(found, Moment.PAGE) == (15_700, None, 900_000)
    assert milestone(found, Moment.ACKNOWLEDGED) == (28_700, 75_700, None)
    assert milestone(found, Moment.DIAGNOSIS) == (177_700, 315_700, 7_200_000)
    assert milestone(found, Moment.RECOVERY) == (226_300, 435_700, 10_800_000)
    assert milestone(found, Moment.CLOSED) == (297_700, None, 14_400_000)
    assert next(one.uncertainty_ms for one in found.milestones if one.moment is Moment.RECOVERY) == 61
    assert found.headline == (
        "A change to the load balancer kept about 30 % of users from logging in for 3 min 46 s"
    )
    assert [finding.verdict for finding in found.findings] == ["right"] * 4


def test_impact_counts_users_and_their_time() -> None:
    harm = debrief(journals.nothing_done()).impact
    assert not harm.recovered
    assert harm.limbo_peak == 15
    assert harm.users == 50
    assert harm.share == pytest.approx(0.3)
    assert harm.limbo_minutes == pytest.approx(15 * 2380 / 60, rel=0.01)
    assert {one.cohort: one.bad for one in harm.cohorts}["tls12"] == 0


def test_a_relapse_counts_both_stretches_and_the_recovery_that_held() -> None:
    found = debrief(journals.relapse())
    assert [(one.onset_ms, one.recovered_ms) for one in found.impact.stretches] == [
        (20_300, 410_200),
        (520_100, 742_200),
    ]
    assert milestone(found, Moment.RECOVERY)[0] == 742_200 - 20_300
    assert any("2 separate stretches" in sentence for sentence in found.summary)
    assert any("Hold and verify" in one.what for one in found.follow_ups)


def test_the_timeline_has_innocent_activity_and_back_dates_impact() -> None:
    found = debrief(journals.perfect())
    assert [entry.since_ms for entry in found.entries] == sorted(entry.since_ms for entry in found.entries)
    impact = next(entry for entry in found.entries if entry.strand == "hurt")
    assert impact.since_ms == 0
    assert any("psql" in entry.what for entry in found.entries)
    assert any(one.layer == "postgres" and one.innocent and one.spent_ms == 46_000 for one in found.attention)


def test_a_blind_revert_is_recovered_but_not_understood() -> None:
    found = debrief(journals.blind_revert())
    assert milestone(found, Moment.DIAGNOSIS)[0] is None
    assert milestone(found, Moment.RECOVERY)[0] == 42_200
    assert found.score is not None
    assert found.score.total <= 400
    assert any("by change, not by date" in one.what for one in found.follow_ups)
    assert [finding.given for finding in found.findings] == [""] * 4


def test_a_void_run_blames_the_platform_and_scores_nobody() -> None:
    found = debrief(journals.void())
    assert found.headline == "This run does not count: the platform failed, not the team"
    assert found.follow_ups == ()
    assert found.score is not None
    assert found.score.lines == ()
    assert any(line.startswith("No score") for line in terminal_report(found))


@pytest.mark.parametrize("how", get_args(Ending))
def test_every_way_to_close_at_every_point_gives_a_report(how: Ending) -> None:
    journal = journals.relapse()
    for length in (0, 1, 8, 27, 31, 46, 110, 214, 440):
        closed = Closed(how=how, reason="")
        end = Recorded(seq=length + 1, at_ms=journal[length].at_ms, wall_ms=0, event=closed)
        found = debrief((*journal[:length], end))
        assert found.headline
        assert markdown_report(found)
        assert terminal_report(found)


@pytest.mark.parametrize("journal", journals.every_ending())
def test_no_ending_breaks_a_report(journal: tuple[Recorded, ...]) -> None:
    found = debrief(journal)
    assert found.headline
    assert all(len(line) <= 100 for line in terminal_report(found))
    assert markdown_report(found).startswith("# ")
    assert all(entry.seq in {recorded.seq for recorded in journal} for entry in found.entries)


def test_before_the_close_nothing_sealed_is_told() -> None:
    """Not even if the answer already stands in the journal, or a trainee's diagnosis could be graded."""
    whole = journals.perfect()
    running = tuple(recorded for recorded in whole if not isinstance(recorded.event, Closed))
    found = debrief(running)
    told = "\n".join(
        (
            repr(replace(found, events=())),
            *terminal_report(found),
            markdown_report(found),
            *(frame.line for frame in frames(running, speed=1)),
        )
    )
    for secret in (
        "be_canary answers",
        "77aa00bb",
        "Fault 1",
        "canary rule cut",
        "gradual move",
        "right'",
        "Rollback",
    ):
        assert secret not in told
    assert found.origin.what == "the page"
    assert found.score is None
    assert all(one.par_ms is None for one in found.milestones)


def test_an_impact_before_the_fault_is_no_part_of_the_incident() -> None:
    whole = journals.perfect()
    stray = ImpactDetected(onset_ms=12_000, uncertainty_ms=10)
    with_stray = tuple(
        replace(recorded, event=stray) if recorded.seq == 16 else recorded for recorded in whole
    )
    assert debrief(with_stray).origin.at_ms == 20_300


def test_a_debrief_is_a_function_of_the_journal() -> None:
    assert debrief(journals.relapse()) == debrief(journals.relapse())


def test_any_run_can_be_the_ghost_under_its_own_name() -> None:
    found = debrief(journals.perfect(), journals.relapse(), rival_name="abcd2345")
    assert found.best is not None
    assert found.best.name == "abcd2345"
    assert any(one.best_ms is not None for one in found.milestones)
    assert "abcd2345" in "\n".join(terminal_report(found))
