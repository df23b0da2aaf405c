"""How far detected impact and recovery lie from the truth with the real load worker and real flips of a real HAProxy.

Run: python -m tests.benchmarks.detector_error_live [flips]

HAProxy refuses 30 % of the requests while an entry of a map says so; the entry is set over the runtime API, which takes
a fraction of a millisecond, so the moment of the flip is known.
"""

from __future__ import annotations

import socket
import sys
import time
from dataclasses import dataclass

from game.core import detector as detection
from game.core.events import ImpactDetected, RecoveryDetected
from game.core.reorder import Reorder, release
from tests.benchmarks.detector_error import describe
from tests.benchmarks.recorded import BROWSERS, Talking, recorded_edge, talking
from tests.stack.load.edge import free_port

RATES = (50.0, 100.0, 200.0)
SHARE = 0.3
CALM_MS = 4_000
FAULT_MS = 6_000
GIVE_UP_MS = 20_000
BEFORE = """
    http-request deny deny_status 503 if {{ str(fault),map(flip.map,off) -m str on }} {{ rand(100) lt {percent} }}
"""
AFTER = """
global
    stats socket ipv4@127.0.0.1:{port} level admin
"""


@dataclass(slots=True)
class Watch:
    """The detector on a live load; times are on the run clock, whose origin is `origin_ns`."""

    load: Talking
    origin_ns: int
    detector: detection.Detector
    reorder: Reorder

    def until(self, at_ms: float) -> list[detection.Finding]:
        """Watch until this moment has settled."""
        found: list[detection.Finding] = []
        settled_ms = 0
        while settled_ms < at_ms:
            self.reorder, settled = release(self.reorder, self.load.next())
            self.detector, findings = detection.step(self.detector, settled)
            found += findings
            settled_ms = settled.settled_ms
        return found

    def now_ms(self) -> float:
        return (time.monotonic_ns() - self.origin_ns) / 1e6


def flip(port: int, watch: Watch, state: str) -> float:
    """Switch the fault on or off; return when, on the run clock."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as runtime:
        before = watch.now_ms()
        runtime.sendall(f"set map flip.map fault {state}\n".encode())
        answer = runtime.recv(4096)
        after = watch.now_ms()
    if answer.strip():
        raise SystemExit(f"HAProxy said {answer!r}")
    return (before + after) / 2


def measure(port: int, watch: Watch, flips: int) -> tuple[list[float], list[float]]:
    onset: list[float] = []
    recovery: list[float] = []
    for _ in range(flips):
        watch.until(watch.now_ms() + CALM_MS)
        begun = flip(port, watch, "on")
        found = watch.until(begun + FAULT_MS)
        ended = flip(port, watch, "off")
        while not any(isinstance(finding, RecoveryDetected) for finding in found):
            found += watch.until(watch.now_ms())
            if watch.now_ms() > ended + GIVE_UP_MS:
                raise SystemExit("no recovery was detected")
        onset += [each.onset_ms - begun for each in found if isinstance(each, ImpactDetected)][:1]
        recovery += [each.recovered_ms - ended for each in found if isinstance(each, RecoveryDetected)][-1:]
    return onset, recovery


def main() -> None:
    flips = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    sys.stdout.write(
        f"{flips} flips each; errors in ms: mean, 90th percentile of |error|, root mean square\n"
    )
    sys.stdout.write(f"req/s | {'onset':>23} | {'recovery':>23} |   law\n")
    port = free_port()
    with recorded_edge(
        BEFORE.format(percent=round(SHARE * 100)), AFTER.format(port=port), files=("flip.map",)
    ) as target:
        for rate in RATES:
            with talking(target, rate) as (load, plan):
                watching = detection.watching(BROWSERS.cohorts, rate)
                watch = Watch(load, plan.origin_ns, watching, Reorder())
                add(port)
                onset, recovery = measure(port, watch, flips)
            sys.stdout.write(
                f"{rate:5.0f} | {describe(tuple(onset))} | {describe(tuple(recovery))} |"
                f" {1000 / (rate * SHARE):5.0f}\n"
            )
            sys.stdout.flush()


def add(port: int) -> None:
    """Make the map's entry, which `set map` needs to be there."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as runtime:
        runtime.sendall(b"del map flip.map fault; add map flip.map fault off\n")
        runtime.recv(4096)


if __name__ == "__main__":
    main()
