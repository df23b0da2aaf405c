"""The check's own limits. These configurations never get there through the apply path: its allow-list has none of it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.lb.check import Checker, Limits

if TYPE_CHECKING:
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack

PROXY = """
defaults
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend fe
    bind 127.0.0.1:29998
"""


def folder(balancer: LoadBalancer, text: str) -> Path:
    found = balancer.place.root / "hostile"
    found.mkdir(mode=0o755)
    (found / "haproxy.cfg").write_text(text.lstrip())
    return found


def test_a_sound_file_passes_quickly(idle: LoadBalancer) -> None:
    checked = idle.checker.check(folder(idle, PROXY))
    assert (checked.ok, checked.stopped) == (True, ""), checked
    assert checked.took_ms < 3000


def test_nothing_that_listens_is_refused(idle: LoadBalancer) -> None:
    checked = idle.checker.check(folder(idle, PROXY[: PROXY.index("frontend")]))
    assert not checked.ok


@pytest.mark.parametrize(
    ("lines", "stopped"),
    [
        ("    http-request set-header X %[req.hdr(host),map(/dev/zero)]\n", "memory|time|longer"),
        ("backend be\n    server-template s 1-100000 127.0.0.1:29999\n", "memory|longer|time"),
    ],
)
def test_what_hangs_or_eats_memory_is_ended_in_time(
    idle: LoadBalancer, lines: str, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the limits alone: in the sandbox there is nothing that a configuration could hang on."""
    monkeypatch.setenv("PATH", "/nowhere")
    checker = Checker(idle.haproxy, idle.account, Limits(wall_s=2.0, cpu_s=1, memory_bytes=200 * 1024 * 1024))
    started = time.monotonic()
    checked = checker.check(folder(idle, PROXY + lines))
    assert not checked.ok
    assert time.monotonic() - started < 10
    assert any(word in checked.stopped + checked.output for word in stopped.split("|")), checked


def test_a_check_that_waits_for_ever_is_ended(idle: LoadBalancer) -> None:
    found = folder(idle, PROXY + "    http-request set-header X %[req.hdr(host),map(pipe.map)]\n")
    os.mkfifo(found / "pipe.map")
    (found / "pipe.map").chmod(0o644)
    started = time.monotonic()
    checked = Checker(idle.haproxy, idle.account, Limits(wall_s=1.0)).check(found)
    assert (checked.ok, checked.stopped) == (False, "it took longer than 1 s")
    assert time.monotonic() - started < 5


def test_the_environment_is_not_inherited(idle: LoadBalancer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_PROBE", "planted-marker")
    checked = idle.checker.check(folder(idle, '.notice "${DANCEOFF_PROBE-nothing}"\n' + PROXY))
    assert "planted-marker" not in checked.output


def test_output_without_end_is_cut(idle: LoadBalancer) -> None:
    text = PROXY + "".join(f"    no-such-keyword-{number} {'x' * 200}\n" for number in range(2000))
    checked = Checker(idle.haproxy, idle.account, Limits(output_bytes=4096)).check(folder(idle, text))
    assert not checked.ok
    assert len(checked.output) <= 4096


def test_the_sandbox_shows_nothing_but_the_folder(idle: LoadBalancer) -> None:
    """`bwrap` has to be there for this: on Debian `apt-get install bubblewrap`."""
    assert idle.checker.sandboxed
    assert Path("/etc/passwd").stat().st_size > 0
    inside = folder(idle, PROXY + "    acl known src -f allowed.lst\n    http-request deny if !known\n")
    (inside / "allowed.lst").write_text("127.0.0.1\n")
    assert idle.checker.check(inside).ok
    (inside / "haproxy.cfg").write_text(f"{PROXY.lstrip()}    acl known hdr(x) -f /etc/passwd\n")
    checked = idle.checker.check(inside)
    assert not checked.ok
    assert "/etc/passwd" in checked.output
    assert "root:" not in checked.output


def test_the_same_verdicts_without_the_sandbox(idle: LoadBalancer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    plain = Checker(idle.haproxy, idle.account)
    assert not plain.sandboxed
    assert plain.check(folder(idle, PROXY)).ok
