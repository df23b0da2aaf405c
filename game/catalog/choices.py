"""What a seed decides, as `exercise.yaml` states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from game.catalog.faults import NAME_PATTERN, Id
from game.catalog.fields import About

Word = str | int | float
VariantValue = str | int | float | Mapping[str, Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesFile:
    """What a seed decides."""

    variants: Annotated[
        Mapping[
            Annotated[str, About("The name between @ and @.", pattern=NAME_PATTERN)],
            Annotated[
                tuple[VariantValue, ...],
                About("Values; a mapping sets several names at once.", low=1, high=100),
            ],
        ],
        About(
            "Names and their possible values; @name@ in texts, patches and fields is replaced by the chosen one."
        ),
    ] = field(default_factory=dict)
    orders: Annotated[
        tuple[Annotated[tuple[Id, ...], About("Ids of changes in one possible order.", low=2, high=30)], ...],
        About(
            "Possible orders of some of the changes; what comes after the fault becomes a later change.",
            high=50,
        ),
    ] = ()
