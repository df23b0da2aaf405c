"""Exercises on disk -> core's types, for one seed; and the listing of a catalogue with what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.catalog.arrange import arrange
from game.catalog.build import Builder
from game.catalog.checks import check
from game.catalog.document import ExerciseFile
from game.catalog.reading import read_as
from game.catalog.source import FILE, Source, read_source
from game.catalog.stack import busier, load_stack
from game.catalog.variants import Choice, all_choices, choose, fill, fill_text, names_in
from game.catalog.words import did_you_mean
from game.errors import ExerciseInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from game.catalog.strict_yaml import Value
    from game.core.exercise import Exercise
    from game.core.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """An exercise for one seed, the stack as this exercise wants it (its `load:` applied), and what the seed chose."""

    exercise: Exercise
    stack: Stack
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One folder of a catalogue. With problems, title, level and minutes may be empty or 0."""

    code: str
    title: str
    level: int
    minutes: int
    stack: str
    concepts: tuple[str, ...]
    requires: tuple[str, ...]
    problems: tuple[Problem, ...]


def load_exercise(folder: Path, stack: Stack, seed: int) -> Playable:
    """Read one exercise; raises ExerciseInvalid with every problem."""
    source = read_source(folder)
    return _play(source, stack, choose(source.choices, source.folder.name, seed), seed)


def check_exercise(folder: Path, stack: Stack) -> Exercise:
    """Read one exercise with every value that a seed may choose; raises ExerciseInvalid. Returns seed 0's."""
    source = read_source(folder)
    problems: dict[Problem, None] = {}
    for choice in all_choices(source.choices):
        try:
            _play(source, stack, choice, 0)
        except ExerciseInvalid as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ExerciseInvalid(tuple(problems))
    return _play(source, stack, choose(source.choices, source.folder.name, 0), 0).exercise


def load_catalogue(exercises: Path, stacks: Path) -> tuple[Entry, ...]:
    """Every exercise below a folder, by level and code. What is wrong with one is in its entry and hides no other."""
    folders = sorted(
        path for path in exercises.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    )
    entries = [_entry(folder, stacks) for folder in folders]
    return tuple(sorted(entries, key=lambda entry: (entry.level, entry.code)))


def _entry(folder: Path, stacks: Path) -> Entry:
    problems: tuple[Problem, ...] = ()
    document: ExerciseFile | None = None
    try:
        source = read_source(folder)
        document = _document(source, choose(source.choices, folder.name, 0))
        check_exercise(folder, load_stack(stacks / document.stack))
    except ExerciseInvalid as error:
        problems = error.problems
    return Entry(
        code=folder.name,
        title=document.title if document else "",
        level=document.level if document else 0,
        minutes=document.minutes if document else 0,
        stack=document.stack if document else "",
        concepts=document.concepts if document else (),
        requires=document.requires if document else (),
        problems=problems,
    )


def _document(source: Source, choice: Choice) -> ExerciseFile:
    body: Value = {key: fill(value, choice) for key, value in source.body.items()}
    return read_as(ExerciseFile, source.parsed, body)


def _play(source: Source, stack: Stack, choice: Choice, seed: int) -> Playable:
    document = _document(source, choice)
    if document.load:
        stack = busier(stack, document.load)
    filled = replace(source, texts={name: fill_text(text, choice) for name, text in source.texts.items()})
    found = (*check(document, filled, stack), *_typing_errors(source, choice))
    problems = tuple(source.parsed.problem(*words) for words in found)
    if problems:
        raise ExerciseInvalid(problems)
    arranged = arrange(document, choice.order)
    if isinstance(arranged, str):
        path = f"orders[{source.choices.orders.index(choice.order)}]"
        remedy = "list ids of history, faults and later_changes, each once"
        raise ExerciseInvalid((source.parsed.problem(path, arranged, remedy),))
    builder = Builder(document=document, source=filled, arranged=arranged, seed=seed)
    return Playable(exercise=builder.exercise(stack), stack=stack, choice=choice)


def _typing_errors(source: Source, choice: Choice) -> Iterator[tuple[str, str, str]]:
    """Placeholders that are no variant but nearly one. Others are filled later, by whoever knows their names."""
    known = tuple(choice.words)
    texts = {f"file {name}": text for name, text in source.texts.items()}
    for path, text in texts.items():
        for name in dict.fromkeys(names_in(text)):
            near = did_you_mean(name, known)
            if name not in known and near.startswith("did you"):
                yield "" if path == f"file {FILE}" else path, f"@{name}@ is no variant", near
