"""Every command says what it is for; whatever is asked wrongly is answered in a line or two, with its exit code."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from game.cli.commands import COMMANDS, SECTIONS
from game.cli.main import cli, run
from game.cli.session import NAME, Session, current_session, read_session, write_session
from game.errors import ExerciseInvalid, PlatformError, Problem, Tampered, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.unit.cli.conftest import Said

    Danceoff = Callable[..., Said]

LOADED_BY_SCHEMA = "game.cli.catalogue.exercise_schema"

ANSI = re.compile(r"\x1b\[")
NEEDS_A_RUN = [
    ("status",), ("status", "--json"), ("logs",), ("logs", "auth1"), ("lb", "show", "stat"), ("metrics",), ("request",),
    ("changes",), ("sign",), ("sign", "--mend"), ("propose", "-m", "why"), ("review", "c1", "fine"), ("preview", "c1"), ("drift",), ("psql",), ("redis",), ("ack",), ("diagnose", "--share", "1"), ("hint", "--yes"), ("escalate",),
    ("note", "a"), ("handoff", "a note"), ("resolve", "--change", "none"), ("check",), ("apply", "-m", "why"), ("revert", "HEAD"),
    ("service", "restart", "auth1"), ("shell",),
]  # fmt: skip
NEEDS_A_JOURNAL = [
    ("debrief",), ("replay",), ("round-two",), ("moves",), ("score", "abc"), ("journal", "list"), ("journal", "verify", "abc"),
    ("journal", "export", "abc"),
]  # fmt: skip
WRONG = [
    ("play", "no-such-exercise"), ("demo", "no-such-exercise"), ("show", "no-such-exercise"), ("show", "../macarena"),
    ("show", ""), ("demo", "../exercises/macarena"), ("demo", ""),
    ("show",), ("frobnicate",), ("--frobnicate",), ("play", "--seed", "x"), ("play", "--seed", "-1"),
    ("play", "a", "b"), ("service", "eat", "auth1"), ("diagnose", "--share", "101"), ("logs", "-n", "0"),
    ("replay", "--speed", "0"), ("journal", "frobnicate"), ("score", "x.jsonl"), ("journal", "verify", "/nonexistent.jsonl"),
    ("serve", "no-such-file.yaml"), ("serve", "--name", "A ball"), ("serve", "--exercise", "no-such-exercise"),
    ("serve", "--host", "no-address"), ("serve", "--port", "65536"), ("serve", "--tls-cert", "/dev/null"),
]  # fmt: skip


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, row in COMMANDS.items():
        module, _, attribute = row.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", one) for below, one in command.commands.items())


@pytest.mark.parametrize(("name", "command"), tuple(commands()), ids=[name for name, _ in commands()])
def test_every_command_and_option_has_help(name: str, command: click.Command, danceoff: Danceoff) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.opts != ["--help"]:
            assert parameter.help, (name, parameter.opts)
    said = danceoff(*name.split(), "--help")
    assert said.code == 0
    assert said.out.startswith("Usage: danceoff")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_their_own_help_says(name: str) -> None:
    command = dict(commands())[name]
    assert command.help is not None
    first = " ".join(command.help.split("\n\n")[0].split()).split(". ")[0].rstrip(".")
    assert COMMANDS[name].help == first


def test_the_list_is_complete(danceoff: Danceoff) -> None:
    said = danceoff("--help")
    assert said.code == 0
    for section, rows in SECTIONS.items():
        assert f"{section}:" in said.out
        for name in rows:
            assert re.search(rf"^  {name} ", said.out, re.MULTILINE), name
    assert "130" in said.out
    assert "danceoff play        the incident" in said.out
    assert cli.list_commands(click.Context(cli)) == list(COMMANDS)


def test_the_list_of_commands_is_made_without_loading_them() -> None:
    code = "import sys; from game.cli.main import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    for module in ("game.cli.play", "game.cli.doctor", "sqlalchemy", "flask", "rich", "requests"):
        assert f"'{module}'" not in done.stderr


@pytest.mark.parametrize("arguments", NEEDS_A_RUN, ids=" ".join)
def test_without_a_run_commands_say_how_to_start_one(arguments: tuple[str, ...], danceoff: Danceoff) -> None:
    said = danceoff(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err == "danceoff: no run is going on\n  next: start one in another terminal: danceoff play\n"


def test_the_taxonomy_can_be_read_without_a_run(danceoff: Danceoff) -> None:
    said = danceoff("diagnose", "--words")
    assert (said.code, said.err) == (0, "")
    for word in ("canary-misrouted", "false-alarm", "bigcookie"):
        assert word in said.out


@pytest.mark.parametrize("arguments", NEEDS_A_JOURNAL, ids=" ".join)
def test_without_a_journal_commands_say_so(arguments: tuple[str, ...], danceoff: Danceoff) -> None:
    said = danceoff(*arguments)
    assert said.code == 2
    assert "there is no journal at" in said.err
    assert "danceoff play" in said.err


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_what_is_asked_wrongly_is_worded(arguments: tuple[str, ...], danceoff: Danceoff) -> None:
    said = danceoff(*arguments)
    assert said.code == 2, said
    assert "Traceback" not in said.err + said.out
    assert 1 <= len(said.err.strip().splitlines()) <= 6


def test_an_unknown_exercise_is_named(danceoff: Danceoff) -> None:
    for command in ("play", "demo", "show"):
        assert "there is no exercise 'no-such-exercise'" in danceoff(command, "no-such-exercise").err


@pytest.mark.parametrize(
    "arguments", [("list",), ("show", "macarena"), ("schema",), ("doctor",)], ids=" ".join
)
def test_json_can_be_read_and_holds_no_colour(arguments: tuple[str, ...], danceoff: Danceoff) -> None:
    said = danceoff(*arguments, *(() if arguments == ("schema",) else ("--json",)))
    assert said.code in {0, 1}
    assert json.loads(said.out)
    assert not ANSI.search(said.out)


def test_the_list_of_exercises_is_an_array_that_knows_macarena(danceoff: Danceoff) -> None:
    entries = json.loads(danceoff("list", "--json").out)
    assert "macarena" in {entry["code"] for entry in entries if not entry["problems"]}


@pytest.mark.parametrize("colour", [True, False])
def test_no_color_is_honoured_even_on_a_terminal(
    colour: bool, danceoff: Danceoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click._compat.isatty", lambda _stream: True)
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    said = danceoff("show", "macarena")
    assert said.code == 0
    assert bool(ANSI.search(said.out.splitlines()[0])) is colour
    said = danceoff("status")
    assert bool(ANSI.search(said.err)) is colour


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("wrong", hint="do it right"), 2, "danceoff: wrong\n  next: do it right\n"),
        (PlatformError("broken"), 3, "danceoff: broken\n"),
        (Tampered("record 7 is bad", hint="use a copy", seq=7), 4, "danceoff: record 7 is bad\n  next: use a copy\n"),
        (ExerciseInvalid((Problem(file="a.yaml", path="x", message="m", remedy="r"),)), 2, "a.yaml: x: m (r)"),
        (OSError(28, "No space left on device", "/x"), 3, "make room on the disk"),
        (PermissionError(13, "Permission denied", "/x"), 3, "danceoff doctor"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (click.exceptions.Abort(), 130, "interrupted\n"),
        (click.UsageError("no such option"), 2, "no such option"),
        (BrokenPipeError(), 141, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)  # fmt: skip
def test_every_error_has_its_words_and_its_exit_code(
    error: BaseException, code: int, words: str, danceoff: Danceoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_words: object) -> None:
        raise error

    def leave_open(_old: int, _new: int) -> None:
        """Standard output is the test's own."""

    monkeypatch.setattr("game.cli.main.os.dup2", leave_open)
    monkeypatch.setattr(LOADED_BY_SCHEMA, fail)
    said = danceoff("schema")
    assert said.code == code
    assert words in said.err


