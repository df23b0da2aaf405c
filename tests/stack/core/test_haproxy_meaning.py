"""Canonical text against the real HAProxy: accepted exactly when the original is, and answering with the same bytes."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from game.core.haproxy.allowed import allowed
from game.core.haproxy.canonical import canonical_text
from game.core.haproxy.configuration import parse
from game.core.haproxy.invalid import ConfigurationInvalid
from game.lab.ports import reserve
from tests.unit.core.haproxy.test_canonical import CFG, SOBER, mutate, neutral
from tests.unit.core.haproxy.test_difference import EDITS

if TYPE_CHECKING:
    from tests.stack.core.conftest import Haproxy

pytestmark = pytest.mark.stack

LISTENS_WITHIN_S = 30.0

FILES = frozenset(f"certs/{name}.pem" for name in ("edge", "tenant", "ca", "old")) | {"maps/tenants.map"}
FILES |= frozenset(f"errors/{name}.http" for name in ("403", "429", "502", "503", "504", "ok"))


def stack_text() -> str:
    ports = iter(range(21001, 21100))
    found: dict[str, str] = {}
    return re.sub(
        r"@[a-z0-9_.]+@", lambda name: found.setdefault(name[0], f"127.0.0.1:{next(ports)}"), CFG.read_text()
    )


def test_the_stacks_own_configuration(haproxy: Haproxy) -> None:
    configuration = parse(stack_text())
    assert allowed(configuration, files=FILES) == ()
    text = canonical_text(configuration)
    assert canonical_text(parse(text)) == text
    assert haproxy.accepts(stack_text()), haproxy.run(stack_text(), "-c").stderr.decode()
    ran = haproxy.run(text, "-c")
    assert (ran.returncode, ran.stderr) == (0, b""), ran.stderr.decode()


@pytest.mark.parametrize("seed", range(12))
def test_neutral_edits_and_their_normal_form_are_accepted(haproxy: Haproxy, seed: int) -> None:
    for original in (SOBER, stack_text()):
        text = neutral(original, seed)
        assert haproxy.accepts(text), haproxy.run(text, "-c").stderr.decode()
        assert haproxy.accepts(canonical_text(parse(text)))


def test_faults_are_accepted_in_normal_form_exactly_when_they_are_as_written(haproxy: Haproxy) -> None:
    refused = []
    for edit in EDITS:
        text = edit.apply(SOBER)
        accepted = haproxy.accepts(text)
        assert haproxy.accepts(canonical_text(parse(text))) == accepted, edit.name
        if not accepted:
            refused.append(edit.name)
    # HAProxy sees four of them itself; the others are what exercises are made of.
    assert sorted(refused) == ["misspelt option", "small buffers", "tcp instead of http", "unknown backend"]


def test_damaged_files_are_accepted_in_normal_form_exactly_when_they_are_as_written(haproxy: Haproxy) -> None:
    verdicts = {True: 0, False: 0}
    for seed in range(150):
        text = mutate(SOBER, seed)
        accepted = haproxy.accepts(text)
        try:
            canonical = canonical_text(parse(text))
        except ConfigurationInvalid:
            continue
        assert haproxy.accepts(canonical) == accepted, f"seed {seed}:\n{text}\n-----\n{canonical}"
        verdicts[accepted] += 1
    assert min(verdicts.values()) > 10, verdicts


TORTURE = [
    "plain",
    "'single quoted'",
    '"double quoted"',
    "back\\ slash\\ blank",
    '"it\'s"',
    "'say \"so\"'",
    "a'b'\"c\"d",
    "'# no comment'",
    "half\\#comment",
    "'$HOME'",
    '"\\$HOME"',
    "$HOME",
    "'${HOME}'",
    "\\x41\\x42",
    "'\\x41'",
    '"\\x24\\x7b"',
    "tab\\there",
    "'back\\slash'",
    '"back\\\\slash"',
    "two\\\\\\\\slashes",
    "\\1\\2",
    "'%[src]'",
    "{",
    "'{ }'",
    "'[x]'",
    "\\xc3\\xa9",
    "\xe9\u20ac",
    "\\xe9\\xff",
    "'a''b'",
    "''a\"\"",
    "'if'",
    "a;b|c&d",
    "~!@%^*()_+`=<>?,./",
    "\\'\\\"",
    '"\'"',
    "'\"'",
    "line\\nbreak",
    "bell\\x07",
    "del\\x7f",
    "nbsp\u00a0here",
]


def served(haproxy: Haproxy, text: str, port: int) -> list[bytes]:
    """Run HAProxy with this text and fetch every answer."""
    path = haproxy.folder / "served.cfg"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    process = subprocess.Popen([haproxy.binary, "-db", "-f", path], cwd=haproxy.folder, env={"HOME": "wrong"})
    try:
        await_port(port, process)
        answers = []
        for number in range(len(TORTURE)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", f"/{number}")
            answers.append(connection.getresponse().read())
            connection.close()
        return answers
    finally:
        process.terminate()
        process.wait(timeout=10)


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LISTENS_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "HAProxy ended before it listened"
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail(f"HAProxy did not listen on port {port} within {LISTENS_WITHIN_S} s")


def test_odd_quoting_serves_the_same_bytes(haproxy: Haproxy) -> None:
    block = reserve(1)
    port = block.first
    text = f"defaults\n mode http\n timeout client 5s\n timeout connect 1s\n timeout server 5s\nfrontend f\n bind 127.0.0.1:{port}\n"
    for number, word in enumerate(TORTURE):
        text += (
            f" http-request return status 200 content-type text/plain string {word} if {{ path /{number} }}\n"
        )
    canonical = canonical_text(parse(text))
    assert canonical != text
    try:
        as_written = served(haproxy, text, port)
        assert as_written == served(haproxy, canonical, port)
    finally:
        block.release()
    assert len(set(as_written)) > len(TORTURE) / 2
    # The words we read are the words that are served.
    words = [line.words[7] for line in parse(text).sections[1].lines[1:]]
    assert as_written == [word.encode("utf-8", "surrogateescape") for word in words]
