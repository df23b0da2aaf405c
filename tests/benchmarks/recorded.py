"""The load worker against a HAProxy that gives a recorded answer, so that nothing but the two is measured.

The worker overlooks that the answer's nonce is an old one; its signature is verified like any other.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from game.core.outcome import LoadBatch
from game.core.stack import Cohort, Objective, Stack
from game.lab.home import Home
from game.lab.load.wire import SetRate, decode_report, encode_command, encode_plan
from tests.stack.load.edge import plan, start_edge
from tests.unit.lab.load.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.lab.load.plan import LoadPlan, Target

USERS = 50
BROWSERS = Stack(
    name="browsers",
    services=(),
    cohorts=(Cohort(name="web", users=USERS),),
    objective=Objective(success=1.0, p95_ms=1000),
    requests_per_second=0,
)
RULES = """
    http-request return status 204 if { path /logout }
    http-request return status 200 content-type application/json file answer.json
"""
WORKER = """
import sys
from game.lab.load import proof, worker
judge = proof.Verifier.judge
def overlook(self, token, expected):
    reason = judge(self, token, expected)
    return "" if reason == "wrong-nonce" else reason
proof.Verifier.judge = overlook
sys.exit(worker.main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Talking:
    """A worker under load; `next` waits for its next batch."""

    orders: IO[bytes]
    lines: IO[bytes]

    def next(self) -> LoadBatch:
        report = decode_report(self.lines.readline())
        if not isinstance(report, LoadBatch):
            raise SystemExit(f"the worker said {report}")
        return report

    def set_rate(self, requests_per_second: float) -> None:
        self.orders.write(encode_command(SetRate(requests_per_second=requests_per_second)))
        self.orders.flush()


@contextlib.contextmanager
def recorded_edge(before: str = "", after: str = "", files: tuple[str, ...] = ()) -> Iterator[Target]:
    """Serve the recorded answer; `before` and `after` are lines around the rule that gives it, `files` empty files."""
    with tempfile.TemporaryDirectory(prefix="dr-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)
        signer = Signer()
        live = folder / "live"
        live.mkdir(mode=0o711)
        answer = {"id_token": signer.token(), "refresh_token": "r", "access_token": "a"}
        (live / "answer.json").write_text(json.dumps(answer))
        for name in files:
            (live / name).write_text("")
        home = Home(path=folder / "home")
        home.make()
        edge = start_edge(folder, home, before + RULES + after)
        try:
            yield replace(edge.target, public_key=signer.public_pem)
        finally:
            edge.stop()


@contextlib.contextmanager
def talking(target: Target, rate: float, workers: int = 1) -> Iterator[tuple[Talking, LoadPlan]]:
    load = replace(plan(target, rate=rate, stack=BROWSERS), workers=workers)
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        process.stdin.write(encode_plan(load))
        process.stdin.flush()
        try:
            yield Talking(process.stdin, process.stdout), load
        finally:
            process.kill()
