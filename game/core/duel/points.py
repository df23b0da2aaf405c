"""What a duel earns: judgement, and judgement in time.

Judgement is the share of bad ones stopped plus the share of good ones let through, less one: whoever lets everything pass,
stops everything, or tosses a coin earns nothing on average. Time counts for right words only, whole up to par and falling to
nothing when the author gives up, and is worth as much of its points as the judgement is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.duel.bouts import bouts, tally
from game.core.earnings import ScoreLine

if TYPE_CHECKING:
    from game.core.duel.bouts import Bout
    from game.core.run import RunState

JUDGEMENT, TIME = 640, 160


def duel_lines(state: RunState) -> tuple[ScoreLine, ...]:
    """The two lines that a duel earns, with the words that decided as evidence; none where there was no duel."""
    found = tally(state)
    if found is None or state.truths is None:
        return ()
    said = bouts(state)
    # In 1 / (bad * good): integers only, so that it is the same everywhere and for ever.
    scale = found.bad * found.good
    worth = max(0, found.stopped * found.good + found.passed * found.bad - scale)
    right = tuple(one for one in said if one.right)
    slow = sum(_late(one, state.truths.event.par_ms) for one in right)
    swift = 1000 * len(right) - slow
    evidence = tuple(one.seq for one in said if one.outcome in {"approved", "stopped"})
    timely = TIME * worth * swift // (scale * 1000 * len(right)) if right and scale else 0
    return (
        ScoreLine(
            reason="judgement",
            points=JUDGEMENT * worth // scale if scale else 0,
            of=JUDGEMENT,
            evidence=evidence,
            text=found.words,
        ),
        ScoreLine(
            reason="in-time",
            points=timely,
            of=TIME,
            evidence=tuple(one.seq for one in right),
            text=_pace(right),
        ),
    )


def _late(bout: Bout, par_ms: int) -> int:
    """Thousandths that are lost by the time a word took: none up to par, all of them at the end of patience."""
    if bout.took_ms <= par_ms:
        return 0
    return min(1000, 1000 * (bout.took_ms - par_ms) // max(1, bout.patience_ms - par_ms))


def _pace(right: tuple[Bout, ...]) -> str:
    if not right:
        return "no right word was said"
    seconds = sum(one.took_ms for one in right) / len(right) / 1000
    return f"a right word took {seconds:.0f} s on average"
