from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from game.lab.lb.apply import Applied, Submission
from game.lab.lb.examination import Refusal

if TYPE_CHECKING:
    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack

RELOADS = 30
REQUESTS = 3000


@dataclass(slots=True, kw_only=True)
class Client:
    """Sends request after request. `keeps` its connection, or takes a fresh one each time.

    A server may close an idle connection at any time, also one on which a request is on its way already. RFC 9110
    (9.2.2) lets a client repeat an idempotent request then, and every browser does. These are counted apart.
    """

    port: int
    keeps: bool
    done: threading.Event
    answered: int = 0
    repeated: int = 0
    lost: list[str] = field(default_factory=list)

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        while not self.done.is_set():
            used = connection.sock is not None
            try:
                self._request(connection)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
                connection.close()
                if used:
                    self.repeated += 1
                else:
                    self.lost.append(repr(error))
                continue
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self.lost.append(repr(error))
                continue
            if not self.keeps:
                connection.close()
        connection.close()

    def _request(self, connection: http.client.HTTPConnection) -> None:
        connection.request("GET", "/", headers={"Host": "acme.example.test"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 200 and body == b"well":
            self.answered += 1
        else:
            self.lost.append(f"{answer.status} {body[:40]!r}")


def test_thirty_reloads_and_three_refusals_lose_no_request(
    serving: tuple[LoadBalancer, ApplyPath], capsys: pytest.CaptureFixture[str]
) -> None:
    balancer, path = serving
    done = threading.Event()
    clients = [Client(port=balancer.edge, keeps=number % 2 == 0, done=done) for number in range(4)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        applied, refused = [], []
        for number in range(RELOADS):
            if number % 10 == 5:
                refused.append(submit(path, broken(balancer, number)))
            files = dict(balancer.files)
            files["haproxy.cfg"] = files["haproxy.cfg"].replace("maxconn 200", f"maxconn {200 + number}")
            applied.append(submit(path, files))
        deadline = time.monotonic() + 60
        while sum(client.answered for client in clients) < REQUESTS:
            assert time.monotonic() < deadline, "the clients are too slow"
            time.sleep(0.02)
    finally:
        done.set()
        for thread in threads:
            thread.join(30)
    answered, repeated = (
        sum(getattr(client, name) for client in clients) for name in ("answered", "repeated")
    )
    lost = [words for client in clients for words in client.lost]
    with capsys.disabled():
        reloads = sorted(each.reload_ms for each in applied if isinstance(each, Applied))
        print(  # noqa: T201 - a figure to hold
            f"\n{len(reloads)} reloads (median {reloads[len(reloads) // 2]} ms, worst {reloads[-1]} ms) and "
            f"{len(refused)} refusals: {answered} answered, {repeated} repeated on closed idle connections, {len(lost)} lost"
        )
    assert all(isinstance(each, Applied) for each in applied), applied
    assert [each.stage for each in refused if isinstance(each, Refusal)] == ["check"] * 3
    assert lost == []
    assert answered >= REQUESTS


def submit(path: ApplyPath, files: dict[str, str]) -> Applied | Refusal:
    return path.submit(Submission(files=files, actor="trainee", message="", revision=""))


def broken(balancer: LoadBalancer, number: int) -> dict[str, str]:
    """Return files that HAProxy's check refuses, or, the last time, an address that is taken."""
    text = balancer.files["haproxy.cfg"]
    if number < 20:
        return {
            **balancer.files,
            "haproxy.cfg": text.replace("default_backend be_auth", "default_backend nowhere"),
        }
    return {**balancer.files, "haproxy.cfg": text.replace(f":{balancer.spare}", f":{balancer.origin}")}
