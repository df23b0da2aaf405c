from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.core.contest.certificate import Certificate, drawn
from game.core.contest.tables import safe, table

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "  =cmd|' /C calc'!A0", "\t=1", "\uff1d1+1", "|x", "%0A=1", "\r=1")


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    assert safe(cell).startswith("'")


@given(cells=st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=5))
def test_a_row_stays_a_row(cells: list[str]) -> None:
    text = table(["x"] * len(cells), [cells])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2
    assert len(rows[1]) == len(cells)
    for given_cell, read in zip(cells, rows[1], strict=True):
        assert read.lstrip("'").endswith(given_cell.replace("\0", "").lstrip("'"))
        assert not read.lstrip().startswith(("=", "+", "-", "@"))


def test_numbers_stay_numbers() -> None:
    assert (safe(-30), safe(None), safe(0.5)) == ("-30", "", "0.5")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\"b'c&d", "]]>", "x" * 32])
def test_a_certificate_is_a_drawing_whatever_the_name(name: str) -> None:
    one = Certificate(
        event=name, team=name, members=(name, name), place=1, shared=True, of=4, points=900, rounds=2,
        date="2026-03-01", head="f" * 64,
    )  # fmt: skip
    root = ET.fromstring(drawn(one))  # noqa: S314 - our own text
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert name in texts
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
