"""Asking a person to choose: a word of the taxonomy, or a change of the load balancer's history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from game.cli.output import print_table
from game.core.views import CommitsView
from game.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.cli.connection import Connection
    from game.core.views import WordView


def choose_word(title: str, words: Sequence[WordView]) -> str:
    """Ask for a word by its number or its name."""
    click.echo(click.style(title, bold=True))
    print_table(("", "", ""), [(str(number), word.id, word.words) for number, word in enumerate(words, 1)])
    known = {word.id for word in words}

    def convert(text: str) -> str:
        if text in known:
            return text
        if text.isdigit() and 1 <= int(text) <= len(words):
            return words[int(text) - 1].id
        raise UsageError(f"{text!r} is neither a number nor a word of the list", hint="try again")

    while True:
        try:
            return convert(click.prompt(f"{title} (number or word)", type=str).strip())
        except UsageError as error:
            click.echo(str(error))


def choose_change(connection: Connection) -> str:
    commits = connection.get("/api/lb/changes", CommitsView).commits
    click.echo(click.style("Change", bold=True))
    print_table(
        ("", "revision", "when", "who", "message"),
        [(str(row.number), row.revision[:8], row.when, row.author, row.message) for row in commits],
    )
    text = str(click.prompt("The guilty change (number, revision, or none)", type=str)).strip()
    numbers = {str(row.number): row.revision for row in commits}
    return numbers.get(text, text)
