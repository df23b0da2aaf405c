"""The load worker against a real HAProxy: what it sends, what it calls bad, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from game.core.sampler import p95
from game.lab.certificates import make_certificates
from game.lab.load.wire import encode_plan
from tests.stack.load.edge import COHORTS, LATE, Heard, elsewhere, free_port, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.stack.load.edge import Edge, Loaded

pytestmark = pytest.mark.stack

HELLO = "    http-request return status 200 content-type text/plain string hello"

# 298 for who comes for the first time, and brings the cookie from then on.
COOKIES = """
    http-request return status 297 if { req.cook(seen) -m found }
    http-request return status 298 hdr Set-Cookie "seen=1; Path=/; Secure"
"""

# 299 for what is as it should be, 418 for what is not: neither is right for a user, so the status is told.
AS_THEY_ARE = """
    acl browser req.hdr(user-agent) -m str Mozilla/5.0
    acl app req.hdr(user-agent) -m str App
    acl tenant ssl_fc_sni -m str acme.example.test
    acl named ssl_fc_sni -m str login.example.test
    http-request return status 418 unless { req.hdr(cdn-client-ip) -m found }
    http-request return status 418 if browser !{ req.hdr(origin) -m beg https:// }
    http-request return status 418 if browser { req.hdr(x-client) -m found }
    http-request return status 418 if app { req.hdr(origin) -m found }
    http-request return status 418 if app !{ req.hdr(x-client) -m str app }
    http-request return status 418 if named !{ req.hdr(host) -m str login.example.test }
    http-request return status 418 if tenant !{ req.hdr(host) -m str acme.example.test }
    http-request return status 297 if { ssl_fc_protocol TLSv1.2 }
    http-request return status 296 if tenant
    http-request return status 295 if app
    http-request return status 294 if { req.fhdr(cookie),length gt 9000 }
    http-request return status 299
"""


@pytest.fixture
def abyss() -> Iterator[int]:
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        port: int = server.getsockname()[1]
        yield port


def test_each_kind_of_user_is_what_it_claims_to_be(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(edge(AS_THEY_ARE).target))
    load.heard.wait_for("150 requests", lambda: len(load.heard.outcomes) >= 150)
    seen = {cohort.name: load.heard.reasons(cohort.name) - LATE for cohort in COHORTS}
    assert seen == {
        "web": {"status-299"},
        "mobile": {"status-295"},
        "bigcookie": {"status-294"},
        "tenant": {"status-296"},
        "tls12": {"status-297"},
    }


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (HELLO, "unsigned"),
        ("    http-request redirect code 301 location https://login.example.test/", "redirect"),
        ("    http-request deny deny_status 503", "status-503"),
        ("    http-request reject", "closed"),
    ],
)
def test_what_is_no_success_is_worded(
    edge: Callable[[str], Edge], load: Loaded, rules: str, reason: str
) -> None:
    load.driver.start(plan(edge(rules).target))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert load.heard.reasons() - LATE == {reason}


def test_an_edge_that_nobody_certified_is_not_trusted(
    edge: Callable[[str], Edge], load: Loaded, folder: Path
) -> None:
    target = edge(HELLO).target
    others = make_certificates(folder / "other", folder / "other-private", None)
    load.driver.start(plan(replace(target, ca=str(others.ca))))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert load.heard.reasons() - LATE == {"tls"}


def test_an_edge_that_is_not_there_refuses(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(elsewhere(edge(HELLO).target, free_port())))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert load.heard.reasons() - LATE == {"refused"}


def test_users_who_hang_hold_up_nobody_else(edge: Callable[[str], Edge], load: Loaded, abyss: int) -> None:
    """The web users hang until they lose patience; what they could not send meanwhile is told as well."""
    rules = f"""
    acl web req.hdr(user-agent) -m str Mozilla/5.0
    acl big req.hdr(cookie) -m found
    http-request return status 299 if !web or big
    default_backend silent
backend silent
    server abyss 127.0.0.1:{abyss}
"""
    load.driver.start(plan(edge(rules).target, rate=60))
    load.heard.wait_for(
        "three rounds of patience",
        lambda: sum(outcome.reason == "timeout" for outcome in load.heard.outcomes) >= 18,
    )
    # The load goes on: what was heard up to one moment.
    heard = Heard(batches=list(load.heard.batches))
    assert heard.reasons("web") == {"timeout", "not-sent"}
    assert heard.reasons("bigcookie") == {"status-299"}
    waited = [outcome.took_ms for outcome in heard.outcomes if outcome.reason == "timeout"]
    assert all(2_000 <= took < 4_000 for took in waited)
    prompt = [outcome.took_ms for outcome in heard.outcomes if outcome.cohort == "bigcookie"]
    assert p95(prompt) < 500
    told = len(heard.outcomes)
    settled = heard.batches[-1].settled_ms
    planned = sum(batch.planned for batch in heard.batches)
    assert planned == sum(outcome.started_ms < settled for outcome in heard.outcomes)
    assert planned < told


def test_the_rate_can_be_changed_and_paused(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(edge(HELLO).target, rate=20))
    load.heard.wait_for("20 requests", lambda: len(load.heard.outcomes) >= 20)
    load.driver.set_rate(0)
    silent = len(load.heard.batches)
    load.heard.wait_for("30 batches", lambda: len(load.heard.batches) >= silent + 30)
    paused = load.heard.batches[silent + 10 :]
    assert sum(len(batch.outcomes) for batch in paused) == 0
    load.driver.set_rate(200)
    before = len(load.heard.outcomes)
    load.heard.wait_for("200 requests", lambda: len(load.heard.outcomes) >= before + 200)


def test_users_who_begin_anew_forget_their_cookies(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(edge(COOKIES).target, rate=100))

    def strangers() -> Counter[int]:
        told = [one for one in load.heard.outcomes if one.cohort == "web"]
        return Counter(one.user for one in told if one.reason == "status-298")

    load.heard.wait_for("300 requests", lambda: len(load.heard.outcomes) >= 300)
    once = strangers()
    assert once
    assert set(once.values()) == {1}
    load.driver.begin_anew()
    load.heard.wait_for("every browser as a stranger again", lambda: strangers() == once + once)


def test_every_request_that_was_due_is_told(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(edge(HELLO).target, rate=200))
    load.heard.wait_for("400 requests", lambda: len(load.heard.outcomes) >= 400)
    load.driver.stop()
    settled = load.heard.batches[-1].settled_ms
    assert sum(batch.planned for batch in load.heard.batches) == sum(
        outcome.started_ms < settled for outcome in load.heard.outcomes
    )
    assert load.heard.failures == []


def test_a_killed_worker_is_noticed(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(edge(HELLO).target))
    load.heard.wait_for("a batch", lambda: bool(load.heard.batches))
    os.kill(load.driver.pid, signal.SIGKILL)
    load.heard.wait_for_failure()
    assert "died with status -9" in str(load.heard.failures[0])
    assert load.driver.pid == 0


def test_a_plan_that_cannot_be_carried_out_is_said_so(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(replace(edge(HELLO).target, ca="/nowhere/ca.pem")))
    load.heard.wait_for_failure()
    assert "No such file" in str(load.heard.failures[0])


def test_stop_is_idempotent_and_quick(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.stop()
    load.driver.start(plan(edge(HELLO).target))
    load.heard.wait_for("a batch", lambda: bool(load.heard.batches))
    began = time.monotonic()
    load.driver.stop()
    load.driver.stop()
    assert time.monotonic() - began < 2
    assert load.driver.pid == 0


@pytest.fixture
def worker(edge: Callable[[str], Edge]) -> Iterator[subprocess.Popen[bytes]]:
    """The program itself, under load, without the driver."""
    target = edge(HELLO).target
    with subprocess.Popen(
        [sys.executable, "-m", "game.lab.load.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert b"ready" in process.stdout.readline()
        process.stdin.write(encode_plan(plan(target)))
        process.stdin.flush()
        assert b"settled_ms" in process.stdout.readline()
        yield process
        process.kill()


def test_it_ends_soon_after_sigterm(worker: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    worker.terminate()
    assert worker.wait(5) == 0
    assert time.monotonic() - began < 1.5


def test_it_ends_with_the_game(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdin
    worker.stdin.close()
    assert worker.wait(5) == 0


def test_it_outlives_odd_commands(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(b'nonsense\n{"do":"dance"}\n[]\n\xff\n{"do":"rate","requests_per_second":100}\n')
    worker.stdin.flush()
    for _ in range(10):
        assert b"settled_ms" in worker.stdout.readline()
    assert worker.poll() is None


def test_it_serves_on_when_nobody_reads(worker: subprocess.Popen[bytes]) -> None:
    """A full pipe costs batches: the program neither hangs nor grows, and still ends when told to."""
    assert worker.stdin
    worker.stdin.write(b'{"do":"rate","requests_per_second":1500}\n')
    worker.stdin.flush()
    threading.Event().wait(2)  # the load must fill the pipe, and nobody may look meanwhile
    worker.terminate()
    assert worker.wait(5) == 0
