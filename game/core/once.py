"""Which facts a journal may hold only once, whoever races to write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core import events as fact

if TYPE_CHECKING:
    from game.core.events import Event


def once(event: Event) -> str | None:
    """The key of a fact that may be in a journal only once, whoever races to write it; None if it may repeat.

    A declaration may repeat: one that came too early is followed by another.
    """
    match event:
        case fact.DiagnosisSubmitted():
            return f"diagnosis:{event.id}"
        case fact.HintTaken():
            return f"hint:{event.hint}"
        case fact.RunOpened():
            return "opened"
        case fact.Acknowledged():
            return "acknowledged"
        case fact.ResponderReplaced():
            return "replaced"
        case fact.Closed():
            return "closed"
        case fact.AnswerRevealed():
            return "revealed"
        case _:
            return None
