"""Who owns what is broken: the load balancer is the trainee's own, everything else belongs to another team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.exercise import NoFault, ServiceFault, ToxicFault

if TYPE_CHECKING:
    from game.core.exercise import Exercise, Fault
    from game.core.stack import Stack

OURS = "haproxy"
TAKEN = "Found it, it is on our side. We are mending it now; watch your users."
LOOKED = "We looked: everything is well on our side. What makes you think that it is ours?"
MINE = "That is you: the load balancer is yours tonight."


def owner(fault: Fault, exercise: Exercise, stack: Stack) -> str:
    """The layer whose owners can undo a fault.

    A toxic between two services belongs to the layer that the exercise's answer names, unless that is the load balancer.
    """
    match fault:
        case ServiceFault(service=service):
            known = stack.service(service)
            return known.layer if known is not None else OURS
        case ToxicFault(proxy=proxy):
            named = exercise.answer.component
            return named if named not in {OURS, "none"} else proxy
        case NoFault():
            return ""
        case _:
            return OURS
