"""The text of our configuration while it is edited: a line found by its section and meaning, replaced, deleted or inserted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.haproxy.canonical import canonical
from game.core.haproxy.configuration import parse
from game.core.haproxy.statement import write
from game.core.haproxy.tokens import split_words
from game.core.haproxy.vocabulary import RULES

if TYPE_CHECKING:
    from game.core.haproxy.statement import Statement

INDENT = "    "


class Misfit(Exception):
    """Why a difference has no place in our configuration, in words for whoever decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Our section: what it says now, and the number of its header line."""

    title: str
    number: int
    statements: tuple[Statement, ...]


@dataclass(slots=True, kw_only=True)
class OurText:
    """Lines of a configuration; numbers of statements count from 1 and hold until the next edit."""

    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def as_written(self, ours: Statement) -> tuple[str, ...]:
        """The words of a line as they stand there."""
        return split_words(self.lines[ours.number - 1], ours.number).words

    def place(self, title: str) -> Place:
        for section in canonical(parse(self.text)).sections:
            if section.title == title:
                return Place(title=title, number=section.number, statements=section.statements)
        raise Misfit(f"our stack has no `{title}`")

    def replace(self, ours: Statement, words: tuple[str, ...]) -> None:
        self.lines[ours.number - 1] = INDENT + write(words)

    def delete(self, ours: Statement) -> None:
        del self.lines[ours.number - 1]

    def insert(self, section: str, words: tuple[str, ...], after: set[str]) -> None:
        """Put a line after the last of its like; without any, before the section's first rule, else under its header."""
        place = self.place(section)
        like = [one.number for one in place.statements if one.keyword in after]
        rules = [
            one.number
            for one in place.statements
            if one.keyword in RULES | {"acl", "server", "default-server"}
        ]
        at = max(like) if like else min(rules) - 1 if rules else place.number
        while not like and at > place.number and self.lines[at - 1].lstrip().startswith("#"):
            # The comment above a rule stays with it.
            at -= 1
        self.lines.insert(at, INDENT + write(words))
