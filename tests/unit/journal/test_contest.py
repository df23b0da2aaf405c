"""Events in the journal: a second kind of stream beside the runs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.core import events as run_fact
from game.core.contest import facts as fact
from game.errors import AlreadyRecorded, StorageFailed, Tampered, UsageError
from game.journal import Journal, load_export
from game.journal.encoding import encode, kind_of, parse
from game.journal.vocabulary import CONTEST, RUN
from tests.unit.core.contest.ball import OPENING

if TYPE_CHECKING:
    from game.journal import Writer

KINDS = get_args(fact.ContestFact)
FACTS = tuple((number, number, event) for number, event in enumerate(OPENING))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_as_it_was(kind: type[fact.ContestFact]) -> None:
    @given(event=st.from_type(kind))
    def comes_back(event: fact.ContestFact) -> None:
        text = encode(event)
        text.encode("ascii")
        assert CONTEST.decode(kind_of(event), parse(text, seq=1, where="test"), seq=1, where="test") == event

    comes_back()


def test_no_kind_of_an_event_is_one_of_a_run() -> None:
    assert not set(CONTEST.kinds) & set(RUN.kinds)
    with pytest.raises(Tampered, match="unknown kind"):
        CONTEST.decode("note_written", {"by": "x", "text": "y"}, seq=1, where="test")


def test_an_event_is_written_read_verified_and_exported(journal: Journal) -> None:
    with journal.contest_writer("ball") as writer:
        written = writer.append(FACTS)
    assert journal.contest("ball") == written
    assert journal.contest("ball", after_seq=3) == written[3:]
    assert journal.contests() == ("ball",)
    assert journal.runs() == ()
    head = journal.verify("event-ball")
    loaded = load_export(journal.export("event-ball"), head=head.digest)
    assert (loaded.contest, loaded.records) == (written, ())


def test_a_run_cannot_be_written_as_an_event_nor_the_other_way_round(journal: Journal) -> None:
    with pytest.raises(UsageError):
        journal.writer("event-ball")
    with pytest.raises(UsageError):
        journal.contest_writer("x" * 60)


def test_an_event_has_one_writer(url: str) -> None:
    with Journal.open(url) as one, Journal.open(url) as two, one.contest_writer("ball"):
        with pytest.raises(StorageFailed, match="written by another process"):
            two.contest_writer("ball")
        two.contest_writer("another").close()


def test_a_key_that_one_database_would_refuse_is_refused_by_all(journal: Journal) -> None:
    with journal.writer("run") as writer:
        for bad in ("\0", "a\nb", "\ud800"):
            event = run_fact.DiagnosisSubmitted(
                id=bad, component="", mechanism="", change="", share=0.0, cohort=""
            )
            with pytest.raises(UsageError, match="cannot be kept"):
                writer.append(((0, 0, event),))


@pytest.mark.parametrize("rounds", [50])
def test_eight_at_once_enrol_a_name_once(journal: Journal, rounds: int) -> None:
    double = 0
    with journal.contest_writer("ball") as writer, ThreadPoolExecutor(max_workers=8) as pool:
        for number in range(rounds):
            barrier = threading.Barrier(8)
            outcomes = [pool.submit(_enrol, writer, barrier, number, turn) for turn in range(8)]
            double += sum(outcome.result(timeout=60) for outcome in outcomes) - 1
    print(f"names enrolled twice in {rounds} races of 8: {double}")  # noqa: T201 - a figure to hold is printed
    assert double == 0
    assert len(journal.contest("ball")) == rounds
    journal.verify("event-ball")


def _enrol(
    writer: Writer[fact.ContestFact, fact.Noted], barrier: threading.Barrier, number: int, turn: int
) -> int:
    barrier.wait(timeout=60)
    name = f"Team {number}" + "!" * turn  # The same to the eye.
    try:
        return len(writer.append(((0, 0, fact.TeamEnrolled(team=f"t{turn}", name=name)),)))
    except AlreadyRecorded:
        return 0
