"""Markup for HTML and SVG that strangers' text cannot break: plain text becomes Markup in one place only."""

from __future__ import annotations

import unicodedata
from html import escape
from typing import NewType

Markup = NewType("Markup", str)
"""Text that is safe to stand in a document. The type checker refuses a plain `str` in its place."""

Attribute = str | int | float


def escaped(text: str) -> Markup:
    """Plain text for content and quoted attributes. Controls and invisible direction marks become U+FFFD."""
    return Markup(escape(without_controls(text), quote=True))


def without_controls(text: str) -> str:
    """Text of several lines in which nothing is invisible."""
    return "".join(_allowed(character) for character in text)


def element(name: str, *children: Markup, **attributes: Attribute) -> Markup:
    """`<name attribute="...">children</name>`; `class_` is written `class`, other underscores become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(_figure(value))}"'
        for key, value in attributes.items()
    )
    inside = "".join(children)
    return Markup(f"<{name}{written}>{inside}</{name}>")


def joined(*parts: Markup) -> Markup:
    return Markup("".join(parts))


def _figure(value: Attribute) -> str:
    """Coordinates to a tenth of a pixel, so that equal charts are equal text."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _allowed(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}:
        return character
    return "\N{REPLACEMENT CHARACTER}"