def session(root: Path, pid: int) -> Session:
    root.mkdir(parents=True)
    return Session(
        run=root.name, code="macarena", api="http://127.0.0.1:9", token="t", pid=pid, root=str(root)
    )


def test_commands_find_the_newest_run_whose_game_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    monkeypatch.delenv("DANCEOFF_SESSION", raising=False)
    old = write_session(session(tmp_path / "runs" / "old", os.getpid()))
    os.utime(old, (1, 1))
    dead = write_session(session(tmp_path / "runs" / "dead", 2**22 + 1))
    assert old.stat().st_mode & 0o777 == 0o600
    assert current_session().run == "old"
    monkeypatch.setenv("DANCEOFF_SESSION", str(dead))
    assert current_session().run == "dead"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"run": 1}', "\x00"])
def test_a_broken_session_file_is_worded(content: str, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(content)
    with pytest.raises(UsageError, match="does not describe a live run"):
        read_session(path)


def test_a_run_that_does_not_answer_is_the_platforms_fault(
    tmp_path: Path, danceoff: Danceoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_session(session(tmp_path / "gone", 1))
    monkeypatch.setenv("DANCEOFF_SESSION", str(path))
    said = danceoff("status")
    assert said.code == 3
    assert "does not answer" in said.err
    assert len(said.err.splitlines()) == 2


def test_run_returns_what_a_command_returns(danceoff: Danceoff) -> None:
    assert danceoff("--version").code == 0
    assert run(["list"]) == 0
