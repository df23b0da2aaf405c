"""A team's stack in one task of a cluster: the process runtime, told by the game what to do.

`python3 -P -m game.lab.swarm.agent HOME`. Everything lies below HOME, which is in memory and gone with the task.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import cattrs

from game.core.stack import Stack
from game.errors import UsageError
from game.lab.binaries import Program, Programs
from game.lab.certificates import certificates_at
from game.lab.containers.paths import PATHS
from game.lab.home import Home
from game.lab.lb.check import Checker
from game.lab.places import Endpoint
from game.lab.runtime.processes import ProcessRuntime
from game.lab.runtime.stack_runtime import LOG_ENDPOINT
from game.lab.swarm import wire
from game.lab.swarm.news import News
from game.lab.swarm.task import Task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from game.lab.certificates import Certificates
    from game.lab.lb.check import Checked
    from game.lab.places import Place
    from game.lab.runtime.protocol import Step
    from game.lab.swarm.task import Streams
    from game.lab.unprivileged import Unprivileged

OPTIONAL = ("prometheus",)


class Inner(ProcessRuntime):
    """The stack on the addresses and with the keys that the game chose."""

    def __init__(self, stack: Stack, home: Home, run: str, endpoints: tuple[Endpoint, ...]) -> None:
        super().__init__(stack, home, run, programs=programs())
        self._endpoints = endpoints

    def _addresses(self, names: list[str]) -> tuple[Endpoint, ...]:
        del names
        return self._endpoints

    def _keys(self, place: Place, account: Unprivileged | None) -> Certificates:
        del account
        return certificates_at(place.live, place.root / "private")


def programs() -> Programs:
    """The servers of this image, whatever their versions."""
    found = [
        Program(name=name, path=_found(path), version="", origin="PATH")
        for name, path in PATHS.items()
        if name not in OPTIONAL
    ]
    return Programs(found=tuple(found), missing=())


class Agent:
    """Answers the game. One agent is one run's."""

    def __init__(self, home: Path) -> None:
        self._home = Home(path=home)
        self._runtime: Inner | None = None
        self._place: Place | None = None
        self.news = News()

    async def answer(self, message: wire.Message) -> AsyncIterator[wire.Message]:
        """Do what is asked for in a thread, and tell of it."""
        match message.get("what"):
            case "clock":
                yield {"now_ns": time.monotonic_ns()}
            case "prepare":
                await asyncio.to_thread(self._prepare, message)
            case "files":
                await asyncio.to_thread(self._write, message)
            case "up":
                async for step in self._up():
                    yield step
            case "act":
                settings = tuple((str(name), str(value)) for name, value in message["settings"])
                await asyncio.to_thread(
                    self.runtime.act, str(message["service"]), message["action"], settings
                )
            case "states":
                yield {"states": [asdict(state) for state in self.runtime.states()]}
            case "check":
                yield asdict(await asyncio.to_thread(self._check, message))
            case other:
                raise UsageError(f"nobody knows how to {other!r} here")

    @property
    def runtime(self) -> Inner:
        if self._runtime is None:
            raise UsageError("the stack is not prepared")
        return self._runtime

    async def more(self, message: wire.Message, streams: Streams) -> bool:
        if message.get("do") == "news":
            await self.news.tell(streams[1])
        return True

    def _prepare(self, message: wire.Message) -> None:
        if self._runtime is not None:
            return
        endpoints = tuple(Endpoint(**one) for one in message["endpoints"])
        stack = cattrs.structure(message["stack"], Stack)
        self._runtime = Inner(stack, self._home, str(message["run"]), endpoints)
        self._place = self._runtime.prepare()
        log = next(one for one in endpoints if one.name == LOG_ENDPOINT)
        self.news.listen(log.port, self._place.logs)

    def _write(self, message: wire.Message) -> None:
        """Make files of the run what the game has; a content of nothing removes one."""
        root = self._root()
        for name, written in message["files"].items():
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                raise UsageError(f"{name} is not below the run")
            if written is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_name(path.name + ".carried")
            beside.write_bytes(base64.b64decode(written))
            beside.chmod(0o600)
            beside.replace(path)

    async def _up(self) -> AsyncIterator[wire.Message]:
        steps: asyncio.Queue[Step | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def told(step: Step) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, step)

        def work() -> None:
            try:
                self.runtime.up(told)
            finally:
                loop.call_soon_threadsafe(steps.put_nowait, None)

        working = asyncio.ensure_future(asyncio.to_thread(work))
        while (step := await steps.get()) is not None:
            yield {"step": step.what, "took_ms": step.took_ms}
        await working

    def _check(self, message: wire.Message) -> Checked:
        folder = self._root() / "checks" / str(int(message["number"]))
        prefix = folder.relative_to(self._root())
        self._write({"files": {f"{prefix}/{name}": text for name, text in message["files"].items()}})
        return Checker(_found(PATHS["haproxy"]), None).check(folder)

    def _root(self) -> Path:
        if self._place is None:
            raise UsageError("the stack is not prepared")
        return self._place.root


def _found(path: Path) -> Path:
    for folder in ("/usr/sbin", "/usr/bin", "/usr/local/bin"):
        if (Path(folder) / path.name).is_file() and not path.is_absolute():
            return Path(folder) / path.name
    return path


async def main(home: Path, secret: wire.Message) -> None:
    agent = Agent(home)
    for folder in (home / "runs", home / "cache"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = await Task(str(secret["token"]), agent.answer, agent.more, home / "runs").serve()
    sys.stdout.write(f"{socket.gethostname()} waits for the game\n")
    sys.stdout.flush()
    with suppress(asyncio.CancelledError):
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), wire.secret()))
