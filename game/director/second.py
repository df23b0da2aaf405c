"""The second round of a run: the same class of fault with another seed, and what was bought on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.second.rounds import Rounds, rounds
from game.core.second.shop import bought
from game.core.timeline import fold
from game.director.order import Order
from game.errors import DanceoffError, Refused, UsageError
from game.journal import Journal, sqlite_url
from game.lab.data import exercises_dir, stacks_dir
from game.lab.home import home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Recorded
    from game.core.exercise import AlertRule, Exercise

MOST_SEEDS = 50


def second_round(run: str, events: Sequence[Recorded], wanted: Sequence[str]) -> Order:
    """What to play next. Raises Refused while the first round goes on, and for what the budget does not carry."""
    state = fold(events)
    if state.opened is None or state.closed is None:
        raise Refused(f"run {run} is not over", hint="its debrief comes first")
    if state.terms.first_round:
        raise Refused(
            f"run {run} is a second round itself", hint=f"danceoff round-two {state.terms.first_round}"
        )
    chosen = bought(wanted)
    opened = state.opened
    return Order(
        code=opened.exercise,
        seed=another_seed(opened.exercise, opened.seed),
        team=opened.team,
        change_control=opened.terms.change_control,
        follow_ups=tuple(offer.id for offer in chosen),
        first_round=run,
    )


def another_seed(code: str, seed: int) -> int:
    """The next seed with which the fault is another one, as far as the exercise has several."""
    first = _load(code, seed)
    others = (seed + step for step in range(1, MOST_SEEDS))
    return next((one for one in others if _load(code, one).faults != first.faults), seed + 1)


def compared(events: Sequence[Recorded], store: str = "") -> Rounds | None:
    """Both rounds side by side, if this was a second one and the first can still be read."""
    state = fold(events)
    if not state.terms.first_round or state.closed is None or state.opened is None:
        return None
    try:
        with Journal.open(store or sqlite_url(home().journal)) as book:
            first = book.read(state.terms.first_round)
        return rounds(first, events, _rules(state.opened.exercise, state.opened.seed)) if first else None
    except DanceoffError:
        return None


def _rules(code: str, seed: int) -> tuple[AlertRule, ...]:
    return _load(code, seed).alerts


def _load(code: str, seed: int) -> Exercise:
    folder = exercises_dir() / code
    if not (folder / "exercise.yaml").is_file():
        raise UsageError(f"there is no exercise {code!r}", hint="danceoff list shows what there is")
    return load_exercise(folder, load_stack(stacks_dir() / "auth"), seed).exercise
