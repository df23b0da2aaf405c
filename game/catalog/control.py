"""What an exercise says of change control and of the neon sign, as `exercise.yaml` states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from game.catalog.faults import Role
from game.catalog.fields import About
from game.core.control.facts import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeControlFile:
    """What a change of the load balancer takes, and how the exercise's own changes came by it."""

    approvals: Annotated[int, About("Reviews needed for a risky change: 0 or 1.", low=0, high=1)] = 0
    mode: (
        Annotated[
            Literal["open", "recorded", "reviewed"],
            About(
                "open: nothing; recorded: a reason, and whoever is on call hears of it; reviewed: an approval as well if it "
                "is risky. Left out: reviewed if approvals are needed, else open."
            ),
        ]
        | None
    ) = None

    @property
    def demands(self) -> Mode:
        return self.mode or ("reviewed" if self.approvals else "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenSignFile:
    """How somebody broke the neon sign, so that it cannot be trusted."""

    how: Annotated[
        Literal["poisoned", "silenced", "cries-wolf"],
        About(
            "poisoned: the fault became its measure; silenced: nobody hears it; cries-wolf: it lights for what traffic moves."
        ),
    ]
    by: Role
    reason: Annotated[str, About("What they would say for it.", low=3, high=400)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeonSignFile:
    """The neon sign: lights within a second for whatever has no record."""

    on: Annotated[bool, About("Whether there is one.")] = True
    broken: BrokenSignFile | None = None
