"""The auth service: one process imports everything once and forks the replicas; spoken to in lines of JSON."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.certificates import PUBLIC_NAME, TENANT_NAME
from game.lab.process_table import process
from game.lab.register import register
from game.lab.runtime.child import Command

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping
    from pathlib import Path

    from game.lab.certificates import Certificates
    from game.lab.places import Endpoint
    from game.lab.runtime.daemon import Settings, Site
    from game.lab.runtime.program import Program

NAME = "auth-service"
TENANTS = ((PUBLIC_NAME, ""), (TENANT_NAME, "acme"))
READY_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaOrder:
    """A replica to start: `role` is auth, staging or legacy."""

    replica: str
    role: str
    endpoint: Endpoint
    settings: Settings


class Zygote:
    """The parent process of the replicas. `live` tells each running replica's pid."""

    def __init__(
        self, site: Site, script: Path, certificates: Certificates, python: str = sys.executable
    ) -> None:
        """Take the script that is the parent process, the run's keys, and the Python that carries the service's packages."""
        self._site = site
        self._script = script
        self._python = python
        self._certificates = certificates
        self._child: Program | None = None
        self._answers: queue.Queue[dict[str, object] | None] = queue.Queue()
        self._turn = threading.RLock()
        self._live: dict[str, int] = {}

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def pid(self, replica: str) -> int:
        """Return a replica's pid, or 0 when it does not run."""
        return self._live.get(replica, 0) if self.running else 0

    def start(self) -> None:
        """Start the parent, unless it runs, and wait until it has imported everything."""
        with self._turn:
            if self.running:
                return
            self._live.clear()
            self._answers = queue.Queue()
            self._child = self._site.spawner.start(self._command())
            threading.Thread(
                target=self._listen,
                args=(self._child.stdout, self._answers),
                name="zygote-answers",
                daemon=True,
            ).start()
            answer = self._ask(self.configuration(), READY_TIMEOUT_S)
            if answer.get("ready") is not True:
                raise self._failed(f"it refused its configuration: {answer.get('error', answer)}")

    def start_replica(self, order: ReplicaOrder) -> int:
        """Start one replica; its port accepts connections when this returns. Return its pid."""
        with self._turn:
            self.start()
            answer = self._ask(
                {
                    "do": "start",
                    "replica": order.replica,
                    "role": order.role,
                    "host": order.endpoint.host,
                    "port": order.endpoint.port,
                    "settings": dict(order.settings),
                }
            )
            pid = answer.get("pid")
            if not isinstance(pid, int):
                raise self._failed(f"replica {order.replica} does not start: {answer.get('error', answer)}")
            self._live[order.replica] = pid
            self._started(order.replica, pid)
            return pid

    def stop_replica(self, replica: str) -> None:
        """Stop one replica; harmless when it does not run."""
        with self._turn:
            if self.pid(replica):
                self._ask({"do": "stop", "replica": replica})
            self._live.pop(replica, None)

    def alive(self, replica: str) -> bool:
        """Tell whether a replica's process runs; a death is known to the kernel a moment before it is announced."""
        pid = self.pid(replica)
        found = process(pid) if pid else None
        return found is not None and found.alive

    def send(self, replica: str, number: signal.Signals) -> None:
        """Send a signal to a replica; harmless when it is gone meanwhile."""
        pid = self.pid(replica)
        if not pid:
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            # The parent announces it.
            return

    def _started(self, replica: str, pid: int) -> None:
        """It is in our family already; this line gives its name to what the reaper reports."""
        register(self._site.place.root, pid, replica)

    def _command(self) -> Command:
        return Command(
            service=NAME,
            arguments=(self._python, "-I", str(self._script)),
            directory=self._site.place.root,
            log=self._site.place.logs / f"{NAME}.log",
            talks=True,
        )

    def configuration(self) -> dict[str, object]:
        """Return the first line that the parent is told."""
        database = self._site.place.endpoint("toxiproxy.postgres")
        redis = self._site.place.endpoint("toxiproxy.redis")
        return {
            "database": {"host": database.host, "port": database.port, "dbname": "auth", "user": "auth"},
            "redis": {"host": redis.host, "port": redis.port},
            "private_key": self._certificates.signing_key.read_text(),
            "certificate": str(self._certificates.replica_certificate),
            "certificate_key": str(self._certificates.replica_key),
            "logs": str(self._site.place.logs),
            "hosts": dict(TENANTS),
        }

    def _ask(self, order: Mapping[str, object], timeout_s: float = ANSWER_TIMEOUT_S) -> dict[str, object]:
        """Send one line and return its answer; the caller holds the turn, so answers belong to the latest order."""
        child = self._child
        if child is None or child.stdin is None:
            raise self._failed("it does not run")
        try:
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
            answer = self._answers.get(timeout=timeout_s)
        except OSError as error:
            raise self._failed("it ended") from error
        except queue.Empty as error:
            raise self._failed(
                f"no answer within {timeout_s:.0f} s to {order.get('do', 'configuration')}"
            ) from error
        if answer is None:
            raise self._failed("it ended")
        return answer

    def _listen(self, lines: IO[bytes], answers: queue.Queue[dict[str, object] | None]) -> None:
        """Sort what the parent says: deaths are noted at once, everything else answers the latest order."""
        with lines:
            for line in lines:
                try:
                    said = json.loads(line)
                except ValueError:
                    said = {"error": line.decode(errors="replace").strip()}
                if isinstance(said, dict) and "died" in said:
                    self._live.pop(str(said.get("replica")), None)
                else:
                    answers.put(said if isinstance(said, dict) else {"error": str(said)})
        answers.put(None)

    def _failed(self, what: str) -> ServiceFailed:
        said = self._child.last_lines() if self._child else ""
        log = self._site.place.logs / f"{NAME}.log"
        return ServiceFailed(f"{NAME}: {what}: {said}", hint=f"its log is {log}")
