from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from game.catalog.schema import exercise_schema
from game.catalog.strict_yaml import parse
from game.core.taxonomy import COMPONENTS, GUARDS, MECHANISMS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Raw = dict[str, Any]


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = exercise_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(json.loads(json.dumps(schema)))


@pytest.fixture
def raw(macarena: Path) -> Raw:
    root = parse((macarena / "exercise.yaml").read_bytes(), "macarena/exercise.yaml").root
    assert isinstance(root, dict)
    return copy.deepcopy(root)


def test_macarena_is_valid(validator: Any, raw: Raw) -> None:
    validator.validate(raw)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.pop("answer"),
        lambda raw: raw.update(minuets=3),
        lambda raw: raw.update(level=6),
        lambda raw: raw.update(level="two"),
        lambda raw: raw.update(code="Macarena"),
        lambda raw: raw.update(hints=[]),
        lambda raw: raw["answer"].update(component="haproxi"),
        lambda raw: raw["answer"]["guards"].append("hope"),
        lambda raw: raw["faults"][0].pop("patch"),
        lambda raw: raw["faults"][0].update(kind="lb_chnage"),
        lambda raw: raw["expect"].update(bad_share=[0.1]),
        lambda raw: raw["variants"].update(x=[]),
        lambda raw: raw["variants"].update({"X Y": ["a"]}),
        lambda raw: raw["red_herrings"][0]["toxic"]["attributes"].update(latency="4ms"),
    ],
)
def test_broken_ones_are_not(validator: Any, raw: Raw, spoil: Callable[[Raw], object]) -> None:
    spoil(raw)
    assert not validator.is_valid(raw)


def test_a_placeholder_may_stand_for_a_number(validator: Any, raw: Raw) -> None:
    raw["answer"]["scope"]["share"] = "@share@"
    raw["answer"]["mechanism"] = "@mechanism@"
    validator.validate(raw)


def test_the_taxonomy_and_descriptions_are_in_it() -> None:
    text = json.dumps(exercise_schema())
    for term in (*COMPONENTS, *MECHANISMS, *GUARDS):
        assert f'"{term.id}"' in text
    undescribed = [
        f"{name}" for name, field in exercise_schema()["properties"].items() if not _described(field)
    ]
    assert undescribed == []


def _described(field: Raw) -> bool:
    return bool(field.get("description")) or any(_described(below) for below in field.get("anyOf", []))
