"""What was done to the stack, what it left different, and how that was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game.core.control.facts import NO_PAPERS, Papers


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationApplied:
    """What the one apply path put into service. `digest` covers every file loaded; `meaning` the difference in words."""

    revision: str
    digest: str
    worker_pid: int
    reload_ms: int
    actor: str
    message: str
    meaning: tuple[str, ...]
    papers: Papers = NO_PAPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused:
    actor: str
    stage: Literal["size", "syntax", "allow-list", "check", "reload"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeActionTaken:
    actor: str
    command: str
    answer: str
    papers: Papers = NO_PAPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceActionTaken:
    actor: str
    service: str
    layer: str
    action: Literal["start", "stop", "restart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSeen:
    """Running state, file on disk and last approved configuration disagree; `fields` says where, in words."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftCleared:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackJudged:
    """What was found at the end, before grading. Each verdict: right, wrong, cannot-tell; with reasons."""

    surgical: Literal["right", "wrong", "cannot-tell"]
    drift: Literal["right", "wrong", "cannot-tell"]
    reasons: tuple[str, ...]
