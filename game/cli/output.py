"""How commands print: JSON when asked for, tables and plain lines for people; colour only where a terminal wants it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cattrs
import click
from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game.core.views import Reply

READING_WIDTH = 88
BARS = "▁▂▃▄▅▆▇█"

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def print_json(value: object) -> None:
    click.echo(json.dumps(cattrs.unstructure(value), ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        # The first two columns name things: a name that is cut or folded cannot be copied.
        table.add_column(heading, overflow="fold", no_wrap=place < 2)
    for row in rows:
        # What stands in a cell is text: square brackets are no markup.
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


def print_markdown(text: str) -> None:
    """Markdown laid out for the terminal, at a width that reads well."""
    printer = Console(highlight=False)
    printer.print(Markdown(text.strip()), width=min(printer.width, READING_WIDTH))


def print_reply(reply: Reply) -> None:
    click.echo(reply.words)
    for line in reply.lines:
        click.echo(f"  {line}")


def clock(milliseconds: int) -> str:
    """Minutes and seconds, as a wall clock shows them: 4:05."""
    sign = "-" if milliseconds < 0 else ""
    seconds = abs(milliseconds) // 1000
    return f"{sign}{seconds // 60}:{seconds % 60:02d}"


def sparkline(values: Sequence[float | None], *, top: float = 1.0) -> str:
    """One character a value; a gap where there is none."""
    return "".join(
        " " if value is None else BARS[min(len(BARS) - 1, max(0, int(value / top * (len(BARS) - 1) + 0.5)))]
        for value in values
    )
