"""Edits of the load balancer's files as somebody at a keyboard would make them: lines put in, taken out, changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import SECTIONS
from game.director.judge import CONFIGURATION

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is changed. All patterns are regular expressions for a line whose blanks are single.

    `lines` go into `section`, behind the first line that matches `after` (its heading if none does); `drop` takes lines
    out wherever they stand; `drop_sections` whole sections by their heading; `change` rewrites parts of lines; `append`
    goes to the end; `files` are written beside it.
    """

    section: str = "frontend fe_auth"
    after: str = ""
    lines: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    drop_sections: tuple[str, ...] = ()
    change: tuple[tuple[str, str], ...] = ()
    append: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def edited(files: Mapping[str, str], edit: Edit) -> dict[str, str]:
    """The files after an edit."""
    kept: list[str] = []
    section = ""
    for line in files[CONFIGURATION].splitlines():
        squeezed = " ".join(line.split())
        if squeezed.partition(" ")[0] in SECTIONS:
            section = squeezed
        if section in edit.drop_sections or any(re.fullmatch(pattern, squeezed) for pattern in edit.drop):
            continue
        kept.append(_changed(line, edit))
    where = _place(kept, edit)
    put_in = [f"    {line}" for line in edit.lines]
    text = "\n".join((*kept[:where], *put_in, *kept[where:], *edit.append)) + "\n"
    return {**files, CONFIGURATION: text, **dict(edit.files)}


def _changed(line: str, edit: Edit) -> str:
    if line.lstrip().startswith("#"):
        return line
    for pattern, replacement in edit.change:
        line = re.sub(pattern, replacement, line)
    return line


def _place(lines: list[str], edit: Edit) -> int:
    """Behind which line of the section the new ones go."""
    inside, place = False, len(lines)
    for number, line in enumerate(lines, 1):
        squeezed = " ".join(line.split())
        if squeezed.partition(" ")[0] in SECTIONS:
            inside = squeezed == edit.section
            place = number if inside else place
        elif inside and edit.after and re.fullmatch(edit.after, squeezed):
            return number
    return place
