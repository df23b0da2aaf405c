"""The steps of wrong turns and cheats, as exercises write them: `verb:what`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.exercise import Change, LbChange
from game.director.owners import OURS
from game.errors import UsageError
from game.lab.redis_client import flush
from game.rehearsal.house import BY

if TYPE_CHECKING:
    from game.core.exercise import WrongTurn
    from game.director.performance import Performance


# Where changes are recorded, a wrong turn needs a reason as well.
WHY = "tried in a rehearsal"


def take(performance: Performance, turn: WrongTurn, step: str) -> None:
    """Take one step on a running exercise."""
    verb, _, what = step.partition(":")
    match verb:
        case "restart" | "stop" | "start":
            performance.desk.act(BY, what, verb)
        case "drain":
            server = what if "/" in what else f"be_auth/{what}"
            performance.desk.console(BY, f"set server {server} state drain", WHY)
        case "lb":
            performance.desk.console(BY, performance.stage.repository.fill(what), WHY)
        case "revert":
            if what == "oldest":
                performance.desk.restore(BY, "1")
            else:
                performance.desk.revert(BY, _revision(performance, what))
        case "toxic":
            performance.stage.toxics.clear()
        case "flush":
            flush(performance.stage.place.endpoint("redis.resp"))
        case "patch":
            performance.desk.colleagues.commit_and_apply(
                Change(id=turn.name, author=BY, message=turn.name, patch=turn.patch)
            )
        case _:
            raise UsageError(
                f"the step {step!r} is not known", hint="see the author's guide: exercises/README.md"
            )


def touches_lb(turn: WrongTurn) -> bool:
    """Whether a wrong turn may change what the load balancer does: it need not be put back otherwise."""
    return not all(_beside_lb(*step.partition(":")[::2]) for step in turn.do)


def starts_anew(turn: WrongTurn) -> bool:
    """Whether a wrong turn only restarts or empties what runs, and is to change nothing for users."""
    return turn.expect == "still_bad" and _verbs(turn) <= {"restart", "flush"}


def breaks_off(turn: WrongTurn) -> bool:
    """Whether a wrong turn may itself hurt users for a while: all of them, except new settings of the load balancer."""
    return not _verbs(turn) <= {"patch", "revert", "lb"}


def _verbs(turn: WrongTurn) -> set[str]:
    return {step.partition(":")[0] for step in turn.do}


def _beside_lb(verb: str, what: str) -> bool:
    return verb in {"flush", "toxic"} or (verb in {"restart", "stop", "start"} and what != OURS)


def _revision(performance: Performance, change: str) -> str:
    """The revision that a change of the exercise became in this run."""
    progress = performance.conductor.glimpse().progress
    known = dict(performance.stage.revisions)
    for fault, revision in zip(performance.exercise.faults, progress.revisions, strict=False):
        if isinstance(fault, LbChange):
            known[fault.change.id] = revision
    later = performance.conductor.glimpse().state.later_revisions
    known.update(zip((one.id for one in performance.exercise.later), later, strict=False))
    if change not in known:
        raise UsageError(f"no change {change!r} in this run", hint=f"one of: {', '.join(known)}")
    return known[change]
