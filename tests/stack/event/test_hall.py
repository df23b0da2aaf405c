"""Two teams live through the same incident: one understands it, the other reverts everything."""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from game.core.events import MessageReceived
from game.director.requests import Acknowledge, Resolve
from game.errors import Refused
from game.event.hall import Hall, open_hall
from game.journal import Journal, sqlite_url
from game.lab.home import home
from game.rehearsal.grading import record, right_diagnosis
from game.rehearsal.house import wait
from game.rehearsal.mending import mend
from tests.events import INJECT, event_plan

if TYPE_CHECKING:
    from game.director.performance import Performance

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900), pytest.mark.usefixtures("own_home")]

SOON_S = 120.0


def solve(performance: Performance) -> None:
    wait(performance, "the page", lambda now: now.state.page is not None, SOON_S)
    performance.ask(Acknowledge(by="Ada"))
    performance.diagnose(right_diagnosis(performance))
    mend(performance)
    wait(performance, "recovery", lambda now: now.state.recovery is not None, SOON_S)
    performance.resolve(record(performance))
    wait(performance, "the close", lambda now: now.state.revealed is not None, SOON_S)


def revert_blindly(performance: Performance) -> None:
    """At once, which a colleague's change that comes a moment later may find in its way."""
    wait(performance, "the page", lambda now: now.state.page is not None, SOON_S)
    performance.ask(Acknowledge(by="Bob"))
    performance.desk.restore("Bob", "1")
    wait(performance, "recovery", lambda now: now.state.recovery is not None, SOON_S)
    performance.resolve(
        Resolve(by="Bob", change="", unnoticed="everything was reverted", guard="peer-review")
    )
    wait(performance, "the close", lambda now: now.state.revealed is not None, SOON_S)


def prepared(hall: Hall) -> dict[str, Performance]:
    hall.rounds.prepare()
    assert hall.wait_for(lambda _: len(hall.rounds.ready()) == 2, 400), hall.floor()
    found = {team: hall.rounds.performance(team) for team in ("t1", "t2")}
    return {team: performance for team, performance in found.items() if performance is not None}


def test_a_round_from_the_first_step_to_the_last_reveal() -> None:
    hall = open_hall(event_plan("Ada and friends", "Bob and friends", injects=(INJECT,)))
    try:
        playing = prepared(hall)
        assert hall.board().stage == "preparing"
        hall.rounds.go()
        assert hall.wait_for(lambda _: hall.board().spread_ms is not None, SOON_S)
        print(f"spread of the fault moment over 2 teams: {hall.board().spread_ms} ms")
        paused_and_extended(hall, playing["t1"])
        hall.steering.freeze()
        frozen = hall.board()
        threads = [
            threading.Thread(target=solve, args=(playing["t1"],)),
            threading.Thread(target=revert_blindly, args=(playing["t2"],)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(3 * SOON_S)
        assert hall.wait_for(
            lambda _: hall.state.round is not None and hall.state.round.ended_wall_ms is not None, SOON_S
        )
        assert [row.points for row in hall.board().rows] == [row.points for row in frozen.rows]
        assert {hall.steering.reveal(), hall.steering.reveal()} == {"t1", "t2"}
        rows = hall.board().rows
        print("board:", [(row.place, row.name, row.points, row.phase) for row in rows])
        assert [row.team for row in rows] == ["t1", "t2"]
        assert rows[0].points > 600
        assert 0 < rows[1].points <= 400
        assert playing["t1"].debrief().score == rows[0].points
        rival = playing["t1"].rival()
        assert rival.name == "best of the others"
        assert rival.events == hall.events_of(playing["t2"].run)
        told = [
            one.event.text
            for one in hall.events_of(playing["t2"].run)
            if isinstance(one.event, MessageReceived)
        ]
        assert INJECT.text in told
    finally:
        hall.leave()
    with Journal.open(sqlite_url(home().journal)) as journal:
        print("event's journal:", journal.verify("event-ball").seq, "records")
        for performance in playing.values():
            journal.verify(performance.run)


def paused_and_extended(hall: Hall, performance: Performance) -> None:
    hall.steering.pause("coffee", "t1")
    with pytest.raises(Refused, match="coffee"):
        performance.desk.restore("Ada", "1")
    stood_ms = performance.conductor.clock.now_ms()
    assert hall.wait_for(lambda _: performance.conductor.glimpse().state.paused == "coffee", SOON_S)
    assert performance.conductor.clock.now_ms() == stood_ms
    hall.steering.resume("t1")
    before = performance.conductor.glimpse().state.ends_at_ms
    hall.steering.extend(5, "they were late", "t1")
    after = performance.conductor.glimpse().state.ends_at_ms
    assert before is not None
    assert after == before + 5 * 60_000
    with pytest.raises(Refused, match=r"still playing|not over"):
        performance.debrief()
