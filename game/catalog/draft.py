"""A draft of an exercise: everything that its files say, and the files themselves, from the blank ones in `blank/`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TOKEN = re.compile(r"%([a-z_0-9]+)%")
_BLANK = ("exercise.yaml", "brief.md", "debrief.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortBounds:
    """Lower and upper bound of the share of a cohort's requests that fail, 0-1."""

    cohort: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Bounds of the share of users hurt, the scope that is right, and whether all this was measured or is a guess."""

    low: float
    high: float
    cohorts: tuple[CohortBounds, ...]
    share: float
    tolerance: float
    cohort: str
    measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A commit: `patch` is a unified diff, empty while nobody has made it yet."""

    id: str
    author: str
    message: str
    patch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    after_page_s: int
    sender: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    name: str
    do: str
    expect: Literal["still_bad", "looks_fixed_but_is_not"] = "still_bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is told about a kind of fault: page and hints before the debrief, the rest in it."""

    title: str
    page: str
    hints: tuple[str, str, str]
    guards: tuple[str, ...]
    signal: str
    unnoticed: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that the files of one exercise say. `happened` and `timeline` are Markdown for the debrief."""

    code: str
    title: str
    intro: str
    level: int
    minutes: int
    concepts: tuple[str, ...]
    fault: Committed
    later: tuple[Committed, ...]
    mechanism: str
    advice: Advice
    expected: Expected
    messages: tuple[Said, ...]
    handover: str
    happened: str
    timeline: str


def files_of(draft: Draft) -> dict[str, str]:
    """Every file of the folder by its path. A patch that is not made yet is not there, which the loader will name."""
    words = _words(draft)
    files = {name: _filled(name, words) for name in _BLANK}
    for change in (draft.fault, *draft.later):
        if change.patch:
            files[f"patches/{change.id}.patch"] = change.patch
    return files


def blank_patch(name: str) -> str:
    """The text of one of the example's patches."""
    return package_files(__package__).joinpath("blank", "patches", f"{name}.patch").read_text("utf-8")


def printable(text: str) -> str:
    """One line of printable characters: what authors and old configurations wrote may hold anything."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _filled(name: str, words: Mapping[str, str]) -> str:
    blank = package_files(__package__).joinpath("blank", name).read_text("utf-8")
    return _TOKEN.sub(lambda found: words[found[1]], blank)


def _words(draft: Draft) -> dict[str, str]:
    advice, expected = draft.advice, draft.expected
    diagnosis = f"--component haproxy --mechanism {draft.mechanism} --change @fault@"
    seen = expected.cohort if expected.cohort != "all" else "web"
    return {
        "intro": draft.intro,
        "code": draft.code,
        "title": _quoted(draft.title),
        "level": str(draft.level),
        "minutes": str(draft.minutes),
        "concepts": f"[{', '.join(map(_quoted, draft.concepts))}]",
        "change": draft.fault.id,
        "author": _quoted(draft.fault.author),
        "message": _quoted(draft.fault.message),
        "later_changes": _items(_change(change) for change in draft.later),
        "measured": "Measured on the stack; run danceoff verify on other seeds and widen what needs it."
        if expected.measured
        else "Bounds to begin with: look at what danceoff verify measures, then narrow them.",
        "low": f"{expected.low:g}",
        "high": f"{expected.high:g}",
        "cohorts": ", ".join(f"{one.cohort}: [{one.low:g}, {one.high:g}]" for one in expected.cohorts),
        "page": _quoted(advice.page),
        "events": _items(
            f"{{after_page_s: {said.after_page_s}, sender: {_quoted(said.sender)}, text: {_quoted(said.text)}}}"
            for said in draft.messages
        ),
        **{f"hint{place}": _quoted(hint) for place, hint in enumerate(advice.hints, start=1)},
        "mechanism": draft.mechanism,
        "share": f"{expected.share:g}",
        "tolerance": f"{expected.tolerance:g}",
        "cohort": expected.cohort,
        "guards": ", ".join(advice.guards),
        "guard": f"{', '.join(advice.guards).replace('-', ' ')}; say how it would have caught this one.",
        "signal": _quoted(advice.signal),
        "signal_text": advice.signal,
        "wrong_turns": _items(
            f"{{name: {_quoted(turn.name)}, do: [{_quoted(turn.do)}], expect: {turn.expect}}}"
            for turn in advice.turns
        ),
        "tour_request": _quoted(f"request --cohort {seen}"),
        "tour_diagnose": _quoted(
            f"diagnose {diagnosis} --share {round(expected.share * 100)} --cohort {expected.cohort}"
        ),
        "tour_resolve": _quoted(
            f'resolve --change @fault@ --unnoticed "the change is valid and the averages stayed calm" --guard {advice.guards[0]}'
        ),
        "handover": draft.handover,
        "happened": draft.happened,
        "unnoticed": advice.unnoticed,
        "timeline": draft.timeline,
    }


def _change(change: Committed) -> str:
    head = f"id: {change.id}, author: {_quoted(change.author)}, message: {_quoted(change.message)}"
    return f"{{{head}, patch: patches/{change.id}.patch}}"


def _items(items: Iterable[str]) -> str:
    lines = "".join(f"\n  - {item}" for item in items)
    return lines or " []"


def _quoted(text: str) -> str:
    """A text as YAML reads it back unchanged; in JSON's way, which is also YAML's."""
    return json.dumps(printable(text), ensure_ascii=False)
