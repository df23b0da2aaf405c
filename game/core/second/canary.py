"""The canary step: a risky change is watched in its first seconds, and goes back by itself when users fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.second.shop import CANARY_STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import LoadSampled
    from game.core.run import RunState

CANARY = "canary step"
WATCHED_MS = 12_000
FAILING = 0.05
SECONDS = 2


def to_take_back(state: RunState, recent: Sequence[LoadSampled]) -> str:
    """The revision of the change that has to go back now; empty while there is none.

    Users fail when two of the latest three whole seconds that began after the change had a twentieth of bad requests.
    """
    if CANARY_STEP not in state.terms.follow_ups:
        return ""
    went_back = {one.event.message for one in state.applied if one.event.actor == CANARY}
    for made in reversed(state.applied):
        since = [one for one in recent if one.from_ms >= made.at_ms]
        watched = [one for one in since if one.to_ms <= made.at_ms + WATCHED_MS]
        failing = [one for one in watched[-3:] if one.offered and one.bad / one.offered >= FAILING]
        risky = bool(made.event.papers.risks) and made.event.actor != CANARY
        if risky and len(failing) >= SECONDS and message_for(made.event.revision) not in went_back:
            return made.event.revision
    return ""


def message_for(revision: str) -> str:
    return f"Take back {revision[:8]}: users fail since"
