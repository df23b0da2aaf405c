"""Sections of the HTML debrief that only some runs have: a second round, a duel, a handoff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.durations import clock
from game.core.markup import Markup, element, escaped, joined
from game.core.report.labels import bout_words
from game.core.report.sections import NOTHING
from game.core.text import printable

if TYPE_CHECKING:
    from game.core.debrief import Debrief


def rounds_table(found: Debrief) -> Markup:
    """Both rounds side by side, and what each follow-up was worth."""
    if found.rounds is None:
        return NOTHING
    columns = ("since the change went in", "round one", "round two", "difference")
    head = element("tr", *(element("th", escaped(column), scope="col") for column in columns))
    rows = (
        element(
            "tr",
            element("th", escaped(row.what), scope="row"),
            element("td", escaped(row.first)),
            element("td", escaped(row.second)),
            element("td", escaped(row.saved)),
        )
        for row in found.rounds.rows
    )
    table = element("table", element("thead", head), element("tbody", *rows), class_="rounds")
    worth = (
        joined(element("dt", escaped(one.follow_up)), element("dd", escaped(one.words)))
        for one in found.rounds.savings
    )
    listed = element("dl", *worth, class_="facts") if found.rounds.savings else NOTHING
    return joined(element("div", table, class_="scroll"), listed)


def bouts_table(found: Debrief) -> Markup:
    """Every proposed change of a duel: what was said of it, and what it was."""
    if not found.bouts:
        return NOTHING
    columns = ("change", "by", "why", "what became of it", "what it was")
    head = element("tr", *(element("th", escaped(column), scope="col") for column in columns))
    rows = (
        element(
            "tr",
            element("th", escaped(one.change), scope="row"),
            *(
                element("td", escaped(words), data_label=column)
                for column, words in zip(
                    columns[1:], (one.by, one.why, bout_words(one), one.lesson), strict=True
                )
            ),
        )
        for one in found.bouts
    )
    table = element("table", element("thead", head), element("tbody", *rows), class_="lines")
    return element("div", table, class_="scroll")


def handoff_block(found: Debrief) -> Markup:
    """The note that the incident was handed over with, and what was looked at again after it."""
    given = found.handoff
    if given is None:
        return NOTHING
    at = clock(given.at_ms - found.origin.at_ms)
    facts = (
        ("Handed over", f"at {at} by {printable(given.by)}"),
        ("Looks", f"{given.looks_before} before it, {given.looks_after} after it"),
        ("Looked at twice", printable("; ".join(given.twice)) or "nothing"),
    )
    listed = joined(
        *(joined(element("dt", escaped(name)), element("dd", escaped(words))) for name, words in facts)
    )
    return joined(
        element("blockquote", escaped(printable(given.note))), element("dl", listed, class_="facts")
    )
