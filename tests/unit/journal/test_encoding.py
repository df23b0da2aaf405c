from __future__ import annotations

import dataclasses
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.core import events as fact
from game.errors import Tampered, UsageError
from game.journal.encoding import KINDS, canonical, decode, encode, kind_of, parse
from tests.unit.core.runs import diagnosis, sample

EVENTS = get_args(fact.Event)


def is_finite(event: fact.Event) -> bool:
    numbers = [getattr(event, field.name) for field in dataclasses.fields(event)]
    return all(not isinstance(number, float) or abs(number) < float("inf") for number in numbers)


every = st.one_of(*(st.from_type(kind) for kind in EVENTS)).filter(is_finite)
shares = st.floats(allow_nan=False, allow_infinity=False)


def through_text(event: fact.Event) -> fact.Event:
    text = encode(event)
    text.encode("ascii")
    return decode(kind_of(event), parse(text, seq=1, where="test"), seq=1, where="test")


def test_every_kind_has_its_own_word() -> None:
    assert len(KINDS) == len(EVENTS)
    assert {"run_opened", "load_sampled", "diagnosis_submitted", "closed"} < set(KINDS)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_as_it_was(kind: type[fact.Event]) -> None:
    @given(event=st.from_type(kind))
    def comes_back(event: fact.Event) -> None:
        if is_finite(event):
            assert through_text(event) == event
        else:
            with pytest.raises(UsageError):
                encode(event)

    comes_back()


@given(share=shares)
def test_fractions_come_back_to_the_bit(share: float) -> None:
    assert through_text(diagnosis(1, share=share)) == diagnosis(1, share=share)
    assert encode(diagnosis(1, share=1)) == encode(diagnosis(1, share=1.0))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("step_done", {"took_ms": "3"}),
        ("step_done", {"took_ms": 3.0}),
        ("step_done", {"took_ms": True}),
        ("step_done", {"took_ms": None}),
        ("step_done", {"step": 3}),
        ("step_done", {"extra": 1}),
        ("drift_seen", {"fields": "abc"}),
        ("drift_seen", {"fields": ["a", 1]}),
        ("closed", {"how": "won"}),
        ("run_opened", {"versions": [["a"]]}),
        ("diagnosis_submitted", {"share": "0.3"}),
    ],
)
def test_a_wrong_field_is_named_with_its_record(kind: str, change: dict[str, object]) -> None:
    right: dict[str, dict[str, object]] = {
        "step_done": {"step": "x", "took_ms": 3},
        "drift_seen": {"fields": []},
        "closed": {"how": "void", "reason": ""},
        "run_opened": {
            "exercise": "", "exercise_digest": "", "seed": 1, "stack": "", "minutes": 1, "rules": 1, "team": "", "users": 1,
            "versions": [],
        },
        "diagnosis_submitted": json.loads(encode(diagnosis(1))),
    }  # fmt: skip
    decode(kind, right[kind], seq=17, where="run x")
    with pytest.raises(Tampered, match="run x: record 17") as caught:
        decode(kind, {**right[kind], **change}, seq=17, where="run x")
    assert caught.value.seq == 17
    assert next(iter(change)) in str(caught.value)


@pytest.mark.parametrize("fields", [[], None, 3, "x", {}])
def test_fields_that_are_none_are_refused(fields: object) -> None:
    with pytest.raises(Tampered):
        decode("step_done", fields, seq=1, where="test")


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(Tampered, match="record 4 is of an unknown kind, 'tango_danced'"):
        decode("tango_danced", {}, seq=4, where="test")


@pytest.mark.parametrize(
    "text",
    ["{", "[" * 100_000, "9" * 5_000, '{"a": 1}', '{"a":1,"a":1}', '{"b":1,"a":1}', '{"a":1.00}', "NaN", ""],
)
def test_text_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(Tampered, match="record 9"):
        parse(text, seq=9, where="test")


def test_what_could_not_be_read_back_is_not_written() -> None:
    broken: Any = fact.StepDone(step="x", took_ms="long")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(UsageError, match="step_done cannot be recorded"):
        encode(broken)


def test_hostile_texts_stay_texts() -> None:
    for text in ("\ud800", "\x00", "\u202e", '"}\n{', "ß" * 3):
        assert through_text(fact.NoteWritten(by="", text=text)) == fact.NoteWritten(by="", text=text)
    assert canonical({"b": 1, "a": "ß"}) == '{"a":"\\u00df","b":1}'


@given(event=every)
def test_encoding_is_a_function(event: fact.Event) -> None:
    assert encode(event) == encode(through_text(event))


def test_a_second_of_load_stays_small() -> None:
    assert len(encode(sample(1_000, 3))) < 200
