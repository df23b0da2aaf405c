"""Is the end state the ideal one? Differences that an exercise accepts as harmless leftovers are excused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.haproxy.configuration import read_lines
from game.core.haproxy.difference import Difference, differences
from game.core.haproxy.statement import statement

if TYPE_CHECKING:
    from game.core.exercise import Leftover
    from game.core.haproxy.configuration import Configuration


def surgical(
    final: Configuration, ideal: Configuration, leftovers: tuple[Leftover, ...]
) -> tuple[Difference, ...]:
    """List how `final` differs from `ideal`, without lines that may remain of the fault. Empty means: surgical.

    A leftover excuses only a line that `final` has in addition, in that section, by meaning; a line that is missing,
    changed or moved is never excused. Raises ConfigurationInvalid if a leftover is not a line.
    """
    excused = {
        (leftover.section, text)
        for leftover in leftovers
        for text in _texts(leftover.section, leftover.lines)
    }
    # A section that is left over as a whole is excused by naming it, besides each of its lines.
    excused |= {(leftover.section, leftover.section) for leftover in leftovers}
    return tuple(
        difference
        for difference in differences(ideal, final)
        if difference.kind != "added" or (difference.section, difference.new) not in excused
    )


def _texts(section: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    keyword = section.partition(" ")[0]
    return tuple(statement(keyword, line).text for line in read_lines("\n".join((*lines, ""))))
