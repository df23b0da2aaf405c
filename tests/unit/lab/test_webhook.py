"""The webhook, tried against a receiver of our own."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from game.errors import UsageError
from game.lab.webhook import Alert, Sent, Webhook, require_address

if TYPE_CHECKING:
    from collections.abc import Iterator

ALERT = Alert(run="abcd2345", alert="neon-sign", text="be_auth/auth1: state: ready approved, drain running")


class Receiver(HTTPServer):
    """Keeps what it is sent; `status` is what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[dict[str, Any]] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/secret"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(content))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def sent(url: str, *alerts: Alert, form: Any = "json") -> list[Sent]:
    told: list[Sent] = []
    hook = Webhook(url, form, told.append)
    for alert in alerts:
        hook.send(alert)
    hook.close()
    return told


def test_generic_json_has_its_parts_apart(receiver: Receiver) -> None:
    told = sent(receiver.address, ALERT)
    assert receiver.received == [
        {"source": "danceoff", "run": "abcd2345", "alert": "neon-sign", "text": ALERT.text}
    ]
    assert [(one.delivered, one.words) for one in told] == [(True, "the webhook answered 200")]


def test_slack_gets_one_text_and_nothing_else(receiver: Receiver) -> None:
    sent(receiver.address, ALERT, form="slack")
    assert receiver.received == [{"text": f"*neon-sign* (run abcd2345): {ALERT.text}"}]


def test_several_come_in_order(receiver: Receiver) -> None:
    alerts = tuple(Alert(run="r", alert="a", text=str(number)) for number in range(5))
    assert len(sent(receiver.address, *alerts)) == 5
    assert [one["text"] for one in receiver.received] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(("status", "words"), [(500, "answered 500"), (302, "answered 302")])
def test_a_refusal_is_told_and_a_redirect_not_followed(receiver: Receiver, status: int, words: str) -> None:
    receiver.status = status
    told = sent(receiver.address, ALERT)
    assert words in told[0].words
    assert len(receiver.received) == 1


def test_nobody_there_is_told_without_the_address() -> None:
    told = sent("http://127.0.0.1:9/hooks/secret", ALERT)
    assert not told[0].delivered
    assert "secret" not in told[0].words


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "example.test/hook", "http://"])
def test_only_addresses_that_can_be_posted_to(url: str) -> None:
    with pytest.raises(UsageError):
        require_address(url)
