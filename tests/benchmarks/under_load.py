"""A stack with its load, as a benchmark measures it: when the first answer verified, what it weighs, what of the load was sent."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from game.catalog.stack import load_stack
from game.core.roster import roster
from game.lab.data import stacks_dir
from game.lab.ground import ground
from game.lab.load.driver import LoadDriver
from game.lab.load.plan import LoadPlan, Target
from game.lab.process_table import family, processes
from game.lab.register import registered
from tests.stack.runtime.live import fill_live

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from game.core.outcome import LoadBatch, Outcome
    from game.errors import ServiceFailed
    from game.lab.home import Home
    from game.lab.runtime.choice import RuntimeName

VERIFIED_WITHIN_S = 90.0
NOT_SENT = "not-sent"
# Not every machine has it, and it is not what is compared.
OPTIONAL = "prometheus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """PSS in MB, shared pages counted once: of the stack's processes, and of what the engine runs beside each container."""

    stack: float
    shims: float


def weight(roots: Iterable[int]) -> Weight:
    """What processes and all below them weigh; a container's is its first one."""
    everybody = processes()
    starts = {one.pid: one.start for one in everybody}
    roots = [pid for pid in roots if pid in starts]
    members = {one.pid for pid in roots for one in family(pid, starts[pid], everybody)}
    shims = {parent for pid in roots if "containerd-shim" in _command(parent := _parent(pid))}
    return Weight(stack=sum(map(_pss_mb, members)), shims=sum(map(_pss_mb, shims)))


@dataclass(slots=True)
class Told:
    """What a load worker has told so far."""

    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[ServiceFailed] = field(default_factory=list)
    verified_s: float = 0.0
    changed: Condition = field(default_factory=Condition)

    def batch(self, batch: LoadBatch) -> None:
        with self.changed:
            self.outcomes += batch.outcomes
            if not self.verified_s and any(outcome.ok for outcome in batch.outcomes):
                self.verified_s = time.monotonic()
                self.changed.notify_all()

    def failed(self, failure: ServiceFailed) -> None:
        with self.changed:
            self.failures.append(failure)
            self.changed.notify_all()

    def wait_until_verified(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.verified_s or self.failures, VERIFIED_WITHIN_S)
        if not self.verified_s:
            raise SystemExit(f"no answer verified: {self.failures or 'in vain'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderLoad:
    """`took_s`: from nothing to the first answer whose signature verified."""

    root: Path
    told: Told
    took_s: float

    def weight(self) -> Weight:
        return weight(entry.pid for entry in registered(self.root) if entry.what != OPTIONAL)


@contextmanager
def under_load(runtime: RuntimeName, home: Home) -> Iterator[UnderLoad]:
    """Start the stack and its load from nothing; everything is gone afterwards."""
    stack = load_stack(stacks_dir() / "auth")
    started = time.monotonic()
    stands = ground(runtime, stack, home, f"b{os.urandom(4).hex()}")
    told = Told()
    driver = None
    try:
        place = stands.runtime.prepare()
        driver = LoadDriver(
            on_batch=told.batch,
            on_failure=told.failed,
            log=place.logs / "load.log",
            on_started=lambda pid: stands.loads(place, pid),
            launch=stands.launch,
        )
        driver.prepare()
        fill_live(place)
        stands.runtime.up(lambda _step: None)
        edge, keys = place.endpoint("haproxy.edge"), stands.runtime.certificates
        driver.start(
            LoadPlan(
                target=Target(
                    address=edge.host,
                    port=edge.port,
                    ca=str(keys.ca),
                    public_key=keys.verifying_key.read_text(),
                ),
                cohorts=stack.cohorts,
                users=roster(stack, 1),
                seed=1,
                requests_per_second=stack.requests_per_second,
                origin_ns=time.monotonic_ns(),
            )
        )
        told.wait_until_verified()
        yield UnderLoad(root=place.root, told=told, took_s=told.verified_s - started)
    finally:
        if driver is not None:
            driver.stop()
        stands.runtime.down()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Of all requests that were due: how many were sent, and how many got the right answer. Shares, 0-1."""

    due: int
    sent: float
    right: float


def served(stacks: Iterable[UnderLoad], seconds: float) -> Served:
    """Look at the load of stacks that run beside each other for a while."""
    before = [(one.told, len(one.told.outcomes)) for one in stacks]
    time.sleep(seconds)  # the time over which it is measured
    seen = [outcome for told, count in before for outcome in told.outcomes[count:]]
    due = max(1, len(seen))
    return Served(
        due=len(seen),
        sent=sum(outcome.reason != NOT_SENT for outcome in seen) / due,
        right=sum(outcome.ok for outcome in seen) / due,
    )


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
