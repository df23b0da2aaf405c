"""Alerts that leave the house: the neon sign's, to a webhook, with what became of them on record."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from game.core.sign.facts import NEON, AlertSent
from game.errors import DanceoffError
from game.lab.webhook import Alert, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.director.conductor import Conductor
    from game.lab.webhook import Format, Sent


def webhook(url: str, form: Format, conductor: Conductor) -> Webhook | None:
    """Where alerts of a run go besides; None if nobody wants them."""
    if not url:
        return None

    def told(sent: Sent) -> None:
        # The run may be over by the time that the other side answers: nobody needs to hear of it then.
        if conductor.glimpse().state.closed is not None:
            return
        with suppress(DanceoffError):
            conductor.record(
                AlertSent(channel="webhook", delivered=sent.delivered, words=sent.words, took_ms=sent.took_ms)
            )

    return Webhook(url, form, told)


def alarm(run: str, hook: Webhook | None) -> Callable[[str], None]:
    """What the sign does besides lighting: pager and bell hear of it by themselves."""
    if hook is None:
        return lambda _said: None
    return lambda said: hook.send(Alert(run=run, alert=NEON, text=said))
