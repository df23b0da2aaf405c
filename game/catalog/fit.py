"""Does an exercise fit its stack: services, proxies, layers, cohorts, and the steps of its wrong turns?

Every check yields (path, message, remedy), as in `checks.py`; nothing here raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.catalog.arrange import committed
from game.catalog.faults import NoFaultFile, ServiceFaultFile, ToxicFaultFile, ToxicFile
from game.catalog.words import did_you_mean
from game.core.roster import ACCOUNTS_PER_COHORT
from game.core.stack import ServiceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.catalog.document import ExerciseFile
    from game.core.stack import Stack

Found = tuple[str, str, str]


def fit(document: ExerciseFile, stack: Stack) -> Iterator[Found]:
    """Everything an exercise asks of its stack that the stack does not have."""
    yield from _faults(document, stack)
    yield from _red_herrings(document, stack)
    yield from _cohorts(document, stack)
    yield from _wrong_turns(document, stack)


def _faults(document: ExerciseFile, stack: Stack) -> Iterator[Found]:
    services = tuple(service.name for service in stack.services)
    for place, fault in enumerate(document.faults):
        path = f"faults[{place}]"
        if isinstance(fault, ServiceFaultFile):
            if fault.service not in services:
                yield (
                    f"{path}.service",
                    "the stack has no such service",
                    did_you_mean(fault.service, services),
                )
            if (fault.action == "reconfigure") != bool(fault.settings):
                yield (
                    f"{path}.settings",
                    "settings belong to reconfigure, and only to it",
                    "give or remove them",
                )
        elif isinstance(fault, ToxicFaultFile):
            yield from _proxy(path, fault, stack)
        elif isinstance(fault, NoFaultFile) and (len(document.faults) > 1 or document.answer.change):
            yield path, "a false alarm has no other fault and no guilty change", "remove one or the other"


def _red_herrings(document: ExerciseFile, stack: Stack) -> Iterator[Found]:
    layers = tuple(dict.fromkeys(service.layer for service in stack.services))
    for place, herring in enumerate(document.red_herrings):
        path = f"red_herrings[{place}]"
        if herring.layer not in layers:
            yield (
                f"{path}.layer",
                f"the stack has no layer {herring.layer}",
                did_you_mean(herring.layer, layers),
            )
        if herring.toxic:
            yield from _proxy(f"{path}.toxic", herring.toxic, stack)


def _proxy(path: str, toxic: ToxicFile | ToxicFaultFile, stack: Stack) -> Iterator[Found]:
    proxies = tuple(
        port
        for service in stack.services
        if service.kind is ServiceKind.PROXY
        for port in service.ports
        if port != "api"
    )
    if toxic.proxy not in proxies:
        yield f"{path}.proxy", f"there is no proxy {toxic.proxy}", did_you_mean(toxic.proxy, proxies)


def _cohorts(document: ExerciseFile, stack: Stack) -> Iterator[Found]:
    """`stack` already carries the exercise's load."""
    cohorts = tuple(cohort.name for cohort in stack.cohorts)
    named = {f"expect.cohorts.{name}": name for name in document.expect.cohorts or {}}
    named |= {f"load.cohorts.{name}": name for name in (document.load and document.load.cohorts) or {}}
    for path, name in named.items():
        if name not in cohorts:
            yield path, "the stack has no such cohort", did_you_mean(name, cohorts)
    cohort = document.answer.scope.cohort
    if cohort not in (*cohorts, "all"):
        yield "answer.scope.cohort", "the stack has no such cohort", did_you_mean(cohort, (*cohorts, "all"))
    if not stack.users:
        yield "load", "nobody is left", "give a cohort some users"
    for crowd in stack.cohorts:
        if crowd.users > ACCOUNTS_PER_COHORT:
            words = f"the cohort {crowd.name} would have {crowd.users} users"
            yield "load.users", words, f"at most {ACCOUNTS_PER_COHORT} in a cohort have accounts"


def _wrong_turns(document: ExerciseFile, stack: Stack) -> Iterator[Found]:
    ids = {change.id for _, change in committed(document)}
    for place, turn in enumerate(document.wrong_turns):
        verbs = [step.partition(":")[0] for step in turn.do]
        if verbs.count("patch") > 1:
            yield (
                f"wrong_turns[{place}].do",
                "only one patch fits into a wrong turn",
                "make one patch of them",
            )
        for number, step in enumerate(turn.do):
            verb, _, what = step.partition(":")
            if message := _step(verb, what.strip(), ids, stack):
                remedy = "restart, stop, start, flush, drain, lb, toxic, patch and revert are known"
                yield f"wrong_turns[{place}].do[{number}]", message, remedy


def _step(verb: str, what: str, ids: set[str], stack: Stack) -> str:
    """Why a step of a wrong turn cannot be done; empty if it can."""
    service = stack.service(what)
    kind = service.kind if service else None
    possible = {
        **dict.fromkeys(("restart", "stop", "start"), service is not None and service.restartable),
        "flush": kind is ServiceKind.CACHE,
        "drain": kind is ServiceKind.REPLICA,
        "lb": bool(what),
        "toxic": what == "clear",
        "patch": bool(what),
        "revert": what == "oldest" or what in ids,
    }
    if verb not in possible:
        return f"the step {verb!a} is unknown"
    return "" if possible[verb] else f"{verb} cannot be done to {what!a}"
