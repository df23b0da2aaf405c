"""The figures behind a chart, for those who cannot see it or do not trust it."""

from __future__ import annotations

from dataclasses import dataclass

from game.core.markup import Markup, element, escaped, joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`rows` are as long as `columns`; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_markup(table: Table) -> Markup:
    head = element("tr", *(element("th", escaped(column), scope="col") for column in table.columns))
    body = tuple(
        element(
            "tr",
            element("th", escaped(row[0]), scope="row"),
            *(element("td", escaped(cell)) for cell in row[1:]),
        )
        for row in table.rows
    )
    return element(
        "table",
        element("caption", escaped(table.caption)),
        element("thead", head),
        element("tbody", joined(*body)),
    )
