"""Ctrl-C, SIGTERM and a hang-up at any moment: a clear message, evidence kept, nothing left."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.cli.session import NAME, read_session
from tests.stack.game.terminal import CTRL_C, on_terminal
from tests.stack.game.traces import ending, left, runs, seconds_until_gone, taken_ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.stack

START_S = 120.0
END_S = 40.0
OPENING, PROVING, SHIFT = rb" s  (redis|toxiproxy)", rb"proving steady state", rb"The shift begins"


def newest(home: Path, before: list[Path]) -> Path:
    (root,) = [root for root in runs(home) if root not in before]
    return root


def assert_ended_well(home: Path, root: Path, text: str) -> None:
    assert "Traceback" not in text
    assert left(root) == []
    assert taken_ports(root) == []
    closed = ending(home, root.name)
    assert closed is not None
    assert closed.how == "interrupted"
    assert (root / "logs" / "toxiproxy.log").is_file()


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, OPENING),
        (signal.SIGHUP, OPENING),
        (signal.SIGTERM, PROVING),
        (signal.SIGINT, SHIFT),
    ],
    ids=["Ctrl-C while opening", "hang-up while opening", "SIGTERM while proving", "Ctrl-C in the shift"],
)  # fmt: skip
def test_a_signal_ends_the_demonstration(
    number: signal.Signals, moment: bytes, play: Callable[..., Terminal], warm_home: Path
) -> None:
    before = runs(warm_home)
    terminal = play("demo", "macarena")
    terminal.until(moment, START_S)
    root = newest(warm_home, before)
    if number == signal.SIGINT:
        terminal.press(CTRL_C)
    else:
        terminal.signal(number)
    assert terminal.ends(END_S) == 130
    assert "interrupted: ending the run, keeping its evidence" in terminal.text
    assert_ended_well(warm_home, root, terminal.text)


def test_an_impatient_person_presses_ctrl_c_many_times(
    play: Callable[..., Terminal], warm_home: Path
) -> None:
    before = runs(warm_home)
    terminal = play("demo", "macarena")
    terminal.until(OPENING, START_S)
    root = newest(warm_home, before)
    for _ in range(8):
        terminal.press(CTRL_C)
    terminal.until(rb"interrupted", END_S)
    for _ in range(8):
        terminal.press(CTRL_C)
    assert terminal.ends(END_S) == 130
    assert_ended_well(warm_home, root, terminal.text)


def test_a_terminal_that_goes_away_ends_the_run_though_nobody_reads(
    play: Callable[..., Terminal], warm_home: Path
) -> None:
    before = runs(warm_home)
    terminal = play("play", "macarena", "--seed", "1")
    terminal.until(rb"lb [#$] ", START_S)
    root = newest(warm_home, before)
    terminal.hang_up()
    assert terminal.ends(END_S) == 130
    seconds_until_gone(root)
    assert_ended_well(warm_home, root, "")


def test_sigterm_in_the_shell_gives_the_terminal_back_as_it_was(
    environment: dict[str, str], warm_home: Path
) -> None:
    """Under a shell that goes on afterwards: it can read from the terminal, with the same settings."""
    before = runs(warm_home)
    script = (
        "stty -g > $DANCEOFF_HOME/before; danceoff play macarena --seed 1; echo rc=$?; "
        "stty -g > $DANCEOFF_HOME/after; read -r word; echo got=$word"
    )
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    terminal = on_terminal(["/bin/sh", "-c", script], {**environment, "PATH": path}, "/")
    try:
        terminal.until(rb"lb [#$] ", START_S)
        root = newest(warm_home, before)
        terminal.press(b"danceoff stat")
        terminal.until(
            rb"danceoff stat", END_S
        )  # the shell has it: what it had not read would be read after it
        game = read_session(root / NAME).pid
        os.kill(game, signal.SIGTERM)
        terminal.until(rb"rc=130", END_S)
        terminal.send("hello")
        terminal.until(rb"got=hello", END_S)
        assert terminal.ends(END_S) == 0
        assert (warm_home / "before").read_text() == (warm_home / "after").read_text()
        assert_ended_well(warm_home, root, terminal.text)
    finally:
        terminal.close()


def test_ctrl_c_at_the_prompt_belongs_to_the_shell(play: Callable[..., Terminal], warm_home: Path) -> None:
    before = runs(warm_home)
    terminal = play("play", "macarena", "--seed", "1")
    terminal.until(rb"lb [#$] ", START_S)
    root = newest(warm_home, before)
    terminal.press(b"sleep 100")
    terminal.until(rb"sleep 100", END_S)
    # The shell's own prompt, not one below a page.
    terminal.press_until(CTRL_C, rb"\^C\s+\[[^]]*\] lb [#$] ", END_S)
    terminal.send("sh -c 'echo un''der way; exec sleep 100'")
    terminal.until(rb"under way", END_S)  # said by the child itself: the key finds it in the foreground
    terminal.press(CTRL_C)
    terminal.until(rb"lb [#$] ", END_S)
    terminal.send("echo still $((40 + 2))")
    terminal.until(rb"still 42", END_S)
    terminal.send("exit")
    assert terminal.ends(END_S) == 0
    assert "again:" in terminal.text
    assert left(root) == []
