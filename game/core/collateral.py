"""What a repair cost besides: services disturbed without need, and capacity or checks removed and left so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.verdict import DIFFERS

if TYPE_CHECKING:
    from game.core.events import RuntimeActionTaken, ServiceActionTaken
    from game.core.run import RunState, Stamped

LOAD_BALANCER = "haproxy"
OUT_OF_ROTATION = ("drain", "maint")
NO_WEIGHT = ("0", "0%")
CAPACITY = ("server", "option httpchk", "http-check")


def disruptions(state: RunState, guilty_layer: str) -> tuple[Stamped[ServiceActionTaken], ...]:
    """Services stopped or restarted since the fault on a layer that is innocent.

    Restarting the load balancer is never needed: a reload does everything that a restart does and loses nobody.
    """
    return tuple(
        deed
        for deed in state.service_actions
        if deed.seq > _fault_seq(state)
        and deed.event.action != "start"
        and (deed.event.layer != guilty_layer or deed.event.layer == LOAD_BALANCER)
    )


def left_in_place(state: RunState) -> tuple[Stamped[RuntimeActionTaken], ...]:
    """Runtime actions that took out a server, a frontend or a check and still hold: a reload undoes all of them."""
    since = max([_fault_seq(state), *(applied.seq for applied in state.applied)])
    held: dict[str, Stamped[RuntimeActionTaken]] = {}
    for action in state.runtime_actions:
        if action.seq <= since:
            continue
        target, removes = _effect(action.event.command)
        if removes:
            held[target] = action
        elif target:
            held.pop(target, None)
    return tuple(sorted(held.values(), key=lambda action: action.seq))


def taken_away(state: RunState) -> tuple[str, ...]:
    """Servers and health checks that the ideal configuration has and the one in service at the end has not, in words."""
    reasons = state.judged.event.reasons if state.judged else ()
    return tuple(
        reason.removeprefix(DIFFERS)
        for reason in reasons
        if reason.startswith(DIFFERS) and any(f": removed: {what} " in f"{reason} " for what in CAPACITY)
    )


def repaired_by_hand(state: RunState) -> tuple[int, ...]:
    """The numbers of all facts since the fault that could have repaired anything: applied, commanded, serviced, handed over.

    What the exercise itself applied, and commands that only show, do not count.
    """
    scripted = {*(fault.event.revision for fault in state.faults), *state.later_revisions} - {""}
    acts = (
        *(one.seq for one in state.applied if one.event.revision not in scripted),
        *(one.seq for one in state.runtime_actions if _words(one.event.command)[:1] != ("show",)),
        *(one.seq for one in state.service_actions),
        *(one.seq for one in state.handovers if one.event.taken),
    )
    return tuple(sorted(seq for seq in acts if seq > _fault_seq(state)))


def _fault_seq(state: RunState) -> int:
    return state.faults[-1].seq if state.faults else 0


def _words(command: str) -> tuple[str, ...]:
    """The command without the worker it is sent to (`@1`)."""
    return tuple(word.lower() for word in command.split() if not word.startswith("@"))


def _effect(command: str) -> tuple[str, bool]:
    """What a runtime command acts on, and whether it removes it; an empty target when it is neither."""
    match _words(command):
        case ("disable" | "enable" as verb, "server", server, *_):
            return f"state {server}", verb == "disable"
        case ("disable" | "enable" as verb, "health" | "agent" as check, server, *_):
            return f"{check} {server}", verb == "disable"
        case ("disable" | "enable" | "shutdown" as verb, "frontend", frontend, *_):
            return f"frontend {frontend}", verb != "enable"
        case ("set", "server", server, "state", word, *_):
            return f"state {server}", word in OUT_OF_ROTATION
        case ("set", "server", server, "weight", weight, *_) | ("set", "weight", server, weight, *_):
            return f"weight {server}", weight in NO_WEIGHT
        case ("del", "server", server, *_):
            return f"server {server}", True
        case ("add", "server", server, *_):
            return f"server {server}", False
        case _:
            return "", False
