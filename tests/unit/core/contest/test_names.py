from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.core.contest.names import LONGEST_NAME, key, line, name
from game.errors import Refused


@given(text=st.text(max_size=200))
def test_a_name_is_one_bounded_visible_line_and_stays_what_it_is(text: str) -> None:
    try:
        found = name(text)
    except Refused:
        return
    assert 1 <= len(found) <= LONGEST_NAME
    assert found == " ".join(found.split())
    assert not any(unicodedata.category(character).startswith("C") for character in found)
    assert unicodedata.normalize("NFKC", found) == found
    assert name(found) == found
    assert key(found)
    assert key(found) == key(found.upper()) or not found.isascii()


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\u202eevil", "Adaevil"),
        ("A\u200bd\u0000a\x1b[31m", "Ada[31m"),
        ("\uff21\uff44\uff41", "Ada"),
        ("e" + "\u0301" * 40 + "x", "é" + "\u0301" * 3 + "x"),
        ("<script>", "<script>"),
    ],
)
def test_what_becomes_of_it(given_name: str, shown: str) -> None:
    assert name(given_name) == shown


@pytest.mark.parametrize("bad", ["", "   ", "\u200b\u200d", "---", "x" * 33, "\U000e0041", "\ud800"])
def test_what_is_no_name_is_refused(bad: str) -> None:
    with pytest.raises(Refused):
        name(bad)


def test_names_that_look_the_same_are_the_same() -> None:
    assert key("The Waltzers") == key("the  waltzers!") == key("THE-WALTZERS")
    assert key("Straße") == key("STRASSE")
    assert key("Waltz 1") != key("Waltz 2")


def test_a_sentence_keeps_its_marks_and_loses_its_lines() -> None:
    assert line("go on,\n please: 5 more", "it") == "go on, please: 5 more"
    for bad in ("", "\n", "x" * 501):
        with pytest.raises(Refused):
            line(bad, "it")
