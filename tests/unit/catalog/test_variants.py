from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.catalog.choices import ChoicesFile
from game.catalog.load import load_exercise
from game.catalog.variants import Choice, all_choices, choose, fill
from game.core.exercise import LbChange

if TYPE_CHECKING:
    from pathlib import Path

    from game.core.stack import Stack

CHOICES = ChoicesFile(
    variants={"server": ("auth1", "auth2", "auth3"), "band": ({"low": 0, "top": 9}, {"low": 10, "top": 19})},
    orders=(("a", "b"), ("b", "a")),
)

SERVERS = ["auth3", "auth2", "auth2", "auth2", "auth2", "auth1", "auth1", "auth1"]
ORDERS = [("a", "b"), ("a", "b"), ("b", "a"), ("a", "b")]


def test_choices_hang_on_code_seed_and_name_alone() -> None:
    # Written down once: a change of Python or of this code that moves them would re-score old runs.
    assert [choose(CHOICES, "tango", seed).words["server"] for seed in range(8)] == SERVERS
    assert [choose(CHOICES, "tango", seed).order for seed in range(4)] == ORDERS
    shuffled = ChoicesFile(variants=dict(reversed(list(CHOICES.variants.items()))), orders=CHOICES.orders)
    assert choose(shuffled, "tango", 5).words == choose(CHOICES, "tango", 5).words


def test_a_mapping_sets_its_names_together() -> None:
    for seed in range(30):
        words = choose(CHOICES, "tango", seed).words
        assert (words["low"], words["top"]) in {(0, 9), (10, 19)}
        assert "band" not in words


def test_the_text_of_one_variant_may_name_another() -> None:
    choices = ChoicesFile(
        variants={"said": ("to @top@, by @who@",), "top": (9,), "who": ("netops",)}, orders=()
    )
    assert choose(choices, "tango", 0).words["said"] == "to 9, by netops"
    assert [choice.words["said"] for choice in all_choices(choices)] == ["to 9, by netops"]


def test_every_value_is_in_all_choices() -> None:
    choices = all_choices(CHOICES)
    assert len(choices) == 3
    assert {choice.words["server"] for choice in choices} == {"auth1", "auth2", "auth3"}
    assert {choice.order for choice in choices} == set(CHOICES.orders)


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("from @low@ to @top@", "from 3 to 4.5"),
        ("@low@", 3),
        ({"a": ["@top@", True, None]}, {"a": [4.5, True, None]}),
        ({"v@low@.test": 1}, {"v3.test": 1}),
        ("@haproxy.edge@ @fault@ a@b @1 show stat", "@haproxy.edge@ @fault@ a@b @1 show stat"),
    ],
)
def test_filling_leaves_what_is_not_its_own(value: object, filled: object) -> None:
    assert fill(value, Choice(words={"low": 3, "top": 4.5}, order=())) == filled  # type: ignore[arg-type]  # raw YAML


def test_twenty_seeds_of_macarena_have_many_answers(macarena: Path, stack: Stack) -> None:
    answers = set()
    for seed in range(20):
        exercise = load_exercise(macarena, stack, seed).exercise
        fault = exercise.faults[0]
        assert isinstance(fault, LbChange)
        answers.add((fault.change.patch, fault.change.author, len(exercise.later)))
    assert len(answers) >= 8


def test_innocent_changes_move_around_the_fault_and_ages_stay(macarena: Path, stack: Stack) -> None:
    seen = set()
    for seed in range(20):
        exercise = load_exercise(macarena, stack, seed).exercise
        ages = [change.age_minutes for change in exercise.history]
        assert ages == sorted(ages, reverse=True)
        assert min(ages) > 0
        assert exercise.answer.keep == tuple(change.id for change in exercise.later)
        assert exercise.later[-1].id == "referrer-policy"
        seen.add(tuple(change.id for change in exercise.later))
    assert len(seen) == 3
