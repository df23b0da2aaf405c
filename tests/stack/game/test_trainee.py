"""A person at a terminal lives through the incident: prompt, page with its bell, diagnosis, revert, resolution, debrief."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.core.events import Acknowledged, DiagnosisSubmitted, Resolved
from tests.stack.game.traces import ending, facts, left, runs, taken_ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.stack

START_S = 120.0
PAGE_S = 90.0
ANSWER_S = 40.0
RECOVERY_S = 90.0
PROMPT = rb"\[\d+:\d\d [a-z-]+ limbo \d+\] lb [#$] "


@dataclass
class Trainee:
    """What a person does, one step after the other, and what they wait to see."""

    terminal: Terminal

    def says(self, line: str, shows: bytes, within_s: float = ANSWER_S) -> str:
        self.terminal.send(line)
        return self.terminal.until(shows, within_s)

    def begins(self) -> None:
        start = self.terminal.until(PROMPT, START_S)
        assert "proving steady state" in start
        assert "`exit` ends the run" in start
        self.terminal.send("danceoff status")
        # The page may come first.
        assert "success" in self.terminal.sees(rb"in limbo \d+ of \d+ users", ANSWER_S)

    def is_paged(self) -> None:
        page = self.terminal.until(rb"\a(?s:.)*?danceoff ack\s(?s:.)*?" + PROMPT, PAGE_S)
        assert "PAGE" in page
        assert "AUTH-SLO" in page
        self.says("danceoff ack", rb"acknowledged: the incident is yours(?s:.)*" + PROMPT)
        self.says("danceoff ack", rb"acknowledged already(?s:.)*" + PROMPT)

    def finds_the_change(self) -> str:
        self.says("git log -1 --format=%s; echo paged$((1))", rb"paged1(?s:.)*" + PROMPT)
        log = self.says("git --no-pager log --format=%h:%s -3", rb"[0-9a-f]{7,}:Canary(?s:.)*" + PROMPT)
        found = re.search(r"([0-9a-f]{7,}):Canary", log)
        assert found, log
        return found.group(1)

    def repairs(self, revision: str) -> None:
        words = "--component haproxy --mechanism canary-misrouted --share 30 --cohort all"
        self.says(f"danceoff diagnose {words} --change {revision}", rb"recorded; 3 left(?s:.)*" + PROMPT)
        self.says(f"danceoff revert {revision}", rb"in service: ")
        self.terminal.until(rb"RECOVERED(?s:.)*" + PROMPT, RECOVERY_S)

    def declares_it_over(self, revision: str) -> None:
        self.says(f"danceoff resolve --change {revision}", rb"Why did nobody notice")
        self.says("the health check stayed green", rb"Guard \(number or word\)")
        self.says("no such guard", rb"neither a number nor a word")
        self.terminal.send("1")
        # The answer and what is printed over the terminal come in either order.
        self.terminal.sees(rb"the incident is closed", ANSWER_S)
        self.terminal.until(rb"CLOSED(?s:.)*" + PROMPT, ANSWER_S)
        self.says("danceoff note too late", rb"this run is over(?s:.)*" + PROMPT)


def test_a_trainee_lives_through_the_incident(play: Callable[..., Terminal], warm_home: Path) -> None:
    before = runs(warm_home)
    terminal = play("play", "macarena", "--seed", "1")
    trainee = Trainee(terminal)
    trainee.begins()
    trainee.is_paged()
    revision = trainee.finds_the_change()
    trainee.repairs(revision)
    trainee.declares_it_over(revision)
    debrief = trainee.says("exit", rb"again:")
    assert terminal.ends(ANSWER_S) == 0
    assert re.search(r"\d{3,4} of 1000 points", debrief), debrief
    assert "Traceback" not in terminal.text
    (root,) = [root for root in runs(warm_home) if root not in before]
    assert_the_run_is_over(warm_home, root)


def assert_the_run_is_over(home: Path, root: Path) -> None:
    assert (root / "debrief.html").is_file()
    assert left(root) == []
    assert taken_ports(root) == []
    closed = ending(home, root.name)
    assert closed is not None
    assert closed.how == "resolved"
    kinds = [type(one.event) for one in facts(home, root.name)]
    assert kinds.index(Acknowledged) < kinds.index(DiagnosisSubmitted) < kinds.index(Resolved)


def test_the_dashboard_stays_in_the_foreground_while_a_shell_joins_and_somebody_watches(
    play: Callable[..., Terminal], warm_home: Path
) -> None:
    before = runs(warm_home)
    dashboard = play("play", "macarena", "--no-shell", "--seed", "1")
    dashboard.until(rb"in limbo 0 of", START_S)
    (root,) = [root for root in runs(warm_home) if root not in before]
    shell = play("shell", DANCEOFF_SESSION=str(root / "session.json"))
    shell.until(rb"`exit` leaves this shell only(?s:.)*lb [#$] ", ANSWER_S)
    shell.send("danceoff note from the second terminal")
    shell.until(rb"noted", ANSWER_S)
    shell.send("exit")
    assert shell.ends(ANSWER_S) == 0
    assert left(root) != []
    watcher = play("status", "--watch", DANCEOFF_SESSION=str(root / "session.json"))
    watcher.until(rb"in limbo \d+ of(?s:.)*in limbo \d+ of", ANSWER_S)
    dashboard.press(b"\x03")
    assert dashboard.ends(ANSWER_S) == 130
    assert watcher.ends(ANSWER_S) == 0
    assert f"the run is over: danceoff debrief {root.name}" in watcher.text
    assert "Traceback" not in dashboard.text
    assert left(root) == []


def test_without_a_terminal_it_plays_the_demonstration(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "danceoff"), "play", "nothing-of-this-name"],
        capture_output=True,
        text=True,
        timeout=ANSWER_S,
        check=False,
        env=environment,
    )
    assert "no terminal here: playing the demonstration" in done.stdout
    assert done.returncode == 2
