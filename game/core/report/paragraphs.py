"""Markdown for a terminal: source lines joined to the paragraphs they make up, so that they can be wrapped anew."""

from __future__ import annotations

import re

_STARTS = re.compile(r"\s*(?:[-*+] |\d+[.)] |#{1,6} |>|\||```)")
_HEADING = re.compile(r"\s*#{1,6} ")


def paragraphs(text: str) -> tuple[str, ...]:
    """Every paragraph, list item and heading as one line, in order; an empty line where the text has one."""
    joined: list[str] = []
    open_ended = False
    for line in text.strip().split("\n"):
        stripped = line.rstrip()
        if open_ended and stripped and not _STARTS.match(stripped):
            joined[-1] += " " + stripped.lstrip()
            continue
        joined.append(stripped)
        open_ended = (
            bool(stripped) and not _HEADING.match(stripped) and not stripped.lstrip().startswith(("|", "```"))
        )
    return tuple(joined)
