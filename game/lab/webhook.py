"""Telling another system of an alert: one POST of JSON, in its own time, never in the way of the game."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import requests

from game.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER_WITHIN_S = 5.0
MOST_WAITING = 20
Format = Literal["json", "slack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one alert; `words` say it without the address, which is a secret where it holds a key."""

    delivered: bool
    words: str
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    run: str
    alert: str
    text: str


def body(alert: Alert, form: Format) -> dict[str, str]:
    """`slack` is understood by Slack and those that take its form: one `text`. `json` has its parts apart as well."""
    if form == "slack":
        return {"text": f"*{alert.alert}* (run {alert.run}): {alert.text}"}
    return {"source": "danceoff", "run": alert.run, "alert": alert.alert, "text": alert.text}


def require_address(url: str) -> str:
    """Return the address if it can be posted to; UsageError otherwise."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError("a webhook is an http or https address", hint="https://hooks.example.test/...")
    return url


class Webhook:
    """Posts alerts one after the other from a thread of its own; `told` hears what became of each."""

    def __init__(self, url: str, form: Format, told: Callable[[Sent], object]) -> None:
        self._url = require_address(url)
        self._form = form
        self._told = told
        self._waiting: queue.Queue[Alert | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)
        self._thread.start()

    def send(self, alert: Alert) -> None:
        """Have it sent soon; when too many wait already, it is left out and told so."""
        try:
            self._waiting.put_nowait(alert)
        except queue.Full:
            self._told(Sent(delivered=False, words="too many alerts wait for the webhook", took_ms=0))

    def close(self, within_s: float = ANSWER_WITHIN_S) -> None:
        """Send what waits, then end; idempotent."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(within_s)

    def _run(self) -> None:
        while (alert := self._waiting.get()) is not None:
            self._told(self._post(alert))

    def _post(self, alert: Alert) -> Sent:
        started = time.monotonic()
        try:
            answer = requests.post(
                self._url,
                json=body(alert, self._form),
                timeout=ANSWER_WITHIN_S,
                allow_redirects=False,
            )
            delivered, words = answer.ok, f"the webhook answered {answer.status_code}"
        except requests.RequestException as error:
            # Its own words may hold the address.
            delivered, words = False, f"the webhook does not answer ({type(error).__name__})"
        return Sent(delivered=delivered, words=words, took_ms=round((time.monotonic() - started) * 1000))
