"""Named pipes in place of standard input and output, with a shell as the container's command has it."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING

from game.lab.containers.pipes import Pipes
from game.lab.containers.specification import TALKING

if TYPE_CHECKING:
    from pathlib import Path

WITHIN_S = 20.0


def started(folder: Path, script: str) -> tuple[Pipes, subprocess.Popen[bytes]]:
    pipes = Pipes(folder / "pipes")
    pipes.make(None)
    log, words = str(folder / "log"), ["sh", "-c", script]
    process = subprocess.Popen(["/bin/sh", "-c", TALKING, "x", log, str(pipes.folder), *words])
    pipes.open()
    return pipes, process


def test_what_is_said_is_answered_and_the_end_is_seen(tmp_path: Path) -> None:
    pipes, process = started(tmp_path, 'read line; echo "got $line"; echo trouble >&2')
    assert pipes.stdin is not None
    assert pipes.stdout is not None
    pipes.stdin.write(b"hello\n")
    pipes.stdin.flush()
    with pipes.stdout as lines:
        assert list(lines) == [b"got hello\n"]
    assert process.wait(WITHIN_S) == 0
    assert (tmp_path / "log").read_text() == "trouble\n"
    pipes.close()
    pipes.close()


def test_a_program_that_says_nothing_for_a_while_has_not_ended(tmp_path: Path) -> None:
    pipes, process = started(tmp_path, "read line; echo late")
    assert pipes.stdin is not None
    assert pipes.stdout is not None
    found: list[bytes] = []
    lines = pipes.stdout
    reading = threading.Thread(target=lambda: found.extend(lines))
    reading.start()
    reading.join(0.2)
    assert reading.is_alive(), "nothing was said, and nothing has ended"
    pipes.stdin.write(b"\n")
    pipes.stdin.flush()
    reading.join(WITHIN_S)
    assert found == [b"late\n"]
    process.wait(WITHIN_S)
    lines.close()
    pipes.close()


def test_a_program_that_died_before_it_began_has_ended(tmp_path: Path) -> None:
    pipes = Pipes(tmp_path / "pipes")
    pipes.make(None)
    with (tmp_path / "pipes" / "in").open("rb+", buffering=0):
        pipes.open()
        assert pipes.stdout is not None
        found: list[bytes] = [b"unread"]
        lines = pipes.stdout
        reading = threading.Thread(target=lambda: found.__setitem__(slice(None), list(lines)))
        reading.start()
        pipes.ended()
        reading.join(WITHIN_S)
        assert found == []
    lines.close()
    pipes.close()
