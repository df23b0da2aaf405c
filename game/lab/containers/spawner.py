"""Starts a run's servers as containers: meets `Starter`, as the processes' spawner does."""

from __future__ import annotations

import itertools
import os
import threading
from typing import TYPE_CHECKING

from game.errors import PlatformError, ServiceFailed
from game.lab.containers.pipes import Pipes
from game.lab.containers.provision import AUTH_SERVICE, NEEDS, PIPES_FOLDER
from game.lab.runtime.child import Spawner

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.containers.pod import Crew, Pod
    from game.lab.containers.program import ContainerProgram
    from game.lab.runtime.child import Command
    from game.lab.runtime.program import Program
    from game.lab.unprivileged import Unprivileged

ENGINE_BACK_WITHIN_S = 60.0


class ContainerSpawner:
    """One container a command. What is only copying of files is done by a process of the game's."""

    def __init__(self, crew: Crew, pod: Pod, account: Unprivileged | None) -> None:
        """Take with what containers are started, what they share, and who is to own their logs."""
        self._crew = crew
        self._pod = pod
        self._account = account
        self._processes = Spawner(crew.root)
        self._numbers = itertools.count(1)
        self._programs: dict[str, ContainerProgram] = {}
        self._closed = False
        self._lock = threading.Lock()

    def start(self, command: Command) -> Program:
        """Start a container, or a process where no image is named for a command."""
        if command.service not in NEEDS:
            return self._processes.start(command)
        return self.start_container(command)

    def start_container(self, command: Command) -> ContainerProgram:
        """Start a container; one that was there for this service before is gone then.

        An engine that went away is waited for, since whoever starts something anew has let the clock stand.
        """
        self._require_open(command)
        if self._crew.watch.lost:
            self._crew.engine.wait_until_answers(ENGINE_BACK_WITHIN_S, lambda: self._closed)
        self._forget(command.service)
        self._make_logs(command)
        number = next(self._numbers)
        pipes = None
        if command.talks:
            pipes = Pipes(self._crew.root / PIPES_FOLDER / f"{command.service}-{number}")
            pipes.make(self._account)
        door = self._pod.door()
        self._require_open(command)
        program = self._crew.start(command, f"container:{door.container}", number, pipes)
        program.lives_in(door)
        with self._lock:
            self._programs[command.service] = program
        if self._closed:
            program.kill()
        return program

    def run(self, command: Command, within_s: float) -> None:
        """Run a program that ends by itself."""
        if command.service not in NEEDS:
            self._processes.run(command, within_s)
            return
        program = self.start_container(command)
        try:
            ended = program.wait(within_s)
            status, words = program.status, program.last_lines()
        finally:
            program.kill()
        if not ended:
            raise ServiceFailed(
                f"{command.service}: not done after {within_s:.0f} s: {words}", hint="the machine is too busy"
            )
        if status != 0:
            raise ServiceFailed(
                f"{command.service} failed with {status}: {words}", hint="see whether the disk has room"
            )

    def close(self) -> None:
        """Start nothing from now on."""
        self._closed = True
        self._processes.close()

    def end(self) -> None:
        """End the processes; containers are removed by their label."""
        self.close()
        for child in self._processes.children():
            child.kill()
        self._processes.end()
        with self._lock:
            for program in self._programs.values():
                program.hang_up()

    def _require_open(self, command: Command) -> None:
        if self._closed:
            raise ServiceFailed(f"{command.service}: not started, the run is being taken down")

    def _forget(self, service: str) -> None:
        with self._lock:
            former = self._programs.pop(service, None)
        if former is not None:
            former.kill()

    def _make_logs(self, command: Command) -> None:
        """Bind mounts need files that are there, and the server's user must be able to write them."""
        names = self._crew.replicas if command.service == AUTH_SERVICE else ()
        for path in (command.log, *(command.log.with_name(f"{name}.log") for name in names)):
            own_file(path, self._account)


def own_file(path: Path, account: Unprivileged | None) -> None:
    """Make sure of a file that the servers' account may append to."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644))
        if account is not None:
            account.own(path)
    except OSError as error:
        raise PlatformError(f"cannot make {path}: {error.strerror}", hint="make room there") from error
