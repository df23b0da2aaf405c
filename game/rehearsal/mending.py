"""Undoing faults as whoever knows the answer would, and putting a stack back to how it was before somebody meddled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from game.core.exercise import LbChange, LbFile, LbRuntime, LbStale, NoFault, ServiceFault, ToxicFault
from game.director.owners import OURS, owner
from game.director.requests import HandOver
from game.errors import ServiceFailed
from game.rehearsal.house import BY, wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from game.core.exercise import Fault
    from game.core.views import Reply
    from game.director.performance import Performance
    from game.lab.runtime.protocol import ServiceState
    from game.lab.toxics import ProxyState

RELAPSE_WITHIN_S = 45
# Most faults bite again by then.
SOON_S = 5.0


class ToothlessFault(ServiceFailed):
    """A fault that was made again hurts nobody: what was done meanwhile stays in users' cookies, for instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a stack stands: the revision in service, what runs, and what disturbs the ways between services."""

    revision: str
    services: tuple[ServiceState, ...]
    proxies: tuple[ProxyState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One step of the right repair: a commit to revert, a runtime command, a reload or restart of our own, a layer to hand to."""

    verb: str
    what: str


def repairs(
    faults: tuple[Fault, ...], revisions: tuple[str, ...], owners: tuple[str, ...]
) -> tuple[Repair, ...]:
    """The right repair of all faults, the latest first. `revisions` and `owners` are in the faults' order.

    Whatever is the load balancer's own is undone by hand, everything else is handed over, each layer once.
    """
    steps: dict[Repair, None] = {}
    for fault, revision, layer in reversed(list(zip(faults, revisions, owners, strict=True))):
        steps.update(dict.fromkeys(_repair(fault, revision, layer)))
    return tuple(steps)


def _repair(fault: Fault, revision: str, layer: str) -> Iterator[Repair]:
    match fault:
        case LbChange():
            yield Repair(verb="revert", what=revision)
        case LbRuntime(revert=commands):
            yield from (Repair(verb="console", what=command) for command in commands)
        case LbFile() | LbStale():
            yield Repair(verb="apply", what="what is approved")
        case ServiceFault(service=service) if layer == OURS:
            yield Repair(verb="restart", what=service)
        case ToxicFault() | ServiceFault():
            yield Repair(verb="hand-over", what=layer)
        case NoFault():
            return
        case _:
            assert_never(fault)


def mend(performance: Performance, *, commits: bool = True) -> None:
    """Undo every fault that was made, as the answer says; `commits` False leaves out the commits to revert.

    ServiceFailed when a step of it is refused.
    """
    faults, revisions = performance.exercise.faults, performance.conductor.glimpse().progress.revisions
    owners = tuple(owner(fault, performance.exercise, performance.stage.stack) for fault in faults)
    for step in repairs(faults[: len(revisions)], revisions, owners[: len(revisions)]):
        if step.verb == "revert" and not commits:
            continue
        reply = _carry_out(performance, step)
        if not reply.accepted:
            raise ServiceFailed(
                f"the right repair is refused: {step.verb} {step.what[:40]}: {reply.words}; {'; '.join(reply.lines)}",
                hint="mend the exercise: its reference solution must be possible",
            )


def _carry_out(performance: Performance, step: Repair) -> Reply:
    match step.verb:
        case "revert":
            return performance.desk.revert(BY, step.what)
        case "console":
            return performance.desk.console(
                BY, performance.stage.repository.fill(step.what), "undo it by hand"
            )
        case "apply":
            return performance.desk.apply(BY, f"load {step.what}")
        case "restart":
            return performance.desk.act(BY, step.what, "restart")
        case _:
            return performance.hand_over(HandOver(by=BY, layer=step.what))


def standing(performance: Performance) -> Standing:
    """Remember how everything stands now."""
    stage = performance.stage
    return Standing(
        revision=performance.desk.in_service,
        services=stage.runtime.states(),
        proxies=stage.toxics.proxies(),
    )


def put_back(
    performance: Performance,
    before: Standing,
    *,
    cured: bool = False,
    lb: bool = True,
    within_s: float = RELAPSE_WITHIN_S,
) -> None:
    """Undo whatever was done to the stack since, faults included that it happened to cure; users fail again afterwards.

    `cured`: every fault that is no commit was undone on purpose. `lb`: something was done to the load balancer.
    ToothlessFault when users do not fail again `within_s`.
    """
    stage = performance.stage
    touched = _restart(performance, before)
    if lb:
        tidy(performance)
        performance.desk.restore(BY, before.revision)
    for proxy in before.proxies:
        for toxic in proxy.toxics:
            stage.toxics.add(proxy.name, toxic)
    injected = performance.exercise.faults[: performance.conductor.glimpse().progress.injected]
    for fault in injected:
        # The restore above wiped what runtime commands had done and files that nobody approved, and a restart what a
        # service had been set to.
        if (lb and isinstance(fault, LbRuntime | LbFile | LbStale)) or (
            isinstance(fault, ServiceFault) and (cured or fault.service in touched)
        ):
            performance.faults.make(fault)
    if performance.conductor.glimpse().state.recovery is not None and not performance.exercise.false_alarm:
        try:
            _bites_again(performance, within_s)
        except ServiceFailed as error:
            raise ToothlessFault(str(error), hint=error.hint) from error


def _bites_again(performance: Performance, within_s: float) -> None:
    """Wait until users fail again. Who moved to another server meanwhile, and stays there, is made to come anew."""
    if performance.conductor.wait_for(lambda now: now.state.recovery is None, SOON_S):
        return
    performance.stage.load.begin_anew()
    wait(performance, "the fault to bite again", lambda now: now.state.recovery is None, within_s - SOON_S)


def tidy(performance: Performance) -> None:
    """Throw away edits of the worktree that were refused."""
    repository = performance.stage.repository
    committed = repository.files_at(repository.head())
    for path in repository.worktree().keys() - committed.keys():
        (repository.path / path).unlink()
    lay_out(performance, committed)


def lay_out(performance: Performance, files: Mapping[str, str]) -> None:
    """Write files of the configuration into its worktree, as an editor would; nothing is applied."""
    folder = performance.stage.repository.path
    for path, text in files.items():
        (folder / path).write_bytes(text.encode(errors="surrogateescape"))


def _restart(performance: Performance, before: Standing) -> frozenset[str]:
    """Start what was stopped; returns which services are not the same processes as before."""
    was = {state.service: state for state in before.services}
    now = {state.service: state for state in performance.stage.runtime.states()}
    for name, state in was.items():
        if state.running and not now[name].running:
            with performance.stage.apply_path.quiet():
                performance.stage.runtime.act(name, "start")
                if name == OURS:
                    performance.stage.apply_path.adopt()
    return frozenset(
        name
        for name, state in was.items()
        if (state.pid, state.running) != (now[name].pid, now[name].running)
    )
