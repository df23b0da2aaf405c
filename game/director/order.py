"""What is to be played, and on which terms: an exercise, a seed, and everything that an event, a rehearsal or a round adds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.second.shop import TIGHTER_ALERT, tightened, with_follow_ups
from game.core.terms import Partner, Terms, mode_of
from game.director.gate import ALONE, Gate
from game.director.marker import marked
from game.errors import UsageError
from game.lab.data import exercises_dir

if TYPE_CHECKING:
    from pathlib import Path

    from game.core.contest.facts import ChangeControl as EventsControl
    from game.core.exercise import Exercise
    from game.lab.runtime.choice import RuntimeName
    from game.lab.webhook import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to play. `calm_ms`: how long steady state must last before the fault, to prove that it does.

    `marker` is planted into the answer's texts, so that a rehearsal can search for it wherever a trainee can look.
    `folder` holds the exercise where it is not part of the catalogue yet. `run` is the run's id where it is known before,
    `store` the URL of the journal if it is not this machine's own, `gate` what the run waits for. `change_control` is the
    event's word on it, `partner` who reviews. `webhook` is an address that alerts are sent to.
    `follow_ups` are what was bought for the second round of the run `first_round`.
    """

    code: str
    seed: int
    team: str = "solo"
    calm_ms: int = 0
    marker: str = ""
    folder: Path | None = None
    run: str = ""
    store: str = ""
    gate: Gate = ALONE
    runtime: RuntimeName = "process"
    change_control: EventsControl = "as-exercise"
    partner: Partner = "scripted"
    follow_ups: tuple[str, ...] = ()
    first_round: str = ""
    webhook: str = ""
    webhook_format: Format = "json"

    def terms(self, exercise: Exercise) -> Terms:
        """What the run is played on: the exercise's terms, unless the order says otherwise."""
        terms = Terms(
            change_control=mode_of(exercise.change_control, self.change_control),
            partner=self.partner,
            sign=exercise.sign.on,
        )
        return with_follow_ups(terms, self.follow_ups, self.first_round) if self.first_round else terms


def as_ordered(exercise: Exercise, order: Order) -> Exercise:
    """The exercise as it is played: a marker planted for a rehearsal, alerts tightened where that was bought."""
    if order.marker:
        exercise = marked(exercise, order.marker)
    if TIGHTER_ALERT in order.follow_ups:
        exercise = replace(exercise, alerts=tightened(exercise.alerts))
    return exercise


def folder_of(order: Order) -> Path:
    """Where the exercise lies; raises UsageError if there is none."""
    folder = order.folder or exercises_dir() / order.code
    if not (folder / "exercise.yaml").is_file():
        raise UsageError(f"there is no exercise {order.code!r}", hint="danceoff list shows what there is")
    return folder
