from __future__ import annotations

from dataclasses import replace

import pytest

from game.core.verdict import Judgement, grade_diagnosis, judge_rollback, same_revision
from tests.unit.core.runs import ANSWER, GUILTY, diagnosis


@pytest.mark.parametrize(
    ("field", "given", "judgement"),
    [
        ("component", "LB", "right"),
        ("component", "postgres", "wrong"),
        ("mechanism", "canary", "right"),
        ("mechanism", "something else", "wrong"),
        ("change", GUILTY.upper(), "right"),
        ("change", GUILTY[:7], "right"),
        ("change", GUILTY[:6], "wrong"),
        ("change", "b" * 40, "wrong"),
    ],
)
def test_fields_are_graded_by_published_words(field: str, given: str, judgement: Judgement) -> None:
    verdict = getattr(grade_diagnosis(diagnosis(1, **{field: given}), ANSWER), field)
    assert verdict.judgement == judgement
    assert verdict.given
    assert bool(verdict.reasons) == (judgement == "wrong")


@pytest.mark.parametrize(
    ("share", "cohort", "judgement"),
    [
        (0.3, "all", "right"),
        (0.25, "All", "right"),
        (0.35, "all", "right"),
        (0.351, "all", "wrong"),
        (0.249, "all", "wrong"),
        (0.3, "web", "wrong"),
        (float("nan"), "all", "wrong"),
        (float("inf"), "all", "wrong"),
        (30, "all", "wrong"),
    ],
)
def test_scope_takes_the_share_and_the_cohort(share: float, cohort: str, judgement: Judgement) -> None:
    assert grade_diagnosis(diagnosis(1, share=share, cohort=cohort), ANSWER).scope.judgement == judgement


def test_an_empty_field_is_wrong_but_no_guess() -> None:
    verdict = grade_diagnosis(diagnosis(1, component="", mechanism=" ", change="", cohort=""), ANSWER)
    fields = (verdict.component, verdict.mechanism, verdict.change, verdict.scope)
    assert [(field.judgement, field.given) for field in fields] == [("wrong", False)] * 4


def test_no_change_to_blame_is_an_answer_of_those_who_know_the_component() -> None:
    answer = replace(ANSWER, component="redis", mechanism="cache-lost", change="")
    assert grade_diagnosis(diagnosis(1, component="redis", change=""), answer).change.judgement == "right"
    unknowing = grade_diagnosis(diagnosis(1, change=""), answer).change
    assert (unknowing.judgement, unknowing.given) == ("wrong", False)
    blamed = grade_diagnosis(diagnosis(1, component="redis"), answer).change
    assert (blamed.judgement, blamed.given) == ("wrong", True)


def test_an_answer_outside_the_taxonomy_cannot_be_graded() -> None:
    assert grade_diagnosis(diagnosis(1), replace(ANSWER, component="x")).component.judgement == "cannot-tell"


def test_revisions_compare_by_their_beginning() -> None:
    assert same_revision("", "")
    assert not same_revision("", GUILTY)
    assert not same_revision(GUILTY, GUILTY[:10])


@pytest.mark.parametrize(
    ("differences", "drift", "recovered", "surgical", "no_drift"),
    [
        ((), (), True, "right", "right"),
        (("a line",), (), True, "wrong", "right"),
        ((), ("weight",), True, "right", "wrong"),
        ((), (), False, "wrong", "right"),
        (None, None, True, "cannot-tell", "cannot-tell"),
        (None, (), False, "wrong", "right"),
        ((), (), None, "cannot-tell", "right"),
        (("a line",), (), None, "wrong", "right"),
    ],
)
def test_the_rollback_is_right_only_when_all_is_known(
    differences: tuple[str, ...] | None,
    drift: tuple[str, ...] | None,
    recovered: bool | None,
    surgical: Judgement,
    no_drift: Judgement,
) -> None:
    judged = judge_rollback(differences=differences, drift=drift, recovered=recovered)
    assert (judged.surgical, judged.drift) == (surgical, no_drift)
    assert bool(judged.reasons) == ((surgical, no_drift) != ("right", "right"))


def test_a_repair_that_shuts_others_out_is_none_whatever_the_load_gets() -> None:
    judged = judge_rollback(differences=(), drift=(), recovered=True, shut_out=("mobile: login status-403",))
    assert (judged.surgical, judged.drift) == ("wrong", "right")
    assert judged.reasons[0] == "not served: mobile: login status-403"
