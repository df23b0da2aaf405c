"""Names that strangers give themselves, made fit to be shown: one line, bounded, nothing invisible, told apart by the eye."""

from __future__ import annotations

import unicodedata

from game.errors import Refused

LONGEST_NAME = 32
LONGEST_TEXT = 500
# More marks on one letter than any script needs run over the lines above and below.
MOST_MARKS = 3


def name(text: str, what: str = "name") -> str:
    """A name in NFKC without control, format, private and unassigned characters; Refused if nothing is left, or too much."""
    cleaned = _visible(text)
    if not any(character.isalnum() for character in cleaned):
        raise Refused(f"this {what} has no letter or digit", hint="choose one that can be read aloud")
    if len(cleaned) > LONGEST_NAME:
        raise Refused(f"this {what} is too long", hint=f"at most {LONGEST_NAME} characters")
    return cleaned


def line(text: str, what: str, longest: int = LONGEST_TEXT) -> str:
    """A sentence that somebody wrote, as one harmless line; Refused if it is empty or too long."""
    cleaned = _visible(text)
    if not cleaned:
        raise Refused(f"{what} needs words", hint="say it in a few")
    if len(cleaned) > longest:
        raise Refused(f"{what} is too long", hint=f"at most {longest} characters")
    return cleaned


def key(text: str) -> str:
    """What two names have in common if people would take them for the same: case, spaces and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(
        character for character in folded if character.isalnum() or unicodedata.category(character) == "Mn"
    )
    # At most what a journal's key may have: names are bounded, but a letter may fold to three.
    return letters[: LONGEST_NAME * 4]


def _visible(text: str) -> str:
    """NFKC once more at the end: what is removed in between may bring together what composes."""
    normal = unicodedata.normalize("NFKC", text[: LONGEST_TEXT * 4])
    shown = "".join(" " if character.isspace() else character for character in normal if _is_shown(character))
    return unicodedata.normalize("NFKC", " ".join(_few_marks(shown).split()))


def _is_shown(character: str) -> bool:
    """Not: control (also of direction), surrogate, private, unassigned; white space is, as a blank."""
    return character.isspace() or not unicodedata.category(character).startswith("C")


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
