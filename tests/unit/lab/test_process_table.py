from __future__ import annotations

import os
from pathlib import Path

from game.lab.process_table import Process, family, process, processes, working_below
from game.lab.register import identify, read_owner, register, registered, write_owner


def one(pid: int, parent: int, session: int, start: int, state: str = "S") -> Process:
    return Process(pid=pid, parent=parent, session=session, start=start, state=state)


def pids(found: tuple[Process, ...]) -> set[int]:
    return {each.pid for each in found}


def test_a_family_is_leader_session_and_descendants_whatever_their_session() -> None:
    table = (one(10, 1, 10, 5), one(11, 10, 10, 6), one(12, 11, 12, 7), one(13, 12, 13, 8), one(20, 1, 20, 5))
    assert pids(family(10, 5, table)) == {10, 11, 12, 13}


def test_a_session_outlives_its_leader() -> None:
    table = (one(11, 1, 10, 6), one(12, 11, 10, 7), one(30, 1, 30, 9))
    assert pids(family(10, 5, table)) == {11, 12}


def test_a_pid_used_again_is_nobodys() -> None:
    table = (one(10, 1, 10, 99), one(11, 10, 10, 100))
    assert family(10, 5, table) == ()
    assert family(10, -1, table) == ()


def test_the_dead_are_not_counted() -> None:
    assert pids(family(10, 5, (one(10, 1, 10, 5, "Z"), one(11, 10, 10, 6)))) == {11}


def test_this_process_is_found_as_it_is() -> None:
    me = process(os.getpid())
    assert me is not None
    assert me.parent == os.getppid()
    assert me.session == os.getsid(0)
    assert me.pid in pids(processes())
    assert me.pid in pids(working_below(Path.cwd(), (me,)))
    assert process(2**22 + 1) is None


def test_the_register_survives_a_line_cut_short(tmp_path: Path) -> None:
    assert registered(tmp_path) == ()
    assert read_owner(tmp_path) is None
    assert write_owner(tmp_path) == read_owner(tmp_path)
    entry = register(tmp_path, os.getpid(), "me")
    with (tmp_path / "processes.jsonl").open("a") as file:
        file.write('{"pid": 12, "star')
    assert registered(tmp_path) == (entry,)
    assert entry.lives()
    assert not identify(2**22 + 1, "nobody").lives()
