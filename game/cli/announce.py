"""Telling a person at a terminal what happens in the run, over whatever they are doing: page, messages, the end."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from game.cli.output import clock
from game.core.duel.facts import DuelDealt
from game.core.events import Closed, MessageReceived, PageCleared, Paged, RecoveryDetected, ResponderReplaced
from game.core.sign.facts import SignCleared, SignLit
from game.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.core.events import Recorded
    from game.director.conductor import Glimpse
    from game.director.performance import Performance

EVERY_S = 1.0
BELL = "\a"
LONGEST_FINDING = 44


class Announcer:
    """A thread that prints over the terminal and keeps the prompt's line fresh, until `close`.

    `prompt_line` is what the shell shows now, to be printed again below what was printed over it.
    """

    def __init__(
        self, performance: Performance, prompt: Path, terminal: TextIO, prompt_line: Callable[[], str]
    ) -> None:
        self._performance = performance
        self._prompt = prompt
        self._terminal = terminal
        self._prompt_line = prompt_line
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(timeout=EVERY_S * 2)

    def _run(self) -> None:
        seen = 0
        while not self._over.is_set():
            events = self._performance.conductor.events(seen)
            said = "".join(line for recorded in events for line in announcement(recorded))
            seen = events[-1].seq if events else seen
            # The terminal may be gone and the disk full; neither is for this thread to tell.
            with suppress(OSError):
                write_prompt(self._prompt, self._performance.conductor.glimpse())
            with suppress(OSError):
                self._print(said)
            self._over.wait(EVERY_S)

    def _print(self, said: str) -> None:
        if not said:
            return
        said += self._prompt_line()
        self._terminal.write(click.unstyle(said) if os.environ.get("NO_COLOR") else said)
        self._terminal.flush()


def announcement(recorded: Recorded) -> Iterator[str]:
    """What is printed over the terminal for a fact, if anything; the page rings the bell."""
    at = clock(recorded.at_ms)
    match recorded.event:
        case Paged(alert=alert, text=text):
            yield BELL + _block("PAGE", f"{at}  {alert}", text, "take it: danceoff ack", colour="magenta")
        case DuelDealt():
            head = f"{at}  {recorded.event.number} of {recorded.event.of}"
            words = f"{recorded.event.change} waits for your word"
            yield BELL + _block("REVIEW", head, words, "danceoff duel, or danceoff changes", colour="yellow")
        case SignLit(findings=found):
            words = "\n\n".join(
                printable(f"{one.what}{f' (by {one.by})' if one.by else ''}") for one in found
            )
            yield _block(
                "NEON SIGN", at, words, "look closer: danceoff sign, danceoff changes", colour="magenta"
            )
        case SignCleared():
            yield _block("SIGN OUT", at, "what runs is what was approved", "", colour="green")
        case PageCleared(alert=alert):
            yield _block("CLEAR", f"{at}  {alert}", "the alert no longer fires", "", colour="green")
        case MessageReceived(sender=sender, text=text):
            yield _block("MESSAGE", f"{at}  {sender}", text, "", colour="yellow")
        case ResponderReplaced(by=by, note=note):
            yield _block("HANDOFF", f"{at}  {by}", note, "the incident is yours now", colour="yellow")
        case RecoveryDetected():
            hint = "tested and validated? danceoff resolve"
            yield _block("RECOVERED", at, "users can log in again, and it has held", hint, colour="green")
        case Closed(how=how, reason=reason):
            yield _block(
                "CLOSED", f"{at}  {how}", reason, "exit: leave the shell for score and debrief", colour="cyan"
            )
        case _:
            return


def write_prompt(path: Path, glimpse: Glimpse) -> None:
    """One line for the shell's prompt: clock, phase, users in limbo. Replaced whole, so that it is never half read."""
    sample = glimpse.state.sample
    limbo = sample.event.limbo if sample is not None else 0
    temporary = path.with_suffix(".new")
    sign = f" NEON: {_short(glimpse.state.sign.event)}" if glimpse.state.sign else ""
    temporary.write_text(f"{clock(glimpse.at_ms)} {glimpse.state.phase} limbo {limbo}{sign}")
    temporary.replace(path)


def _short(lit: SignLit) -> str:
    """The first finding, as far as a prompt has room for it, and how many more there are."""
    what = printable(lit.findings[0].what)
    what = what if len(what) <= LONGEST_FINDING else what[: LONGEST_FINDING - 1] + "…"
    return f"{what} +{len(lit.findings) - 1}" if len(lit.findings) > 1 else what


def _block(title: str, head: str, text: str, hint: str, *, colour: str) -> str:
    rule = click.style("━" * 78, fg=colour)
    lines = ["", rule, click.style(f" {title} ", fg=colour, bold=True) + head, *_wrap(text)]
    if hint:
        lines.append(click.style(f"  {hint}", dim=True))
    return "\r\n".join([*lines, rule, ""]) + "\r\n"


def _wrap(text: str) -> list[str]:
    return click.formatting.wrap_text(text, 76, "  ", "  ", preserve_paragraphs=True).splitlines()


@contextmanager
def terminal() -> Iterator[TextIO]:
    """The controlling terminal, to print on while a shell has it; standard error where there is none."""
    try:
        file = Path("/dev/tty").open("w", encoding="utf-8")  # noqa: SIM115 - a `with` would close it within the `try`
    except OSError:
        yield sys.stderr
        return
    try:
        yield file
    finally:
        # What could not be printed on a terminal that is gone is of no interest.
        with suppress(OSError):
            file.close()
