"""The live chart: well formed, honest about gaps, and told in words and figures as well."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from game.core.charts.drawing import Sheet
from game.core.charts.pulse import (
    MOST_BEATS,
    Beat,
    Pulse,
    Row,
    described,
    latest,
    pulse_chart,
    pulse_table,
    thinned,
)
from game.core.charts.shapes import Act

SHEETS = (Sheet(name="half", half=True), Sheet(name="narrow", narrow=True))


def beats(count: int, *, bad_from: int = 10**6, offered: int = 10) -> tuple[Beat, ...]:
    return tuple(
        Beat(
            from_ms=second * 1000,
            to_ms=second * 1000 + 1000,
            offered=offered,
            bad=3 if second >= bad_from else 0,
            p95_ms=200,
        )
        for second in range(count)
    )


def pulse(*rows: Row, acts: tuple[Act, ...] = ()) -> Pulse:
    return Pulse(rows=rows, acts=acts, objective=0.995, objective_p95_ms=1500)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("seconds", [0, 1, 60, 700])
def test_it_is_well_formed_whatever_there_is(seconds: int, sheet: Sheet) -> None:
    drawn = pulse_chart(
        pulse(
            Row(name="<web> & more", beats=beats(seconds, bad_from=30)),
            Row(name="none", beats=()),
            acts=(Act(sign="page", at_ms=40_000, label="page"),),
        ),
        sheet,
    )
    root = ET.fromstring(drawn)  # noqa: S314 - our own output
    assert root.get("role") == "img"
    assert "style=" not in drawn
    assert len(drawn) < 40_000


def test_own_actions_stand_where_they_happened_and_others_do_not_show() -> None:
    acts = (Act(sign="applied", at_ms=30_000, label="applied"), Act(sign="page", at_ms=10**9, label="later"))
    drawn = pulse_chart(pulse(Row(name="web", beats=beats(60)), acts=acts), SHEETS[0])
    assert "applied" in drawn
    assert "later" not in drawn


def test_where_nothing_was_offered_the_line_is_broken() -> None:
    gap = (*beats(10), *(beats(20, offered=0)[10:]), *beats(30)[20:])
    drawn = pulse_chart(pulse(Row(name="web", beats=gap)), SHEETS[0])
    # Two stretches in each of the two panels.
    assert drawn.count("<polyline") == 4


def test_who_is_below_the_objective_is_told_in_words_and_figures() -> None:
    shown = pulse(Row(name="web", beats=beats(60, bad_from=30)), Row(name="nat", beats=beats(60)))
    assert "Below it now: web 70.0 %." in described(shown)
    assert pulse_table(shown).rows == (("web", "70.0 %", "200 ms"), ("nat", "100 %", "200 ms"))
    assert latest(Row(name="x", beats=())) == (None, 0)


def test_long_runs_are_thinned_without_losing_a_request() -> None:
    many = beats(1500, bad_from=100)
    shown = thinned(many)
    assert len(shown) <= MOST_BEATS + 1
    assert sum(beat.bad for beat in shown) == sum(beat.bad for beat in many)
