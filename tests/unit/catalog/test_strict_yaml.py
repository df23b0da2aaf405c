from __future__ import annotations

import time

import pytest

from game.catalog.strict_yaml import MAX_BYTES, MAX_DEPTH, Parsed, parse
from game.errors import ExerciseInvalid


def read(text: str) -> object:
    return parse(text.encode(), "dance/exercise.yaml").root


def refused(content: str | bytes) -> str:
    with pytest.raises(ExerciseInvalid) as caught:
        parse(content.encode() if isinstance(content, str) else content, "dance/exercise.yaml")
    assert caught.value.problems
    assert all(problem.remedy for problem in caught.value.problems)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("NO", "NO"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("1:30", "1:30"),
        ("12:34:56", "12:34:56"),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("2023-11-17", "2023-11-17"),
        (".inf", ".inf"),
        ("1.10", 1.1),
        ("-7", -7),
        ("1e3", 1000.0),
        ('"3"', "3"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_scalars_mean_what_they_look_like(written: str, meant: object) -> None:
    value = read(f"key: {written}")
    assert value == {"key": meant}
    assert isinstance(value, dict)
    assert type(value["key"]) is type(meant)


def test_keys_are_words_as_written() -> None:
    assert read("no: 1\n1: 2\nnull: 3") == {"no": 1, "1": 2, "null": 3}


def test_places_are_kept() -> None:
    parsed: Parsed = parse(b"faults:\n  - kind: none\n    patch: x\n", "dance/exercise.yaml")
    problem = parsed.problem("faults[0].patch", "is wrong", "mend it")
    assert problem.file == "dance/exercise.yaml:3:12"
    assert str(problem) == "dance/exercise.yaml:3:12: faults[0].patch: is wrong (mend it)"
    assert parsed.problem("faults[0].missing.deep", "", "").file == "dance/exercise.yaml:2:5"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x 1\nb: *x", "anchors"),
        ("a: *x", "aliases"),
        ("a: !!python/object:os.system x", "tags"),
        ("a: !x 1", "tags"),
        ("!!map {a: 1}", "tags"),
        ("? [a, b]\n: 1", "plain word"),
        ("a: 1\na: 2", "twice"),
        ("a: 1\n---\nb: 2", "second document"),
        ("a: @low@", "quotes"),
        ("a:\n\t- b", "spaces"),
        ("a: b: c", "quotes"),
        ("a: 'open", "exercise.yaml:1"),
        ("a: [1, 2", "exercise.yaml:1"),
        ("a: 123456789012345678901234567890", "too long"),
        ("a: 1e999", "too long"),
        ('a: "\\UFFFFFFFF"', "exercise.yaml"),
        ("a: \x07", "exercise.yaml"),
        ("%TAG ! tag:x,2000:\n---\na: 1", "%TAG"),
        ("%YAML 99.9\n---\na: 1", "exercise.yaml"),
    ],
)
def test_what_is_not_allowed_is_named(text: str, words: str) -> None:
    assert words in refused(text)


def test_every_problem_is_told_at_once_with_its_line() -> None:
    told = refused("a: &x 1\nb: !t 2\nc: 1\nc: 2\n")
    assert [line.split(": ")[0] for line in told.splitlines()] == [
        "dance/exercise.yaml:1:4",
        "dance/exercise.yaml:2:4",
        "dance/exercise.yaml:4:1",
    ]


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfea\x00:\x001\x00", b"a: \x80", b"a: 1\x00", b"a: 1\n" * MAX_BYTES, "a: ü".encode("latin-1")],
)
def test_bytes_that_are_not_a_small_text(content: bytes) -> None:
    assert "dance/exercise.yaml" in refused(content)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[[[{a: ["])
def test_depth_is_bounded_and_quick(opening: str) -> None:
    began = time.monotonic()
    refused(opening * 20_000)
    assert time.monotonic() - began < 5


def test_depth_that_is_allowed() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert f"deeper than {MAX_DEPTH}" in refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
