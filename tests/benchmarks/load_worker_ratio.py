"""How many requests a second the load worker manages, beside a bare FastHttpUser loop and wrk, in the same run.

Run: python -m tests.benchmarks.load_worker_ratio [seconds] [rounds]

All three drive the same HAProxy over TLS, which answers `http-request return status 200` by itself, with the same
number of users, interleaved, so that what else the machine does hits them alike: read the ratios, not the figures.
The worker does what the others do not: a schedule, a new TLS connection a login, cookies, a signature to verify in
each answer (a recorded one, so its nonce is overlooked here), telemetry. Its load is open, so its figure is the highest
rate of a ramp at which all that was due could be sent.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.recorded import USERS, Talking, recorded_edge, talking

if TYPE_CHECKING:
    from game.lab.load.plan import Target

FIRST_RATE = 100.0
STEP = 1.4
UNSENT = 0.01
INSTALL = "apt-get install -y wrk"

BARE = """
import os, ssl, sys, time
os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"
import gevent, gevent.ssl
from locust import FastHttpUser, constant, task
from locust.env import Environment

def context(**_):
    made = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made

class Bare(FastHttpUser):
    host = sys.argv[1]
    wait_time = constant(0)
    ssl_context_factory = staticmethod(context)
    @task
    def get(self):
        self.client.get("/session")

environment = Environment(user_classes=[Bare])
runner = environment.create_local_runner()
runner.start(user_count=int(sys.argv[3]), spawn_rate=int(sys.argv[3]))
gevent.sleep(float(sys.argv[2]))
total = environment.stats.total
print(total.num_requests / float(sys.argv[2]), total.num_failures)
runner.quit()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Requests a second."""

    worker: float
    bare: float
    wrk: float


def worker_rate(target: Target, seconds: float, workers: int = 1) -> float:
    """Raise the rate until the load cannot keep up; return what it sent a second on the last step that it could."""
    rate, sustained = FIRST_RATE, 0.0
    with talking(target, rate, workers) as (load, _):
        while True:
            sent, unsent = _listen(load, seconds)
            if unsent > UNSENT * sent:
                return sustained
            sustained = sent / seconds
            rate *= STEP
            load.set_rate(rate)


def _listen(load: Talking, seconds: float) -> tuple[int, int]:
    """Count what was sent, and what could not be sent, over `seconds` of the run clock."""
    sent = unsent = begin = now = 0
    while not begin or now < begin + seconds * 1000:
        batch = load.next()
        now = batch.settled_ms
        begin = begin or now
        late = sum(outcome.reason in {"not-sent", "timeout"} for outcome in batch.outcomes)
        odd = {outcome.reason for outcome in batch.outcomes} - {"", "not-sent", "timeout"}
        if odd:
            raise SystemExit(f"the worker met {odd}")
        sent += len(batch.outcomes) - late
        unsent += late
    return sent, unsent


def bare_rate(target: Target, seconds: float) -> float:
    done = subprocess.run(
        [sys.executable, "-c", BARE, f"https://127.0.0.1:{target.port}", str(seconds), str(USERS)],
        check=True,
        capture_output=True,
        timeout=seconds + 60,
        text=True,
    )
    rate, failures = done.stdout.split()
    if int(failures):
        raise SystemExit(f"the bare loop met {failures} failures")
    return float(rate)


def wrk_rate(wrk: str, target: Target, seconds: float) -> float:
    done = subprocess.run(
        [
            wrk,
            "-t1",
            f"-c{USERS}",
            f"-d{max(1, round(seconds))}s",
            f"https://127.0.0.1:{target.port}/session",
        ],
        check=True,
        capture_output=True,
        timeout=seconds + 60,
        text=True,
    )
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not found:
        raise SystemExit(f"wrk said no rate: {done.stdout}")
    return float(found[1])


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    wrk = shutil.which("wrk")
    if not wrk:
        raise SystemExit(f"wrk is missing; install it with: {INSTALL}")
    with recorded_edge() as target:
        measured = [
            Round(
                worker=worker_rate(target, seconds),
                bare=bare_rate(target, seconds),
                wrk=wrk_rate(wrk, target, seconds),
            )
            for _ in range(rounds)
        ]
    sys.stdout.write("round   worker     bare      wrk req/s | worker/bare worker/wrk\n")
    for number, each in enumerate(measured, 1):
        sys.stdout.write(
            f"{number:5} {each.worker:8.0f} {each.bare:8.0f} {each.wrk:8.0f}       |"
            f" {each.worker / each.bare:11.2f} {each.worker / each.wrk:10.3f}\n"
        )


if __name__ == "__main__":
    main()
