"""Which runtime a command takes: what was asked for, or what suits, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Wanted = Literal["auto", "process", "docker", "swarm"]
RuntimeName = Literal["process", "docker", "swarm"]
WANTED: tuple[Wanted, ...] = ("auto", "process", "docker", "swarm")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFound:
    """What was seen of the container engine. `lacks` says what is missing, empty when stacks can be run on it."""

    where: str
    version: str = ""
    lacks: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`why` is said to whoever started the command."""

    runtime: RuntimeName
    why: str


def choose(wanted: Wanted, *, teams: int, engine: EngineFound | None) -> Choice:
    """Choose; `engine` is None where nobody looked for one, which suffices unless it is wanted or there are several teams."""
    match wanted:
        case "process":
            return Choice(runtime="process", why="processes on loopback, as asked for")
        case "docker":
            return Choice(runtime="docker", why=f"containers, as asked for{_named(engine)}")
        case "swarm":
            return Choice(runtime="swarm", why=f"a cluster's nodes, as asked for{_named(engine)}")
        case "auto":
            if teams < 2:
                return Choice(runtime="process", why="processes on loopback: one team, on its own machine")
            if engine is None or engine.lacks:
                lack = engine.lacks if engine else "nobody looked for an engine"
                return Choice(
                    runtime="process",
                    why=f"processes on loopback, which do not keep {teams} teams apart: {lack}",
                )
            return Choice(
                runtime="docker",
                why=f"containers{_named(engine)}: {teams} teams that need not trust one another",
            )


def _named(engine: EngineFound | None) -> str:
    return f" (engine {engine.version})" if engine is not None and engine.version else ""
