"""The way from the game to a task: the door, its locks, and what comes through. Everything on this machine's loopback."""

from __future__ import annotations

import asyncio
import base64
import gc
import socket
import ssl
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from game.errors import EngineSilent, ServiceFailed, UsageError
from game.lab.containers.door import shut
from game.lab.swarm import door, wire
from game.lab.swarm.gate import Gate
from game.lab.swarm.task import Task
from game.lab.swarm.tokens import Keys, fresh_keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from game.lab.swarm.task import Streams


async def answer(message: wire.Message) -> AsyncIterator[wire.Message]:
    match message["what"]:
        case "clock":
            yield {"now_ns": time.monotonic_ns() + 5_000_000_000}
        case "count":
            for number in range(3):
                yield {"number": number}
        case "fail":
            raise ServiceFailed("it does not come up", hint="see its log")
        case _:
            raise UsageError("nobody knows how")


async def more(message: wire.Message, streams: Streams) -> bool:
    streams[1].write(str(message["do"]).encode())
    return True


@pytest.fixture
def keys() -> Keys:
    return fresh_keys()


@pytest.fixture
def port(keys: Keys, tmp_path: Path) -> Iterator[int]:
    """A door, and one task behind it that is both the stack and the load."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> tuple[asyncio.Server, asyncio.Server]:
        task = await Task(keys.tokens.stack, answer, more, tmp_path).serve("127.0.0.1", 0)
        there = ("127.0.0.1", int(task.sockets[0].getsockname()[1]))
        secret: wire.Message = {"token": keys.tokens.door, "certificate": keys.certificate}
        return task, await door.serve(secret, 0, lambda _to: there)

    async def leave(servers: tuple[asyncio.Server, asyncio.Server]) -> None:
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    servers = asyncio.run_coroutine_threadsafe(serve(), loop).result(5)
    yield int(servers[1].sockets[0].getsockname()[1])
    asyncio.run_coroutine_threadsafe(leave(servers), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def gate(keys: Keys, port: int) -> Gate:
    return Gate("127.0.0.1", port, keys.authority, keys.tokens)


def test_questions_are_answered_and_failures_come_back_as_what_they_were(gate: Gate) -> None:
    assert [one["number"] for one in gate.ask("stack", "count", 5)] == [0, 1, 2]
    with pytest.raises(ServiceFailed, match="it does not come up") as failed:
        gate.call("stack", "fail")
    assert failed.value.hint == "see its log"
    with pytest.raises(UsageError, match="nobody knows how"):
        gate.call("stack", "dance")


def test_the_distance_of_two_clocks_is_measured(gate: Gate) -> None:
    assert abs(gate.ahead_ns("stack") - 5_000_000_000) < 50_000_000


def test_bytes_come_through_to_a_port_and_whole_questions_to_a_socket(gate: Gate, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        echoing = threading.Thread(target=_echo, args=(listening,))
        echoing.start()
        with gate.dial("stack", {"do": "tcp", "port": listening.getsockname()[1]}) as connection:
            assert connection.recv(3) == b"ok\n"
            connection.sendall(b"hello")
            assert connection.recv(5) == b"hello"
        echoing.join(5)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "master.sock"))
        listening.listen()
        echoing = threading.Thread(target=_echo, args=(listening,))
        echoing.start()
        question = base64.b64encode(b"show proc").decode()
        message: wire.Message = {"do": "unix", "name": "master.sock", "question": question}
        with gate.dial("stack", message) as connection:
            assert connection.recv(9) == b"show proc"
        echoing.join(5)


def test_no_socket_outside_the_stack_is_asked(gate: Gate) -> None:
    with gate.dial("stack", {"do": "unix", "name": "../../run/docker.sock", "question": ""}) as connection:
        assert connection.recv(10) == b""


@pytest.mark.parametrize("wrong", ["door", "stack"])
def test_a_wrong_token_opens_nothing(keys: Keys, port: int, wrong: str) -> None:
    stranger = Gate("127.0.0.1", port, keys.authority, replace(keys.tokens, **{wrong: "guessed"}))
    with pytest.raises(EngineSilent):
        stranger.call("stack", "clock")


def test_another_runs_door_is_not_taken_for_this_ones(keys: Keys, port: int) -> None:
    stranger = Gate("127.0.0.1", port, fresh_keys().authority, keys.tokens)
    with pytest.raises(EngineSilent, match="certificate verify failed"):
        stranger.call("stack", "clock")


def test_a_node_that_is_away_is_silent(keys: Keys) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = Gate("127.0.0.1", probe.getsockname()[1], keys.authority, keys.tokens)
        with pytest.raises(EngineSilent, match="does not answer"):
            nobody.call("stack", "clock")


def _echo(listening: socket.socket) -> None:
    listening.settimeout(5)
    connection, _ = listening.accept()
    with connection:
        while part := connection.recv(100):
            connection.sendall(part)


# What is aborted here may still be open at the door when its loop is stopped; of this side nothing may be.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("shuts", [0, 1, 2])
@pytest.mark.parametrize("cancelled", [False, True])
def test_a_way_is_gone_with_its_block_however_that_ends(gate: Gate, shuts: int, *, cancelled: bool) -> None:
    """Also when whoever carries bytes has shut it already, more than once."""

    async def descriptor() -> int:
        with suppress(asyncio.CancelledError):
            async with gate.way("stack", {"do": "news"}) as (_, writer):
                connection = writer.get_extra_info("socket")
                for _ in range(shuts):
                    shut(writer)
                if cancelled:
                    raise asyncio.CancelledError
        return int(connection.fileno())

    assert asyncio.run(descriptor()) == -1, "still open"


def test_who_is_stopped_the_moment_the_door_has_answered_leaves_nothing_open(gate: Gate, port: int) -> None:
    async def stopped() -> None:
        opening = asyncio.ensure_future(opens())

        class Answered(ssl.SSLObject):
            def do_handshake(self) -> None:
                super().do_handshake()
                opening.cancel()

        gate._context.sslobject_class = Answered
        with suppress(asyncio.CancelledError):
            await opening
        assert opening.cancelled()
        await asyncio.sleep(0)

    async def opens() -> None:
        async with gate.way("stack", {"do": "news"}):
            raise AssertionError("stopped too late")

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(stopped())
        gc.collect()
    assert not [one for one in told if f"raddr=('127.0.0.1', {port})" in str(one.message)]
