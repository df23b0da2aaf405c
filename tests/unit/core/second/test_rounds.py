"""Both rounds side by side, and the canary step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.core import events as fact
from game.core.control.facts import Papers
from game.core.control.note import NOTES
from game.core.exercise import AlertRule
from game.core.report.terminal import rounds_lines
from game.core.second.canary import CANARY, message_for, to_take_back
from game.core.second.rounds import figures, rounds
from game.core.sign.facts import NEON, SignFinding, SignLit
from game.core.terms import Terms
from game.core.timeline import fold
from tests.unit.core.runs import (
    ANSWER,
    FAULT_MS,
    GUILTY,
    OPENED,
    applied,
    diagnosis,
    journal,
    recovered,
    sample,
)

ARMED_MS = FAULT_MS - 100
RULE = AlertRule(name="slo", window_s=4, bad_share=0.05, for_s=2, text="users fail")
Moments = tuple[tuple[int, fact.Event], ...]


def played(
    terms: Terms, *more: tuple[int, fact.Event], page_ms: int, found_ms: int, well_ms: int
) -> tuple[fact.Recorded, ...]:
    """A run of which these moments (ms since the fault was armed) are told; users fail until they are well."""
    since: Moments = (
        (0, fact.FaultArmed(fault=0, revert="x")),
        (90, applied(GUILTY)),
        (100, fact.FaultInjected(fault=0, revision=GUILTY)),
        (page_ms, fact.Paged(alert="slo", text="users fail")),
        (found_ms, diagnosis(1)),
        (well_ms - 500, applied("e" * 40)),
        (800, fact.ImpactDetected(onset_ms=ARMED_MS + 300, uncertainty_ms=50)),
        (well_ms + 3_000, recovered(ARMED_MS + well_ms)),
        (well_ms + 3_100, fact.RollbackJudged(surgical="right", drift="right", reasons=())),
        (well_ms + 3_200, fact.Closed(how="resolved", reason="")),
        (well_ms + 3_300, ANSWER),
        *more,
    )
    load: Moments = tuple(
        (
            second * 1000 + 1000,
            sample(ARMED_MS + second * 1000, bad=20 if second * 1000 < well_ms else 0, limbo=15),
        )
        for second in range(well_ms // 1000)
    )
    return journal((0, replace(OPENED, terms=terms)), *((ARMED_MS + at, one) for at, one in (*load, *since)))


LIT = SignLit(
    findings=(SignFinding(kind="unreviewed", what="use_backend", by="netops"),),
    since_ms=0,
    uncertainty_ms=200,
)
FIRST = played(Terms(), page_ms=9_000, found_ms=60_000, well_ms=62_000)
SECOND = played(
    Terms(change_control="reviewed", sign=True, follow_ups=("neon-sign", "peer-review"), first_round="r1"),
    (250, LIT), (260, fact.Paged(alert=NEON, text="fishy")),
    page_ms=7_900, found_ms=6_000, well_ms=8_000,
)  # fmt: skip


def test_times_count_from_the_moment_at_which_the_change_went_in() -> None:
    one, other = figures(FIRST), figures(SECOND)
    assert (one.page_ms, one.named_ms, one.diagnosis_ms, one.recovery_ms) == (9_000, None, 60_000, 62_000)
    assert (other.page_ms, other.named_ms, other.diagnosis_ms, other.recovery_ms) == (260, 250, 6_000, 8_000)
    assert one.limbo_ms > other.limbo_ms > 0


def test_the_table_says_what_was_saved() -> None:
    found = rounds(FIRST, SECOND, (RULE,))
    saved = {row.what: row.saved for row in found.rows}
    assert saved["time to page"] == "8.7 s saved"
    assert saved["right diagnosis"] == "54.0 s saved"
    assert saved["limbo, user-minutes"].endswith("saved")
    by = {one.follow_up: one.words for one in found.savings}
    assert (
        by["neon-sign"]
        == "named the change after 0.2 s; the alert rule would have paged after 3.0 s: 2.8 s saved"
    )
    assert by["peer-review"] == "the right diagnosis came 54.0 s sooner (together with the sign)"
    text = "\n".join(rounds_lines(found))
    assert "nothing" not in text.splitlines()[0]
    assert "the neon sign, peer review" in text


def test_a_dark_sign_says_so_and_a_worse_round_too() -> None:
    dark = played(Terms(sign=True, follow_ups=("neon-sign",)), page_ms=9_000, found_ms=70_000, well_ms=75_000)
    found = rounds(FIRST, dark, (RULE,))
    assert found.savings[0].words.startswith("stayed dark")
    assert {row.what: row.saved for row in found.rows}["right diagnosis"] == "10.0 s more"


def test_a_note_names_the_change() -> None:
    note = fact.MessageReceived(sender=NOTES, text="netops applied", inject=True)
    told = played(
        Terms(change_control="recorded", follow_ups=("change-notes",)), (95, note),
        page_ms=9_000, found_ms=12_000, well_ms=14_000,
    )  # fmt: skip
    assert figures(told).named_ms == 95


RISKY = Papers(change="c1", risks=("routing",))


def watched(*bad: int, papers: Papers = RISKY, follow_ups: tuple[str, ...] = ("canary-step",)) -> str:
    made = replace(applied(GUILTY), papers=papers)
    events = journal((0, replace(OPENED, terms=Terms(follow_ups=follow_ups))), (10_000, made))
    load = tuple(sample(10_100 + place * 1000, bad=count) for place, count in enumerate(bad))
    return to_take_back(fold(events), load)


def test_the_canary_takes_back_what_hurts_and_only_that() -> None:
    assert watched(0, 20, 20) == GUILTY
    assert watched(0, 0, 20) == ""
    assert watched(1, 1, 1) == ""
    assert watched(0, 20, 20, papers=Papers()) == ""
    assert watched(0, 20, 20, follow_ups=()) == ""


def test_the_canary_watches_the_first_seconds_and_steps_back_once() -> None:
    assert watched(*([0] * 14), 20, 20) == ""
    made = replace(applied(GUILTY), papers=RISKY)
    back = replace(applied("b" * 40), actor=CANARY, message=message_for(GUILTY))
    terms = Terms(follow_ups=("canary-step",))
    events = journal((0, replace(OPENED, terms=terms)), (10_000, made), (12_000, back))
    assert to_take_back(fold(events), tuple(sample(10_100 + n * 1000, bad=20) for n in range(3))) == ""


@pytest.mark.parametrize("follow_ups", [("canary-step",), ("tighter-alert",)])
def test_every_follow_up_has_its_line(follow_ups: tuple[str, ...]) -> None:
    second = played(Terms(follow_ups=follow_ups), page_ms=3_000, found_ms=5_000, well_ms=8_000)
    assert [one.follow_up for one in rounds(FIRST, second, (RULE,)).savings] == list(follow_ups)
