from __future__ import annotations

import dataclasses
import unicodedata
from typing import Any, cast, get_args, get_type_hints

import pytest

from game.core import chronicle
from game.core.events import ConfigurationRefused, Event, NoteWritten
from game.core.text import printable
from game.core.words import in_words, short

HOSTILE = "\x1b[31mred\u202e<b>\n\r\tx\x00\x9b31m"
KINDS = get_args(Event)


def made(kind: type[Any], text: str) -> Event:
    """An event of this kind in which every text is `text`."""
    values: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        options = get_args(hint)
        if hint is str:
            values[field.name] = text
        elif hint in {int, float, bool}:
            values[field.name] = hint(1)
        elif options and isinstance(options[0], str):
            values[field.name] = options[0]
        elif dataclasses.is_dataclass(hint):
            values[field.name] = made(hint, text)  # type: ignore[arg-type] # a class, as the hints of facts are
        elif options and dataclasses.is_dataclass(options[0]):
            values[field.name] = (made(cast("type[Any]", options[0]), text),)
        elif options and options[0] is str:
            values[field.name] = (text,)
        else:
            values[field.name] = ()
    event: Event = kind(**values)
    return event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_one_printable_line_a_role_and_a_strand(kind: type[Any]) -> None:
    event = made(kind, HOSTILE)
    line = in_words(event)
    assert line
    assert line[0].isupper() or not line[0].isalpha()
    assert not any(unicodedata.category(character) in {"Cc", "Cf"} for character in line)
    assert chronicle.who(event)
    assert chronicle.strand(event)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_empty_texts_do_not_break_a_line(kind: type[Any]) -> None:
    assert in_words(made(kind, "")).strip()


def test_what_people_wrote_stays_readable() -> None:
    assert (
        in_words(NoteWritten(by="trainee", text="Zürich \N{EN DASH} 30 %")) == "Note: Zürich \N{EN DASH} 30 %"
    )
    refused = ConfigurationRefused(actor="trainee", stage="check", words=("line 3: no", "line 5: no"))
    assert in_words(refused) == "Refused at check: line 3: no; line 5: no"


def test_printable_keeps_one_line_and_shows_that_something_was_taken_out() -> None:
    assert printable("a\n b\t c") == "a b c"
    assert printable("\x1b[2J") == "\N{REPLACEMENT CHARACTER}[2J"
    assert printable("\u202egnp") == "\N{REPLACEMENT CHARACTER}gnp"


def test_revisions_are_short() -> None:
    assert short("3f2a9c1d5e7b8a60") == "3f2a9c1d"
    assert short("") == "none"
