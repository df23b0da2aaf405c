"""Steady state is judged on warm seconds only, each bound for itself; progress is a fold."""

from __future__ import annotations

import pytest

from game.core import events as fact
from game.core.exercise import SteadyState
from game.director.progress import RECENT_SAMPLES, Progress, progressed
from game.director.steady import WARM_UP_MS, steady_state
from tests.unit.director.scene import ARMED, INJECTED, STARTED, STEADY, sampled

WANTED = SteadyState(window_s=3, success=0.99, p95_ms=500)
WARM = 1_000 + WARM_UP_MS


def judged(*samples: fact.LoadSampled) -> fact.SteadyStateProved | None:
    return steady_state(WANTED, samples, 1_000)


def test_three_good_warm_seconds_prove_it() -> None:
    good = [sampled(WARM + second * 1000, p95_ms=90 + second) for second in range(3)]
    assert judged(*good) == fact.SteadyStateProved(window_ms=3000, offered=60, bad=0, p95_ms=92)


@pytest.mark.parametrize(
    "spoilt",
    [
        sampled(WARM + 2000, bad=1, limbo=0),
        sampled(WARM + 2000, p95_ms=501),
        sampled(WARM + 2000, limbo=1),
        sampled(1_000),
    ],
    ids=["a failure", "slow", "somebody in limbo", "cold"],
)
def test_one_bad_second_spoils_it(spoilt: fact.LoadSampled) -> None:
    good = (sampled(WARM), sampled(WARM + 1000))
    assert judged(spoilt, *good) is None if spoilt.from_ms < WARM else judged(*good, spoilt) is None


def test_silence_proves_nothing() -> None:
    assert judged(*(sampled(WARM + second * 1000, offered=0) for second in range(3))) is None
    assert judged() is None


def test_only_the_latest_window_counts() -> None:
    bad = sampled(WARM, bad=20, limbo=9)
    good = [sampled(WARM + second * 1000) for second in range(1, 4)]
    assert judged(bad, *good[:2]) is None
    assert judged(bad, *good) is not None


def test_progress_follows_the_script() -> None:
    progress = Progress()
    for at_ms, event in (
        (1_000, STARTED), (9_000, STEADY), (9_100, ARMED), (10_000, INJECTED),
        (14_000, fact.LaterChangeMade(revision="1" * 40)), (25_000, fact.MessageReceived(sender="a", text="b")),
        (26_000, fact.NoteWritten(by="a", text="b")),
    ):  # fmt: skip
        progress = progressed(progress, event, at_ms)
    assert progress == Progress(
        load_started_ms=1_000,
        steady_at_ms=9_000,
        armed=1,
        injected=1,
        injected_at_ms=10_000,
        revisions=(INJECTED.revision,),
        later_made=1,
        messages=1,
    )


def test_progress_keeps_the_latest_samples_only() -> None:
    progress = Progress()
    for second in range(RECENT_SAMPLES + 5):
        progress = progressed(progress, sampled(second * 1000), second * 1000)
    assert len(progress.recent) == RECENT_SAMPLES
    assert progress.recent[-1].from_ms == (RECENT_SAMPLES + 4) * 1000
