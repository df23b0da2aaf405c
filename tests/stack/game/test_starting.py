"""Starting where something stands in the way: another game, a taken port, a broken program, a full disk, bad files."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.data import PACKAGE
from game.lab.ports import reserve
from tests.stack.game.terminal import CTRL_C
from tests.stack.game.traces import ending, left, runs, taken_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.stack

DANCEOFF = str(Path(sys.executable).parent / "danceoff")
START_S = 120.0
END_S = 60.0
TINY_MB = 6


def start(environment: dict[str, str], *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command or (DANCEOFF, "demo", "macarena"),
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
        env={**environment, **variables},
        cwd="/",
    )


def test_two_games_at_once_and_a_port_taken_by_a_stranger(
    play: Callable[..., Terminal], warm_home: Path
) -> None:
    block = reserve(2)
    block.release()
    before = runs(warm_home)
    with socket.create_server(("127.0.0.1", block.first + 1)):
        games = [play("demo", "macarena"), play("demo", "macarena", "--seed", "2")]
        for game in games:
            game.until(rb"The shift begins", START_S)
        roots = [root for root in runs(warm_home) if root not in before]
        assert len(roots) == 2
        assert all(taken_ports(root) for root in roots)
        assert not set(taken_ports(roots[0])) & set(taken_ports(roots[1]))
        assert not any(block.first <= port < block.first + 40 for root in roots for port in taken_ports(root))
        games[0].press(CTRL_C)
        assert games[0].ends(END_S) == 130
        # The other one goes on: its page comes.
        games[1].until(rb"PAGE login-success", START_S)
        games[1].press(CTRL_C)
        assert games[1].ends(END_S) == 130
    for root in roots:
        assert left(root) == []
        assert taken_ports(root) == []


@pytest.mark.parametrize(
    ("program", "why"),
    [("/bin/false", "returned 1"), ("/nonexistent/haproxy", "does not start"), ("/bin/true", "returned 0")],
)
def test_a_program_that_is_missing_or_broken_is_named(
    program: str, why: str, environment: dict[str, str], warm_home: Path
) -> None:
    before = runs(warm_home)
    done = start(environment, DANCEOFF_HAPROXY=program)
    assert done.returncode == 3
    assert program in done.stderr
    assert why in done.stderr
    assert "DANCEOFF_HAPROXY=" in done.stderr
    said, remedy = done.stderr.splitlines()[-2:]
    assert said.startswith("danceoff: ")
    assert remedy.startswith("  next: ")
    assert runs(warm_home) == before


def test_a_program_that_dies_at_its_start_ends_the_run_as_void(
    environment: dict[str, str], warm_home: Path
) -> None:
    """It tells its version and then does not serve."""
    folder = Path(tempfile.mkdtemp(prefix="db-", dir="/tmp"))
    folder.chmod(0o755)
    broken = folder / "toxiproxy-server"
    broken.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo 2.12.0 && exit 0\necho no licence today >&2\nexit 7\n'
    )
    broken.chmod(0o755)
    before = runs(warm_home)
    try:
        done = start(environment, DANCEOFF_TOXIPROXY_SERVER=str(broken))
    finally:
        shutil.rmtree(folder)
    assert done.returncode == 3, done.stderr
    assert "toxiproxy" in done.stderr
    assert "no licence today" in done.stderr
    assert "Traceback" not in done.stderr
    (root,) = [root for root in runs(warm_home) if root not in before]
    assert left(root) == []
    closed = ending(warm_home, root.name)
    assert closed is not None
    assert closed.how == "void"
    assert "no licence today" in closed.reason


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    """A file system of a few megabytes; needs the right to mount one."""
    folder = Path(tempfile.mkdtemp(prefix="dt-", dir="/tmp"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={TINY_MB}m,mode=711", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
        timeout=10,
    )
    yield folder if mounted.returncode == 0 else Path()
    if mounted.returncode == 0:
        subprocess.run(["umount", "-l", str(folder)], check=True, timeout=10)
    folder.rmdir()


def test_a_full_disk_is_worded_and_nothing_is_left(environment: dict[str, str], tiny_disk: Path) -> None:
    limited = tiny_disk == Path()
    command: tuple[str, ...]
    if limited:
        # Without the right to mount: no file may grow beyond the limit, which fails writes in the same way.
        home = Path(tempfile.mkdtemp(prefix="dt-", dir="/tmp"))
        home.chmod(0o711)
        command = ("prlimit", f"--fsize={TINY_MB * 2**20}", DANCEOFF, "demo", "macarena")
    else:
        home, command = tiny_disk, (DANCEOFF, "demo", "macarena")
    done = start(environment, *command, DANCEOFF_HOME=str(home))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "danceoff: " in done.stderr
    for root in runs(home):
        assert left(root) == []
    if limited:
        shutil.rmtree(home)


def test_a_disk_that_fills_up_during_the_run_ends_it_in_words(
    play: Callable[..., Terminal], tiny_disk: Path
) -> None:
    if tiny_disk == Path():
        pytest.skip("needs the right to mount a file system")
    subprocess.run(
        ["mount", "-o", "remount,size=600m,mode=711", str(tiny_disk)],
        check=True,
        timeout=10,
        capture_output=True,
    )
    game = play("demo", "macarena", DANCEOFF_HOME=str(tiny_disk))
    game.until(rb"The shift begins", START_S)
    (root,) = runs(tiny_disk)
    with (tiny_disk / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"\0" * 2**20)
        except OSError:
            pass
        try:
            while True:
                filler.write(b"\0" * 512)
        except OSError:
            pass
    assert game.ends(END_S) == 3
    assert "Traceback" not in game.text
    assert re.search("disk is full|No space left", game.text), game.text
    assert left(root) == []


def test_every_problem_of_a_malformed_exercise_is_listed(environment: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "game", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("stacks", "exercises"):
        shutil.copytree(PACKAGE.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "exercises" / "macarena" / "exercise.yaml"
    text = file.read_text()
    broken = text.replace("minutes:", "minuets:", 1).replace("cost: ", "cost: -", 1)
    file.write_text(broken + "\nsurprise: 1\n")
    command = (sys.executable, "-m", "game.cli.main", "demo", "macarena")
    done = start(environment, *command, PYTHONPATH=str(tmp_path), DANCEOFF_HOME=str(tmp_path / "home"))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for problem in ("minuets", "minutes", "surprise", "cost"):
        assert problem in done.stderr, done.stderr
    file.write_text("a: [1,\nb: {")
    done = start(environment, *command, PYTHONPATH=str(tmp_path), DANCEOFF_HOME=str(tmp_path / "home"))
    assert done.returncode == 2
    assert "exercise.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert runs(tmp_path / "home") == []
