"""A program plays a round of an event with nothing but its team's token and the API."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from game.core.events import Closed, LookedAt, RollbackJudged
from game.core.score import score
from game.event.hall import open_hall
from game.web.hall_site import hall_app
from game.web.server import serve
from tests.events import event_plan

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900), pytest.mark.usefixtures("own_home")]

BOT = Path(__file__).parents[2] / "bot" / "bot.py"


def test_a_bot_plays_macarena_through_the_api_alone() -> None:
    hall = open_hall(event_plan("The Machines"))
    server = serve(hall_app(hall))
    try:
        hall.rounds.prepare()
        assert hall.wait_for(lambda _: hall.rounds.ready() == ("t1",), 400), hall.floor()
        performance = hall.rounds.performance("t1")
        assert performance is not None
        with subprocess.Popen(
            [sys.executable, str(BOT), server.address, hall.doors.token("t1")],
            stdout=subprocess.PIPE,
            text=True,
        ) as bot:
            looked = lambda _: any(isinstance(one.event, LookedAt) for one in performance.conductor.events())  # noqa: E731 - one line
            assert hall.wait_for(looked, 60)
            hall.rounds.go()
            said, _ = bot.communicate(timeout=300)
        assert bot.returncode == 0, said
        events = performance.conductor.events()
        closed = next(one.event for one in events if isinstance(one.event, Closed))
        judged = next(one.event for one in events if isinstance(one.event, RollbackJudged))
        assert closed.how == "resolved", said
        assert judged.surgical == "right", judged.reasons
        assert score(events).total >= 700, said
    finally:
        server.close()
        hall.leave()
