"""Words that reports put beside identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from game.core.chronicle import Strand
    from game.core.duel.bouts import Bout
    from game.core.verdict import Judgement

SCORE_LINES = {
    "acknowledge": "Page acknowledged",
    "component": "Diagnosis: component",
    "mechanism": "Diagnosis: mechanism",
    "change": "Diagnosis: the change",
    "scope": "Diagnosis: scope",
    "recovery": "Recovery",
    "surgical": "Surgical rollback",
    "no-drift": "No drift",
    "no-collateral": "No collateral damage",
    "validated": "Validated",
    "record": "Change control and record",
    "blind-revert": "Recovered without a diagnosis",
    "declared-early": "Declared too early",
    "wrong-again": "Wrong again",
    "hints": "Hints",
    "innocent-layer": "Innocent layer disturbed",
    "judgement": "Judgement",
    "in-time": "In time",
    "broken-glass": "Glass broken",
    "users-hurt": "Users hurt after the page",
}


def score_line(reason: str) -> str:
    """The name of a score line; one that is not known here is shown as the rules call it."""
    return SCORE_LINES.get(reason, reason.replace("-", " ").capitalize())


def verdict_sign(verdict: Judgement | None) -> str:
    """A sign beside the word, so that it is seen at a glance and read without colour."""
    match verdict:
        case "right":
            return "✓"
        case "wrong":
            return "✗"
        case "cannot-tell":
            return "?"
        case None:
            return "·"
        case _:
            assert_never(verdict)


def verdict_word(verdict: Judgement | None) -> str:
    return "sealed" if verdict is None else verdict.replace("-", " ")


def strand_sign(strand: Strand) -> str:
    match strand:
        case "hurt":
            return "●"
        case "healed":
            return "✓"
        case "call":
            return "▲"
        case "look":
            return "◇"
        case "think":
            return "◆"
        case "act":
            return "■"
        case "stage":
            return "·"
        case _:
            assert_never(strand)


STRANDS: tuple[tuple[Strand, str], ...] = (
    ("hurt", "users hurt"),
    ("healed", "users well"),
    ("call", "calls and messages"),
    ("look", "looking"),
    ("think", "thinking"),
    ("act", "acting"),
    ("stage", "the run itself"),
)


def bout_words(one: Bout) -> str:
    """What a proposed change was, what was said of it, and how soon."""
    kind = {True: "a good one", False: "a bad one", None: "sealed"}[one.good]
    said = {
        "approved": "let through",
        "stopped": "stopped",
        "unanswered": "left without an answer",
        "waiting": "still waiting at the end",
    }[one.outcome]
    sign = "✓" if one.right else "✗"
    back = ", taken back when users failed" if one.taken_back_ms is not None else ""
    return f"{sign} {kind}, {said} after {one.took_ms / 1000:.0f} s{back}"
