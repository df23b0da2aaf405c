"""What the API takes: one frozen type per body, and the one shape of every failure. Its answers are `game.core.views`.

The OpenAPI document and the checks of incoming bodies are generated from these types.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Every answer with status 4xx or 5xx: what happened, what to do next."""

    error: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverBody:
    """`layer`: whose owners shall take the incident, a word of the taxonomy."""

    layer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBody:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffBody:
    """`note`: at most 120 words; whoever comes next starts from it."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisBody:
    """`change` is anything git understands in the LB repository, or empty; `share` of all users, 0-1.

    `id` makes a repeated submission harmless: choose one per submission.
    """

    id: str
    component: str
    mechanism: str
    change: str = ""
    share: float = 0.0
    cohort: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionBody:
    change: str
    unnoticed: str
    guard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuitBody:
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyBody:
    """`emergency`: why the glass is to be broken where an approval is missing; empty leaves it whole."""

    message: str
    emergency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertBody:
    """`emergency` as in ApplyBody."""

    revision: str
    why: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleBody:
    """`why` and `emergency` matter for commands that change something."""

    line: str
    why: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalBody:
    """What is put up for review: the undoing of a revision, a runtime command, a change whose review is owed (`change`).

    With none of them it is what is edited in the working tree.
    """

    why: str
    revert: str = ""
    command: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBody:
    """`verdict`: approve, request-changes or comment; the latter two need a text."""

    verdict: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    cohort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceActionBody:
    """`action`: start, stop or restart."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateBody:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBody:
    """`started_from`: the digest of the text that was edited, so that nobody's work is overwritten unseen."""

    text: str
    started_from: str
