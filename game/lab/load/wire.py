"""The pipe between the game and the load worker: JSON, one object a line, UTF-8.

Game -> worker
    the first line: a LoadPlan, its fields by name
    {"do": "rate", "requests_per_second": 60.0}     from now on; 0 pauses the users
    {"do": "origin", "origin_ns": 123}              the run clock was paused and now has another origin
    {"do": "anew"}                                  users forget their cookies and tokens and log in
    {"do": "stop"}                                  tell what is left and end; so does the end of input

Worker -> game
    {"ready": true}                                 imported, waiting for the plan
    {"failed": "..."}                               the plan cannot be carried out; the worker ends
    {"settled_ms": 1050, "planned": 3, "outcomes": [[1003, 12, 7, "web", "login", ""], ...]}
        every 100 ms; an outcome is started_ms, took_ms, user, cohort, operation, reason (empty: it was right)

A batch that the game does not read in time is dropped, never held back for ever: its `planned` is added to the next
batch's, so that what is missing can be counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import cattrs
from cattrs.errors import BaseValidationError

from game.core.outcome import LoadBatch, Operation, Outcome
from game.lab.load.plan import LoadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRate:
    do: Literal["rate"] = "rate"
    requests_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOrigin:
    do: Literal["origin"] = "origin"
    origin_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    do: Literal["anew"] = "anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    do: Literal["stop"] = "stop"


Command = SetRate | SetOrigin | Anew | Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    what: str


Report = Ready | Failed | LoadBatch


class NotUnderstood(ValueError):
    """A line of the pipe that is none of the above; the message says which."""


def encode_plan(plan: LoadPlan) -> bytes:
    return _line(_converter().unstructure(plan))


def decode_plan(line: bytes) -> LoadPlan:
    try:
        return _converter().structure(_object(line), LoadPlan)
    except BaseValidationError as error:
        raise NotUnderstood(f"no load plan: {'; '.join(cattrs.transform_error(error))}") from error


def encode_command(command: Command) -> bytes:
    return _line(_converter().unstructure(command))


def decode_command(line: bytes) -> Command:
    found = _object(line)
    kind = {"rate": SetRate, "origin": SetOrigin, "anew": Anew, "stop": Stop}.get(str(found.get("do")))
    if kind is None:
        raise NotUnderstood(f"no command: {line[:200]!r}")
    try:
        command: Command = _converter().structure(found, kind)
    except BaseValidationError as error:
        raise NotUnderstood(f"no command: {'; '.join(cattrs.transform_error(error))}") from error
    return command


def encode_report(report: Report) -> bytes:
    match report:
        case Ready():
            return _line({"ready": True})
        case Failed():
            return _line({"failed": report.what})
        case LoadBatch():
            rows = [
                [each.started_ms, each.took_ms, each.user, each.cohort, each.operation.value, each.reason]
                for each in report.outcomes
            ]
            return _line({"settled_ms": report.settled_ms, "planned": report.planned, "outcomes": rows})


def decode_report(line: bytes) -> Report:
    found = _object(line)
    try:
        if "ready" in found:
            return Ready()
        if "failed" in found:
            return Failed(what=str(found["failed"]))
        return LoadBatch(
            settled_ms=found["settled_ms"],
            planned=found["planned"],
            outcomes=tuple(_outcome(*row) for row in found["outcomes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood(f"no report: {line[:200]!r}") from error


def _outcome(started_ms: int, took_ms: int, user: int, cohort: str, operation: str, reason: str) -> Outcome:
    return Outcome(
        started_ms=started_ms,
        took_ms=took_ms,
        user=user,
        cohort=cohort,
        operation=Operation(operation),
        ok=not reason,
        reason=reason,
    )


def _line(what: Any) -> bytes:  # noqa: ANN401 - JSON is whatever JSON can hold
    return json.dumps(what, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise NotUnderstood(f"no JSON: {line[:200]!r}") from error
    if not isinstance(found, dict):
        raise NotUnderstood(f"no JSON object: {line[:200]!r}")
    return found


def _converter() -> cattrs.Converter:
    return cattrs.Converter(forbid_extra_keys=True)
