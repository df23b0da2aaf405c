"""Texts that people wrote, made fit to be shown on one line."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """One line without anything that could steer a terminal, break a table, or turn the direction of writing."""
    shown = (" " if character in "\t\r\n" else _visible(character) for character in text)
    return " ".join("".join(shown).split())


def _visible(character: str) -> str:
    """Control, format, surrogate and private characters as U+FFFD; everything else as it is."""
    return (
        "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"}
        else character
    )
