"""How many requests a second the load worker manages, beside a bare FastHttpUser loop and wrk, in the same run.

Run: python -m tests.benchmarks.load_worker_ratio [seconds] [rounds]

All three drive the same HAProxy over TLS, which answers `http-request return status 200` by itself, with the same
number of users, interleaved, so that what else the machine does hits them alike: read the ratios, not the figures.
The worker does what the others do not: a schedule, a new connection and a nonce a login, cookies, judging, telemetry.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from game.lab.home import Home
from tests.stack.load.edge import Edge, new_load, plan, start_edge

USERS = 14
SATURATING = 20_000.0
ANSWER = "    http-request return status 200 content-type application/json string {}"
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


def worker_rate(edge: Edge, folder: Path, seconds: float) -> float:
    load = new_load(folder)
    load.driver.start(plan(edge.target, rate=SATURATING))
    load.heard.wait_for("a batch", lambda: bool(load.heard.outcomes))
    threading.Event().wait(seconds)  # the measured stretch
    load.driver.stop()
    sent = [outcome for outcome in load.heard.outcomes if outcome.reason != "not-sent"]
    unexpected = {outcome.reason for outcome in sent} - {"unsigned", "status-200"}
    if unexpected:
        raise SystemExit(f"the worker met {unexpected}")
    ends = [outcome.started_ms + outcome.took_ms for outcome in sent]
    return len(sent) / (max(ends) - min(ends)) * 1000


def bare_rate(edge: Edge, seconds: float) -> float:
    done = subprocess.run(
        [sys.executable, "-c", BARE, f"https://127.0.0.1:{edge.target.port}", str(seconds), str(USERS)],
        check=True,
        capture_output=True,
        timeout=seconds + 60,
        text=True,
    )
    rate, failures = done.stdout.split()
    if int(failures):
        raise SystemExit(f"the bare loop met {failures} failures")
    return float(rate)


def wrk_rate(wrk: str, edge: Edge, seconds: float) -> float:
    done = subprocess.run(
        [
            wrk,
            "-t1",
            f"-c{USERS}",
            f"-d{max(1, round(seconds))}s",
            f"https://127.0.0.1:{edge.target.port}/session",
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
    with tempfile.TemporaryDirectory(prefix="dr-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)
        edge = start_edge(folder, Home(path=folder / "home"), ANSWER)
        try:
            measured = [
                Round(
                    worker=worker_rate(edge, folder, seconds),
                    bare=bare_rate(edge, seconds),
                    wrk=wrk_rate(wrk, edge, seconds),
                )
                for _ in range(rounds)
            ]
        finally:
            edge.stop()
    sys.stdout.write("round   worker     bare      wrk req/s | worker/bare worker/wrk\n")
    for number, each in enumerate(measured, 1):
        sys.stdout.write(
            f"{number:5} {each.worker:8.0f} {each.bare:8.0f} {each.wrk:8.0f}       |"
            f" {each.worker / each.bare:11.2f} {each.worker / each.wrk:10.3f}\n"
        )


if __name__ == "__main__":
    main()
