"""What a trainee hears by itself of an open run gives nothing away."""

from __future__ import annotations

from pathlib import Path

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.events import ConfigurationApplied, RuntimeActionTaken
from game.core.sealed import SEALED, scripted_actors, told_while_open
from tests import journals
from tests.recording import Journal

ROOT = Path(__file__).resolve().parents[3]


def test_what_the_exercise_does_is_not_announced_and_what_the_team_does_is() -> None:
    journal = Journal()
    journals.opening(journal)
    journal.at(20.1, ConfigurationApplied(
        revision=journals.GUILTY, digest="ab" * 32, worker_pid=1, reload_ms=1, actor="platform on call", message="next step",
        meaning=("use_backend be_canary",),
    ))  # fmt: skip
    journal.at(
        20.2, RuntimeActionTaken(actor="platform on call", command="set server x state maint", answer="")
    )
    journal.at(50, journals.applied(journals.FIXED, message="mine", meaning=()))
    told = told_while_open(journal.recorded(), frozenset({"platform on call"}))
    assert "be_canary" not in str([one.event for one in told if not isinstance(one.event, SEALED)])
    assert "platform on call" not in str(told)
    assert not any(isinstance(one.event, SEALED) for one in told)
    assert [one.event.message for one in told if isinstance(one.event, ConfigurationApplied)] == ["mine"]


def test_every_actor_of_an_exercise_is_known() -> None:
    stack = load_stack(ROOT / "stacks" / "auth")
    exercises = [folder.parent for folder in sorted((ROOT / "exercises").glob("*/exercise.yaml"))]
    assert exercises
    for folder in exercises:
        if folder.name.startswith("_"):
            continue
        actors = scripted_actors(load_exercise(folder, stack, 3).exercise)
        assert "trainee" not in actors, folder.name
