"""The sign's facts in one line of plain words each."""

from __future__ import annotations

from typing import assert_never

from game.core.sign.facts import AlertSent, SignCleared, SignImpaired, SignLit, SignMended
from game.core.sign.lamp import sentence
from game.core.text import printable

HOW = {
    "poisoned": "the sign's measure was taken anew while the fault was in service",
    "silenced": "the sign was silenced",
    "cries-wolf": "the sign was made to watch what moves by itself",
}


def sign_words(event: SignLit | SignCleared | SignImpaired | SignMended | AlertSent) -> str:
    match event:
        case SignLit():
            return f"Neon sign: {printable(sentence(event.findings))}"
        case SignCleared():
            return "Neon sign out: what runs is what was approved"
        case SignImpaired():
            return f"{HOW[event.how].capitalize()} by {printable(event.by)}: {printable(event.reason)}"
        case SignMended():
            return "Neon sign mended: it measures by what was approved, and is heard"
        case AlertSent():
            return f"Alert to the outside: {printable(event.words)} ({event.took_ms} ms)"
        case _:
            assert_never(event)
