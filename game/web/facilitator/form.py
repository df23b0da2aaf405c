"""A facilitator's form as it came in: every field bounded, numbers as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 4_000
NUMBER = re.compile(r"[+-]?[0-9]{1,10}")
# What a browser or a person may use as the name of a submission, or of an exercise.
WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`fields` as the browser sent them; of several with one name, the first."""

    fields: Mapping[str, str]

    def text(self, name: str, otherwise: str = "") -> str:
        return self.fields.get(name, "")[:LONGEST].strip() or otherwise

    def number(self, name: str) -> int:
        given = self.text(name)
        if not NUMBER.fullmatch(given):
            raise UsageError(f"{given[:20]!r} is no whole number", hint=f"the field {name} takes digits only")
        return int(given)

    def word(self, name: str) -> str:
        given = self.text(name)
        if not WORD.fullmatch(given):
            raise UsageError(
                f"{given[:20]!r} does not fit the field {name}", hint="small letters, digits and dashes"
            )
        return given

    def ticked(self, name: str) -> bool:
        return bool(self.text(name))

    def lines(self, name: str) -> tuple[str, ...]:
        """Lines with something in them."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())
