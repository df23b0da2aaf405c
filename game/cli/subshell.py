"""The trainee's shell: bash in the load balancer's repository, with a prompt that carries clock, phase and limbo."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from game.cli.announce import Announcer, terminal
from game.cli.output import print_markdown
from game.cli.session import VARIABLE, read_session
from game.errors import MissingProgram

if TYPE_CHECKING:
    from game.cli.house import Evening

WELCOME = """
You are on call. This shell stands in the load balancer's repository; what serves users is applied from here.

  danceoff status [--watch]   clock, phase, success per kind of user      git log | diff | blame    what changed
  danceoff ack                acknowledge a page                          danceoff logs [SERVICE]   what servers wrote
  danceoff diagnose           say what is wrong                           danceoff lb show stat     HAProxy's own view
  danceoff revert REV         undo one change and apply                   danceoff request          log in, step by step
  danceoff apply -m WHY       apply what you edited                       danceoff hint             priced, shown first
  danceoff resolve            declare it over                             danceoff --help           everything else

`exit` ends the run and shows score and debrief.
"""
RC = """
[ -f /etc/bash.bashrc ] && . /etc/bash.bashrc
[ -f ~/.bashrc ] && . ~/.bashrc
PROMPT_COMMAND=
PS1='\\[\\e[36m\\][$(cat "$DANCEOFF_PROMPT" 2>/dev/null)]\\[\\e[0m\\] lb \\$ '
command -v danceoff >/dev/null && eval "$(_DANCEOFF_COMPLETE=bash_source danceoff 2>/dev/null)"
"""
PLAIN_RC = "PS1='[$(cat \"$DANCEOFF_PROMPT\" 2>/dev/null)] lb $ '\n"
PROMPT = "prompt"


def train_in_subshell(evening: Evening) -> None:
    """Hand the terminal to the trainee until they leave; pages and messages are printed over it."""
    performance = evening.performance
    prompt = performance.root / PROMPT
    announcer = Announcer(performance, prompt, terminal())
    click.echo(WELCOME)
    print_markdown(performance.briefing.brief)
    announcer.start()
    try:
        enter(evening.session)
    finally:
        announcer.close()


def enter(session_file: Path) -> None:
    """Run an interactive shell that belongs to the run; returns when it ends."""
    session = read_session(session_file)
    root = Path(session.root)
    command, variables = _shell(root)
    environment = {
        **os.environ,
        **variables,
        VARIABLE: str(session_file),
        "DANCEOFF_PROMPT": str(root / PROMPT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    try:
        shell = subprocess.Popen(command, cwd=root / "lb", env=environment)
    except OSError as error:
        raise MissingProgram(
            f"{command[0]} does not start: {error}", hint="install bash, or use --no-shell"
        ) from error
    _wait_for(shell)
    _take_terminal_back()


def _shell(root: Path) -> tuple[list[str], dict[str, str]]:
    """Bash with our prompt; where there is none, the system's sh with a plain one."""
    bash = shutil.which("bash")
    rc = root / "shellrc"
    rc.write_text(RC if bash else PLAIN_RC)
    if bash:
        return [bash, "--rcfile", str(rc), "-i"], {}
    return ["/bin/sh", "-i"], {"ENV": str(rc)}


def _wait_for(shell: subprocess.Popen[bytes]) -> None:
    """Wait for the shell to end. Ctrl-C belongs to it; what else ends the game ends the shell as well."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shell.wait()
    finally:
        signal.signal(signal.SIGINT, former)
        if shell.poll() is None:
            shell.send_signal(signal.SIGHUP)


def _take_terminal_back() -> None:
    """An interactive shell makes itself the terminal's foreground group; one that was killed does not undo that."""
    if not sys.stdin.isatty():
        return
    former = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
    finally:
        signal.signal(signal.SIGTTOU, former)
