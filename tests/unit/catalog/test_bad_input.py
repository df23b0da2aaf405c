"""Whatever stands in the files: a valid exercise or ExerciseInvalid, never another error and never a long wait."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game.catalog.load import _play
from game.catalog.source import read_source, source_from, source_of
from game.catalog.variants import all_choices
from game.errors import ExerciseInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from game.catalog.source import Source
    from game.catalog.strict_yaml import Value
    from game.core.stack import Stack
    from game.errors import Problem

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 3.5, 1e300, -0.0, 10**15, "", " ", "x", "no", "@low@", "@", "@@", "../x", "/etc/passwd",
    "a\nb", "\u202e", "é" * 300, "x" * 5000, "{}", "%s", [], [[]], [None], ["x"], [1, 2, 3], {}, {"x": 1}, {"kind": "none"},
    {"kind": []}, {"": ""}, [{"kind": "lb_change"}], {"a": {"b": {"c": []}}},
]  # fmt: skip


def attempt(document: bytes | Value, source: Source, stack: Stack) -> bool:
    """Load a document, as text or as parsed, in place of the exercise's own; whether it is valid."""
    problems = problems_of(document, source, stack)
    for problem in problems:
        assert problem.file.startswith("macarena/")
        assert problem.message
        assert problem.remedy
        assert len(str(problem)) < 2000
        assert str(problem).isprintable()
        assert "Error" not in problem.message
    return not problems


def problems_of(document: bytes | Value, source: Source, stack: Stack) -> tuple[Problem, ...]:
    try:
        if isinstance(document, bytes):
            files = {**source.folder.files, "exercise.yaml": document}
            spoiled = source_of(replace(source.folder, files=files))
        else:
            spoiled = source_from(source.folder, replace(source.parsed, root=document))
        for choice in all_choices(spoiled.choices)[:2]:
            _play(spoiled, stack, choice, 0)
    except ExerciseInvalid as error:
        return error.problems
    return ()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [place for key, below in value.items() for place in places(below, (*path, key))]
    if isinstance(value, list):
        found += [place for index, below in enumerate(value) for place in places(below, (*path, index))]
    return found


@pytest.fixture(scope="module")
def sound(macarena: Path) -> Source:
    return read_source(macarena)


def test_the_untouched_exercise_is_valid(sound: Source, stack: Stack) -> None:
    assert attempt(sound.folder.files["exercise.yaml"], sound, stack)


@pytest.mark.parametrize("batch", range(5))
def test_fields_replaced_removed_doubled_renamed(batch: int, sound: Source, stack: Stack) -> None:
    """Sixty mutations a batch, seeded: 300 in all."""
    draw = random.Random(batch)  # noqa: S311 - a test's choice, not a secret
    root = sound.parsed.root
    everywhere = places(root)[1:]
    refused = 0
    for _ in range(60):
        raw: Any = copy.deepcopy(root)
        *above, last = draw.choice(everywhere)
        holder = raw
        for step in above:
            holder = holder[step]
        match draw.choice(["replace", "replace", "remove", "rename", "double"]):
            case "replace":
                holder[last] = draw.choice(ODD)
            case "remove":
                del holder[last]
            case "rename" if isinstance(holder, dict):
                holder[f"{last}s"] = holder.pop(last)
            case _ if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[last]))
            case _:
                holder[last] = [holder[last]]
        refused += not attempt(raw, sound, stack)
    assert refused > 20


@pytest.mark.parametrize("batch", range(3))
def test_bytes_flipped_lines_lost_and_swapped(batch: int, sound: Source, stack: Stack) -> None:
    """Forty mutations of the text a batch: 120 in all."""
    draw = random.Random(100 + batch)  # noqa: S311 - a test's choice, not a secret
    text = sound.folder.files["exercise.yaml"]
    refused = 0
    for _ in range(40):
        lines = text.splitlines(keepends=True)
        at = draw.randrange(len(lines))
        match draw.choice(["byte", "lose", "swap", "indent", "cut"]):
            case "byte":
                spot = draw.randrange(len(text))
                mutated = text[:spot] + bytes([draw.randrange(256)]) + text[spot + 1 :]
            case "lose":
                mutated = b"".join(lines[:at] + lines[at + 1 :])
            case "swap":
                other = draw.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
                mutated = b"".join(lines)
            case "indent":
                lines[at] = b" \t&*!"[draw.randrange(5) :][:1] + lines[at]
                mutated = b"".join(lines)
            case _:
                mutated = text[: draw.randrange(len(text))]
        refused += not attempt(mutated, sound, stack)
    assert refused > 10


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.text(alphabet="[]{}:,-?&*!|>'\"%@`#\n\t ab1.", max_size=120).map(str.encode),
    )
)
def test_any_bytes(sound: Source, stack: Stack, content: bytes) -> None:
    assert not attempt(content, sound, stack)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from(
        [
            "format",
            "code",
            "faults",
            "history",
            "pages",
            "expect",
            "answer",
            "variants",
            "orders",
            "load",
            "tour",
        ]
    ),
)
def test_any_value_in_any_field(sound: Source, stack: Stack, value: Any, key: str) -> None:
    root: Any = sound.parsed.root
    attempt({**root, key: value}, sound, stack)


@pytest.mark.parametrize("half", [1, 2])
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_thousand_mutated_files_are_valid_or_clearly_refused(
    sound: Source, stack: Stack, half: int, data: st.DataObject
) -> None:
    """One to three pieces of the file's text cut, copied elsewhere, or replaced by odd ones."""
    del half  # Two halves, each with draws of its own, so that neither comes near the time limit.
    text = sound.folder.files["exercise.yaml"].decode()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 60)))
        other = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.sampled_from(
                [
                    "",
                    text[other : other + 40],
                    "\n",
                    "  ",
                    "- ",
                    ": ",
                    '"',
                    "'",
                    "@low@",
                    "0",
                    "-1",
                    "no",
                    "[",
                    "}",
                ]
            )
            | st.text(max_size=6)
        )
        text = text[:start] + piece + text[end:]
    attempt(text.encode(errors="replace"), sound, stack)
