"""What must hold across the fields of an exercise, beyond what each field says of itself.

Every check yields (path, message, remedy); nothing here raises.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from game.catalog.arrange import committed
from game.catalog.duel import duel_problems
from game.catalog.faults import LbChangeFault, LbFileFault, LbStaleFault
from game.catalog.fit import Found, fit
from game.catalog.leaks import leaked
from game.catalog.patches import fault_in, misplaced
from game.catalog.second import second_problems
from game.catalog.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.catalog.document import ExerciseFile
    from game.catalog.source import Source
    from game.core.stack import Stack


def check(document: ExerciseFile, source: Source, stack: Stack) -> Iterator[Found]:
    """Everything that is wrong with a document that has the right form."""
    yield from _names(document, source, stack)
    yield from _files(document, source)
    yield from _answer(document)
    yield from _numbers(document)
    yield from _silence(document)
    yield from _tour(document)
    yield from second_problems(document)
    yield from duel_problems(document, source.texts)
    yield from fit(document, stack)


def _names(document: ExerciseFile, source: Source, stack: Stack) -> Iterator[Found]:
    if document.code != source.folder.name:
        yield (
            "code",
            f"differs from the folder's name {source.folder.name}",
            f"write code: {source.folder.name}",
        )
    if document.stack != stack.name:
        yield (
            "stack",
            f"is {document.stack}, but the stack given is {stack.name}",
            f"write stack: {stack.name}",
        )
    changes = committed(document)
    counts = Counter(change.id for _, change in changes)
    for path, change in changes:
        if counts[change.id] > 1:
            yield f"{path}.id", f"the id {change.id} is not unique", "give every change its own id"
    pages = Counter(page.alert for page in document.pages)
    for place, page in enumerate(document.pages):
        if pages[page.alert] > 1:
            yield f"pages[{place}].alert", "two alerts have this name", "give every alert its own name"


def _files(document: ExerciseFile, source: Source) -> Iterator[Found]:
    for path, change in committed(document):
        yield from _file(f"{path}.patch", change.patch, source, fault_in)
    yield from _fault_files(document, source)
    for place, turn in enumerate(document.wrong_turns):
        for number, step in enumerate(turn.do):
            if step.startswith("patch:"):
                name = step.removeprefix("patch:").strip()
                yield from _file(f"wrong_turns[{place}].do[{number}]", name, source, fault_in)
    for name in ("brief.md", "debrief.md"):
        if not source.texts.get(name, "").strip():
            yield "", f"{name} is missing or empty", "write it; exercises/README.md says what it is for"


def _fault_files(document: ExerciseFile, source: Source) -> Iterator[Found]:
    for place, fault in enumerate(document.faults):
        if isinstance(fault, LbFileFault):
            yield from _file(f"faults[{place}].content", fault.content, source, lambda _: "")
            if message := misplaced(fault.path) or _not_beside(fault.path):
                yield f"faults[{place}].path", message, "name a file of maps/ or errors/"
        elif isinstance(fault, LbStaleFault):
            yield from _file(f"faults[{place}].patch", fault.patch, source, fault_in)


def _not_beside(path: str) -> str:
    """Why a file cannot be replaced alone; empty if it can. Certificates are put back by no apply."""
    return "" if path.startswith(("maps/", "errors/")) else f"{path!a} is no map and no error page"


def _file(path: str, name: str, source: Source, wrong: Callable[[str], str]) -> Iterator[Found]:
    if misfit := source.folder.misplaced(name):
        yield (path, *misfit)
    elif name not in source.texts:
        yield path, f"{name} is not text", "save it as UTF-8 text"
    elif message := wrong(source.texts[name]):
        yield path, f"{name}: {message}", "make it with git diff"


def _answer(document: ExerciseFile) -> Iterator[Found]:
    answer = document.answer
    faults = tuple(fault.id for fault in document.faults if isinstance(fault, LbChangeFault))
    every = tuple(change.id for _, change in committed(document))
    if answer.change and answer.change not in faults:
        yield "answer.change", f"{answer.change!a} is no fault's id", did_you_mean(answer.change, faults)
    for place, name in enumerate(answer.rollback.revert):
        if name not in faults:
            path = f"answer.rollback.revert[{place}]"
            yield path, f"{name} is no fault's id", did_you_mean(name, faults)
    for place, name in enumerate(answer.rollback.keep or ()):
        if name not in every or name in answer.rollback.revert:
            path = f"answer.rollback.keep[{place}]"
            yield path, f"{name} is not the id of a change that stays", did_you_mean(name, every)
    low, high = document.expect.bad_share
    if not low - answer.scope.tolerance <= answer.scope.share <= high + answer.scope.tolerance:
        yield (
            "answer.scope.share",
            f"lies outside expect.bad_share ({low:g} to {high:g})",
            "make the two agree",
        )


def _numbers(document: ExerciseFile) -> Iterator[Found]:
    shares = {"expect.bad_share": document.expect.bad_share}
    shares |= {f"expect.cohorts.{name}": bounds for name, bounds in (document.expect.cohorts or {}).items()}
    for path, (low, high) in shares.items():
        if low > high:
            yield path, f"the lower bound {low:g} is above the upper one {high:g}", "swap them"
    par = document.par
    if not par.acknowledge_s <= par.diagnose_s <= par.recover_s <= document.minutes * 60:
        yield (
            "par",
            "the times do not follow one another within minutes",
            "acknowledge, diagnose, recover, limit",
        )
    ages = [change.age_minutes for change in document.history]
    for place, (before, age) in enumerate(pairwise(ages), start=1):
        if age > before:
            yield (
                f"history[{place}].age_minutes",
                "it is older than the change before it",
                "put the oldest first",
            )


def _silence(document: ExerciseFile) -> Iterator[Found]:
    """What a trainee reads before the debrief names neither component nor mechanism."""
    shown = {"code": document.code.replace("-", " "), "title": document.title}
    for place, page in enumerate(document.pages):
        shown |= {f"pages[{place}].alert": page.alert, f"pages[{place}].text": page.text}
    for path, text in shown.items():
        for word in leaked(text, document.answer.component, document.answer.mechanism):
            yield (
                path,
                f"the word {word!a} gives the answer away",
                "state the symptom, its share and its scope",
            )


def _tour(document: ExerciseFile) -> Iterator[Found]:
    for place, step in enumerate(document.tour):
        if "@fault@" in step.run and not document.answer.change:
            yield f"tour[{place}].run", "@fault@ stands for a guilty change, and there is none", "remove it"
