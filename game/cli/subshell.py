"""The trainee's shell: bash in the load balancer's repository, with a prompt that carries clock, phase and limbo."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from game.cli.announce import Announcer, terminal, write_prompt
from game.cli.output import print_markdown
from game.cli.session import VARIABLE, read_session
from game.cli.terminal import keep_terminal
from game.errors import MissingProgram

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.cli.house import Evening

WELCOME = """
You are on call. This shell stands in the load balancer's repository; what
serves users is applied from here.

  danceoff status [--watch]   clock, phase, success per kind of user
  danceoff ack                acknowledge a page
  danceoff logs [SERVICE]     what servers wrote; `haproxy` is the traffic
  danceoff lb show stat       HAProxy's own view
  danceoff request            log in as a user does, step by step
  git log, diff, blame        what changed
  danceoff diagnose           say what is wrong
  danceoff revert REVISION    undo one change and apply
  danceoff apply -m WHY       apply what you edited
  danceoff resolve            declare it over
  danceoff hint               priced, the price is shown first
  danceoff --help             everything else

`exit` ends the run and shows score and debrief.
"""
RC = """
[ -f /etc/bash.bashrc ] && . /etc/bash.bashrc
[ -f ~/.bashrc ] && . ~/.bashrc
PROMPT_COMMAND=
export PATH="$DANCEOFF_BIN:$PATH"
danceoff_at='[$(cat "$DANCEOFF_PROMPT" 2>/dev/null)]'
[ -n "$NO_COLOR" ] || danceoff_at="\\[\\e[36m\\]$danceoff_at\\[\\e[0m\\]"
PS1="$danceoff_at"' lb \\$ '
command -v danceoff >/dev/null && eval "$(_DANCEOFF_COMPLETE=bash_source danceoff 2>/dev/null)"
"""
PLAIN_RC = "PATH=$DANCEOFF_BIN:$PATH; export PATH; PS1='[$(cat \"$DANCEOFF_PROMPT\" 2>/dev/null)] lb $ '\n"
PROMPT = "prompt"
LOOK_EVERY_S = 0.5
HANG_UP_WITHIN_S = 3.0


def train_in_subshell(evening: Evening) -> None:
    """Hand the terminal to the trainee until they leave; pages and messages are printed over it."""
    performance = evening.performance
    prompt = performance.root / PROMPT
    write_prompt(prompt, performance.conductor.glimpse())
    click.echo(WELCOME)
    if performance.exercise.duel is not None:
        click.echo("Here it is `danceoff duel` that asks for your word on each proposed change.\n")
    click.echo(f"The same in a browser: {evening.page}\n")
    print_markdown(performance.briefing.brief)
    with terminal() as screen, Subshell(evening.session) as shell:
        announcer = Announcer(performance, prompt, screen, shell.prompt)
        announcer.start()
        try:
            shell.wait(lambda: performance.conductor.broken is not None)
        finally:
            announcer.close()


def enter(session_file: Path) -> None:
    """Run an interactive shell that belongs to the run; returns when it ends."""
    with Subshell(session_file) as shell:
        shell.wait(lambda: False)


class Subshell:
    """An interactive shell that belongs to a run. Whatever ends the block ends the shell and gives the terminal back."""

    def __init__(self, session_file: Path) -> None:
        session = read_session(session_file)
        self._root = Path(session.root)
        self._session_file = session_file
        self._terminal = keep_terminal()

    def __enter__(self) -> Self:
        command, variables = _shell(self._root)
        environment = {
            **os.environ,
            **variables,
            VARIABLE: str(self._session_file),
            "DANCEOFF_PROMPT": str(self._root / PROMPT),
            "DANCEOFF_BIN": str(Path(sys.executable).parent),
        }
        try:
            self._process = subprocess.Popen(command, cwd=self._root / "lb", env=environment)
        except OSError as error:
            raise MissingProgram(
                f"{command[0]} does not start: {error}", hint="install bash, or use --no-shell"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._hang_up()
        self._terminal.take_back()

    def wait(self, over: Callable[[], bool]) -> None:
        """Wait until the shell ends, or `over` tells to end it. Ctrl-C belongs to the shell meanwhile."""
        former = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            while not over():
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(LOOK_EVERY_S)
                    return
        finally:
            signal.signal(signal.SIGINT, former)

    def prompt(self) -> str:
        """Return the prompt as the shell shows it, or nothing while another program has the terminal."""
        if self._terminal.foreground() != self._process.pid:
            return ""
        at = (self._root / PROMPT).read_text()
        return click.style(f"[{at}]", fg="cyan") + f" lb {'#' if os.geteuid() == 0 else '$'} "

    def _hang_up(self) -> None:
        """End it as a closed terminal would, so that it ends what it started."""
        self._process.send_signal(signal.SIGHUP)
        self._process.send_signal(signal.SIGCONT)
        try:
            self._process.wait(HANG_UP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _shell(root: Path) -> tuple[list[str], dict[str, str]]:
    """Bash with our prompt; where there is none, the system's sh with a plain one."""
    bash = shutil.which("bash")
    rc = root / "shellrc"
    rc.write_text(RC if bash else PLAIN_RC)
    if bash:
        return [bash, "--rcfile", str(rc), "-i"], {}
    return ["/bin/sh", "-i"], {"ENV": str(rc)}
