"""The part of YAML that a stranger's file may use, read with positions.

Bounded size and depth; no anchors, aliases, tags or second documents; no duplicate keys. Plain scalars follow the core
schema of YAML 1.2: only `true` and `false` are booleans, so `no`, `on` and `1:30` stay the words they look like.
A value lives at a path such as `faults[0].patch`; the top of the document is the empty path.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import yaml

from game.errors import ExerciseInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

MAX_BYTES = 128 * 1024
MAX_DEPTH = 12
MAX_NUMBER_CHARS = 18
MAX_MESSAGE_CHARS = 600

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NULLS = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document: its name for messages, its value, and where each path stands."""

    file: str
    root: Value
    marks: Mapping[str, Mark]

    def problem(self, path: str, message: str, remedy: str) -> Problem:
        """Place a problem at a path, or where the nearest enclosing thing stands if the path is not in the file."""
        around = path
        while around and around not in self.marks:
            around = around[: max(around.rfind("."), around.rfind("["), 0)]
        return _problem(self.file, self.marks.get(around), path, message, remedy)


def decode(content: bytes, file: str) -> str:
    """Bytes of a text file -> text; refuses what is too big, binary or not UTF-8."""
    if len(content) > MAX_BYTES:
        remedy = f"keep it below {MAX_BYTES // 1024} kB"
        raise ExerciseInvalid((_problem(file, None, "", f"the file has {len(content)} bytes", remedy),))
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        mark = Mark(line=line, column=1)
        raise ExerciseInvalid(
            (_problem(file, mark, "", "the file contains NUL bytes", "save it as UTF-8 text"),)
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        mark = Mark(line=line, column=1)
        problem = _problem(file, mark, "", f"byte {error.start} is not UTF-8", "save the file as UTF-8 text")
        raise ExerciseInvalid((problem,)) from error


def parse(content: bytes, file: str) -> Parsed:
    """Read one document; raises ExerciseInvalid with every problem found up to the first break in its structure."""
    reading = _Reading(file=file)
    events = _events(decode(content, file), file)
    try:
        root = reading.document(events)
    finally:
        events.close()
    if reading.problems:
        raise ExerciseInvalid(tuple(reading.problems))
    return Parsed(file=file, root=root, marks=reading.marks)


def _events(text: str, file: str) -> Generator[yaml.Event]:
    """PyYAML's events, with its errors turned into ours."""
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = None if mark is None else Mark(line=mark.line + 1, column=mark.column + 1)
        words = error.problem or error.context or "this is not YAML"
        raise ExerciseInvalid((_problem(file, place, "", words, _remedy(words)),)) from error
    # The scanner lets chr(), int() and str.index() errors of odd escapes and directives through as they are.
    except (yaml.YAMLError, ValueError, OverflowError, IndexError, TypeError) as error:
        words = str(error).splitlines()[0] if str(error) else "this is not YAML"
        problem = _problem(file, None, "", words, "look for control characters and odd escapes")
        raise ExerciseInvalid((problem,)) from error


def _remedy(words: str) -> str:
    if "'@'" in words or "'`'" in words or "'%'" in words:
        return "put a value that begins with this character in quotes"
    if "'\\t'" in words:
        return "indent with spaces, never tabs"
    if "mapping values are not allowed" in words:
        return 'put a text that contains ": " in quotes'
    if "expected <block end>" in words or "could not find expected ':'" in words:
        return "check the indentation and the quotes of this line and the one before"
    return "mend the YAML here"


def _problem(file: str, mark: Mark | None, path: str, message: str, remedy: str) -> Problem:
    place = f"{file}:{mark.line}:{mark.column}" if mark else file
    return Problem(file=place, path=path or "(the file)", message=_short(message), remedy=_short(remedy))


def _short(words: str) -> str:
    """One printable line: what authors wrote may be long, or hold line breaks and control characters."""
    line = "".join(char if char.isprintable() else "?" for char in words)
    return line if len(line) <= MAX_MESSAGE_CHARS else f"{line[: MAX_MESSAGE_CHARS - 3]}..."


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One pass over the events, collecting marks and problems."""

    file: str
    marks: dict[str, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def document(self, events: Iterator[yaml.Event]) -> Value:
        root: Value = None
        seen = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self._complain(event, "", "a second document begins", "keep one document; remove the ---")
                    break
                if event.tags:
                    self._complain(event, "", "%TAG directives are not allowed", "remove them")
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.AliasEvent)):
                root = self._value(event, events, "", 0)
        return root

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: str, depth: int) -> Value:
        self.marks[path] = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            self._complain(event, path, "aliases (*name) are not allowed", "write the value out, or quote it")
            return None
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._complain(event, path, "anchors (&name) are not allowed", "remove it, or quote the value")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._complain(event, path, f"tags ({tag}) are not allowed", "remove it, or quote the value")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if depth >= MAX_DEPTH:
            # Stop at once: everything below could only be deeper.
            problem = _problem(
                self.file, _mark(event), path, f"nested deeper than {MAX_DEPTH} levels", "flatten it"
            )
            raise ExerciseInvalid((*self.problems, problem))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path, depth)
        return self._mapping(events, path, depth)

    def _sequence(self, events: Iterator[yaml.Event], path: str, depth: int) -> list[Value]:
        items: list[Value] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, f"{path}[{len(items)}]", depth + 1))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: str, depth: int) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, events, path, depth)
            shown = key if _WORD.fullmatch(key) else ascii(key[:40])
            below = f"{path}.{shown}" if path else shown
            if key in entries:
                self._complain(event, below, "this key stands here twice", "remove one of them")
            entries[key] = self._value(next(events), events, below, depth + 1)
        return entries

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], path: str, depth: int) -> str:
        """Keys are taken as they are written: `no:` is the key `no`."""
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._complain(event, path, "a key cannot carry an anchor or a tag", "remove it")
            return str(event.value)
        self._value(event, events, path, depth + 1)
        self._complain(event, path, "a key must be a plain word", "put braces and brackets in quotes")
        return "?"

    def _scalar(self, event: yaml.ScalarEvent, path: str) -> Value:
        text = str(event.value)
        if event.style is not None:
            return text
        if text in _NULLS:
            return None
        if text in {"true", "false"}:
            return text == "true"
        if not _DECIMAL.fullmatch(text):
            return text
        if len(text) > MAX_NUMBER_CHARS or not math.isfinite(float(text)):
            self._complain(event, path, "this number is too long", "quote it if it is meant as text")
            return None
        return int(text) if _WHOLE.fullmatch(text) else float(text)

    def _complain(self, event: yaml.Event, path: str, message: str, remedy: str) -> None:
        self.problems.append(_problem(self.file, _mark(event), path, message, remedy))


def _mark(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return Mark(line=mark.line + 1, column=mark.column + 1) if mark else Mark(line=1, column=1)
