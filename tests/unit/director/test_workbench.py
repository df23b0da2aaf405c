"""Files edited through a page: only the load balancer's, within bounds, and nobody's work is overwritten unseen."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from game.director.workbench import Workbench, digest
from game.errors import DanceoffError, Refused, UsageError
from game.lab.lb.files import MAX_FILE_BYTES
from game.lab.lb.repository import LbRepository

if TYPE_CHECKING:
    from pathlib import Path

    from game.director.stage import Stage

TEXT = "global\n    maxconn 2000\n"
OUTSIDE = (
    "../secret", "/etc/passwd", "haproxy.cfg/../../x", "maps/../haproxy.cfg", "certs/edge.pem", ".git/config", "", "maps/",
    "maps/.map", "errors/a.sh", "maps/a.map\n", "haproxy.cfg\x00", "MAPS/a.map", "maps//a.map", "maps\\a.map",
)  # fmt: skip


@dataclass
class OnlyRepository:
    repository: LbRepository


@pytest.fixture
def repository(tmp_path: Path) -> LbRepository:
    made = LbRepository(tmp_path / "lb")
    made.create({"haproxy.cfg": TEXT, "maps/tenants.map": "acme be_auth\n"}, (), 1_700_000_000)
    return made


@pytest.fixture
def looks() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def bench(repository: LbRepository, looks: list[tuple[str, str]]) -> Workbench:
    stage = cast("Stage", OnlyRepository(repository))
    return Workbench(stage, lambda layer, instrument: looks.append((layer, instrument)), lambda: None)


def test_what_is_read_can_be_written_back(bench: Workbench, repository: LbRepository) -> None:
    file = bench.read("haproxy.cfg")
    assert (file.text, file.edited) == (TEXT, False)
    bench.write("haproxy.cfg", "global\r\n    maxconn 9", file.digest)
    assert repository.worktree()["haproxy.cfg"] == "global\n    maxconn 9\n"
    assert bench.read("haproxy.cfg").edited
    assert "+    maxconn 9" in bench.pending().lines
    bench.discard("haproxy.cfg")
    assert bench.read("haproxy.cfg") == file
    assert bench.pending().lines == ()


def test_a_look_is_recorded_and_the_list_is_none(bench: Workbench, looks: list[tuple[str, str]]) -> None:
    assert [(file.path, file.text) for file in bench.files().files] == [
        ("haproxy.cfg", ""),
        ("maps/tenants.map", ""),
    ]
    assert looks == []
    bench.read("maps/tenants.map")
    assert looks == [("haproxy", "edit maps/tenants.map")]


@pytest.mark.parametrize("path", OUTSIDE)
def test_other_paths_are_refused(path: str, bench: Workbench, repository: LbRepository) -> None:
    before = sorted(str(found) for found in repository.path.parent.rglob("*"))
    with pytest.raises(UsageError):
        bench.write(path, "x", "")
    with pytest.raises(UsageError):
        bench.read(path)
    with pytest.raises(UsageError):
        bench.discard(path)
    assert sorted(str(found) for found in repository.path.parent.rglob("*")) == before


def test_somebody_elses_work_is_not_overwritten(bench: Workbench, repository: LbRepository) -> None:
    mine = bench.read("haproxy.cfg")
    (repository.path / "haproxy.cfg").write_text("by a shell\n")
    with pytest.raises(Refused, match="changed by somebody else"):
        bench.write("haproxy.cfg", "mine\n", mine.digest)
    assert (repository.path / "haproxy.cfg").read_text() == "by a shell\n"


def test_of_many_who_write_at_once_one_wins(bench: Workbench, repository: LbRepository) -> None:
    started_from = bench.read("haproxy.cfg").digest
    won: list[str] = []

    def write(text: str) -> None:
        try:
            bench.write("haproxy.cfg", text, started_from)
        except DanceoffError:
            return
        won.append(text)

    threads = [threading.Thread(target=write, args=(f"writer {number}\n",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [repository.worktree()["haproxy.cfg"]] == won


def test_a_new_map_may_be_made_but_not_over_an_old_one(bench: Workbench, repository: LbRepository) -> None:
    bench.write("maps/new.map", "a b\n", "")
    assert repository.worktree()["maps/new.map"] == "a b\n"
    with pytest.raises(Refused):
        bench.write("maps/new.map", "c d\n", "")
    with pytest.raises(Refused):
        bench.discard("maps/new.map")


def test_size_is_bounded(bench: Workbench) -> None:
    with pytest.raises(Refused, match="larger"):
        bench.write("haproxy.cfg", "x" * (MAX_FILE_BYTES + 1), digest(TEXT))


def test_a_link_is_not_followed(bench: Workbench, repository: LbRepository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (repository.path / "maps" / "tenants.map").unlink()
    (repository.path / "maps").rmdir()
    (repository.path / "maps").symlink_to(tmp_path / "outside")
    with pytest.raises(Refused):
        bench.write("maps/tenants.map", "x\n", "")
    assert list((tmp_path / "outside").iterdir()) == []
