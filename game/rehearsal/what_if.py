"""A finished run played again up to a moment, by the same seed and with what the team did, and then otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.core.events import (
    Acknowledged,
    ConfigurationApplied,
    HandedOver,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.exercise import WrongTurn
from game.core.sealed import scripted_actors
from game.core.second.canary import CANARY
from game.core.timeline import fold
from game.core.what_if import armed_ms, compared, deeds_before
from game.director.order import Order
from game.director.requests import Acknowledge, HandOver
from game.errors import DanceoffError, Refused, UsageError
from game.lab.home import home
from game.lab.lb.repository import LbRepository
from game.rehearsal.house import BY, FAULT_WITHIN_S, RECOVERY_WITHIN_S, rehearse, wait
from game.rehearsal.mending import lay_out
from game.rehearsal.steps import take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from game.core.events import Recorded
    from game.core.what_if import WhatIf
    from game.director.performance import Performance

GAME = "game"
REASON = "as it was done before"
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+:\d+")
COMMIT = re.compile(r"\d{1,3}|[0-9a-f]{7,40}")
# A fork whose users are well is over soon: the rest would be calm.
CALM_S = 3.0
PAGE_LATER_S = 5.0


def what_if(
    run: str, events: Sequence[Recorded], at_ms: int, steps: Sequence[str], told: Callable[[str], None]
) -> WhatIf:
    """Fork `run` at `at_ms` after its fault and take `steps` (as wrong turns of exercises write them) instead of what followed."""
    state = fold(events)
    if state.opened is None or state.closed is None or state.armed_at_ms is None or state.dealt:
        raise Refused(f"run {run} has nothing to fork", hint="one that is over, and in which something broke")
    kept = home().runs / run / "lb"
    if not kept.is_dir():
        raise Refused(
            f"the folder of run {run} is gone, and with it what was changed",
            hint="fork a run of this machine before danceoff clean",
        )
    opened = state.opened
    end_ms = events[-1].at_ms - state.armed_at_ms
    if not 0 < at_ms < end_ms:
        raise UsageError(
            "that moment is not within the run", hint=f"it ended {end_ms // 1000} s after the fault"
        )
    order = Order(
        code=opened.exercise,
        seed=opened.seed,
        team=BY,
        change_control=opened.terms.change_control,
        partner=opened.terms.partner,
        follow_ups=opened.terms.follow_ups,
        first_round=opened.terms.first_round,
    )
    with rehearse(order) as performance:
        wait(performance, "the fault", lambda now: bool(now.state.faults), FAULT_WITHIN_S)
        before = LbRepository(kept)
        fork = _Fork(performance, before, _moved(before, performance), told)
        for after_ms, one in deeds_before(
            events, at_ms, scripted_actors(performance.exercise) | {CANARY, GAME}
        ):
            fork.until(after_ms)
            fork.do_again(one)
        fork.until(at_ms)
        for step in steps:
            told(f"what if: {step}")
            fork.take(step)
        fork.see_through(end_ms)
        after = performance.conductor.events()
    return compared(events, after, at_ms)


class _Fork:
    """`moved`: the addresses of before, and which they are now."""

    def __init__(
        self,
        performance: Performance,
        before: LbRepository,
        moved: Mapping[str, str],
        told: Callable[[str], None],
    ) -> None:
        self._performance = performance
        self._before = before
        self._moved = moved
        self._told = told
        self._zero_ms = armed_ms(performance.conductor.events()) or 0

    def until(self, after_ms: int) -> None:
        """Let the run go on up to a moment after the fault, or to its end."""
        self._go_on(self._left_s(after_ms))

    def do_again(self, one: Recorded) -> None:
        """What the team did, once more; what does not go any more is told and left out."""
        try:
            self._do(one)
        except DanceoffError as error:
            self._told(f"left out, {type(one.event).__name__}: {error.what}")

    def take(self, step: str) -> None:
        """The other action: a number or a revision to revert, or any step of a wrong turn."""
        verb, _, what = step.partition(":")
        if verb == "revert" and COMMIT.fullmatch(what):
            reply = self._performance.desk.revert(BY, what, "what if it had been reverted", REASON)
            if not reply.accepted:
                raise Refused(f"{step}: {reply.words}", hint="; ".join(reply.lines))
            return
        turn = WrongTurn(name=step, do=(step,), expect="still_bad")
        take(self._performance, turn, step)

    def see_through(self, end_ms: int) -> None:
        """Wait until users have recovered and stay well: as long as the real run went on, and at least as long as a recovery may take."""
        if self._performance.conductor.wait_for(
            lambda now: now.state.recovery is not None or now.state.closed is not None,
            max(self._left_s(end_ms), RECOVERY_WITHIN_S),
        ):
            self._go_on(CALM_S)

    def _left_s(self, after_ms: int) -> float:
        """Seconds from now to a moment after the fault; 0 when it is over."""
        return max(0, self._zero_ms + after_ms - self._performance.conductor.clock.now_ms()) / 1000

    def _go_on(self, seconds: float) -> None:
        self._performance.conductor.wait_for(lambda now: now.state.closed is not None, seconds)

    def _do(self, one: Recorded) -> None:
        event, run = one.event, self._performance
        match event:
            case Acknowledged(by=by):
                # The page follows from what users suffer, which is not to the second what it was.
                run.conductor.wait_for(lambda now: now.state.page is not None, PAGE_LATER_S)
                run.ask(Acknowledge(by=by))
                self._told("acknowledged")
            case HandedOver(by=by, layer=layer):
                run.hand_over(HandOver(by=by, layer=layer))
                self._told(f"handed over to the owners of {layer}")
            case RuntimeActionTaken(actor=actor, command=command):
                run.desk.console(actor, self._here(command), REASON, REASON)
                self._told(f"at run time: {command}")
            case ServiceActionTaken(actor=actor, service=service, action=action):
                run.desk.act(actor, service, action)
                self._told(f"{action} {service}")
            case ConfigurationApplied(actor=actor, message=message, revision=revision):
                files = self._before.files_at(revision)
                lay_out(run, {path: self._here(text) for path, text in files.items()})
                run.desk.apply(actor, message or REASON, REASON)
                self._told(f"applied: {message}")
            case _:
                # deeds_before gives nothing else.
                return

    def _here(self, text: str) -> str:
        return ADDRESS.sub(lambda found: self._moved.get(found[0], found[0]), text)


def _moved(before: LbRepository, performance: Performance) -> dict[str, str]:
    """The addresses of the run before, by the first commit of both: they are made of the same files."""
    now = performance.stage.repository
    olds, news = before.files_at("1"), now.files_at("1")
    return {
        old: new
        for path, text in olds.items()
        for old, new in zip(ADDRESS.findall(text), ADDRESS.findall(news.get(path, "")), strict=False)
    }
