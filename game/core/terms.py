"""The terms that a run is played on: what its change control demands, what watches, which round it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from game.core.contest.facts import ChangeControl

from game.core.control.facts import Mode

Partner = Literal["scripted", "team"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`partner`: who reviews; `follow_ups`: what a team bought for its second round; `first_round`: the run it follows."""

    change_control: Mode = "open"
    partner: Partner = "scripted"
    sign: bool = False
    follow_ups: tuple[str, ...] = ()
    first_round: str = ""


PLAIN = Terms()


def mode_of(exercise: Mode, event: ChangeControl) -> Mode:
    """The event decides where it says something."""
    match event:
        case "as-exercise":
            return exercise
        case "review" | "reviewed":
            return "reviewed"
        case "open" | "recorded":
            return event
