"""What the passing of time leads to in a duel: the next change is dealt, what was let through goes in, what hurts goes back.

Nothing here touches the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.duel.bouts import bouts
from game.core.duel.facts import DuelWithdrawn
from game.core.duel.plan import dealt
from game.director.effects import Deal, Finish, PutThrough, TakeBack
from game.director.situation import Decision

if TYPE_CHECKING:
    from game.core.duel.bouts import Bout
    from game.core.duel.plan import DuelPlan
    from game.director.effects import Effect
    from game.director.situation import Situation

# Long enough for users to feel it, and for the alert to page.
HURTS_MS = 12_000
# Between one change and the next.
PAUSE_MS = 2_000


def duel_due(situation: Situation, plan: DuelPlan) -> Decision:
    """Decide on what comes next; called a few times a second once users are well."""
    said = bouts(situation.state)
    waiting = next((one for one in said if not one.settled), None)
    if waiting is not None:
        gave_up = situation.at_ms - waiting.dealt_ms >= waiting.patience_ms
        return Decision(events=(DuelWithdrawn(number=waiting.number),) if gave_up else ())
    under_way = _under_way(situation, plan, said)
    if under_way is not None:
        return _once(situation, under_way)
    if len(said) == len(dealt(plan, situation.exercise.seed)):
        reason = "every proposed change was decided"
        return _once(situation, Finish(how="resolved", reason=reason))
    since_ms = _settled_ms(said[-1]) if said else situation.progress.injected_at_ms
    return (
        _once(situation, Deal(number=len(said) + 1)) if situation.at_ms - since_ms >= PAUSE_MS else Decision()
    )


def _under_way(situation: Situation, plan: DuelPlan, said: tuple[Bout, ...]) -> Effect | None:
    """What has to happen before the next change is dealt: nothing while it is launched already, or bites."""
    if not said or said[-1].outcome != "approved":
        return None
    last = said[-1]
    if last.in_service_ms is None:
        return PutThrough(number=last.number)
    offer = dealt(plan, situation.exercise.seed)[last.number - 1]
    if offer.good or last.taken_back_ms is not None:
        return None
    return TakeBack(number=last.number)


def _once(situation: Situation, effect: Effect) -> Decision:
    """An effect is launched once; what hurts is taken back only when users have felt it."""
    if effect in situation.launched:
        return Decision()
    if isinstance(effect, TakeBack):
        last = bouts(situation.state)[-1]
        if situation.at_ms - (last.in_service_ms or situation.at_ms) < HURTS_MS:
            return Decision()
    return Decision(effects=(effect,))


def _settled_ms(bout: Bout) -> int:
    return max(bout.dealt_ms + bout.took_ms, bout.in_service_ms or 0, bout.taken_back_ms or 0)
