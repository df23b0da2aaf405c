"""The other end states that an exercise accepts: the ideal file with the lines that may stay of the fault."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import SECTIONS, read_lines
from game.core.haproxy.statement import statement

if TYPE_CHECKING:
    from game.core.exercise import Leftover


def with_leftovers(ideal: str, faulty: str, leftovers: tuple[Leftover, ...]) -> str:
    """Put every accepted line of the faulty file into the ideal one, at the place where it stands in the faulty one."""
    excused = {(left.section, _meant(left.section, line)) for left in leftovers for line in left.lines}
    # Of a section that is left over as a whole the heading stays as well.
    excused |= {(leftover.section, leftover.section) for leftover in leftovers}
    wanted, found = _placed(ideal), _placed(faulty)
    lines: list[str] = []
    matcher = SequenceMatcher(None, wanted, found, autojunk=False)
    for kind, from_one, to_one, from_other, to_other in matcher.get_opcodes():
        if kind != "equal":
            # Before the others: rules must not stand behind the choice of a backend.
            lines += [
                line for title, line in found[from_other:to_other] if (title, _meant(title, line)) in excused
            ]
        lines += [line for _, line in wanted[from_one:to_one]]
    return "\n".join(lines) + "\n"


def _placed(text: str) -> list[tuple[str, str]]:
    """Every line with the section that it stands in; a heading stands in its own."""
    title = ""
    placed = []
    for line in text.splitlines():
        words = line.split()
        if words and words[0] in SECTIONS:
            title = " ".join(words[:2])
        placed.append((title, line))
    return placed


def _meant(title: str, line: str) -> str:
    """A line by its meaning; a heading, a comment or nothing is itself."""
    words = " ".join(line.split())
    if words == title:
        return title
    read = read_lines(line + "\n")
    return statement(title.partition(" ")[0], read[0]).text if read else ""
