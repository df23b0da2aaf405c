"""A finished run is forked on a fresh stack: what the team did until then happens again, and users are spared the rest."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest

from game.core.events import Acknowledged, ConfigurationApplied
from game.core.timeline import fold
from game.director.order import Order
from game.director.requests import Acknowledge
from game.rehearsal.house import BY, PAGE_WITHIN_S, RECOVERY_WITHIN_S, rehearse, wait
from game.rehearsal.mending import lay_out, mend
from game.rehearsal.what_if import what_if

SLOW_S = 25.0
FORK_AFTER_PAGE_MS = 6_000


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_who_reverts_sooner_loses_fewer_users() -> None:
    told: list[str] = []
    with tempfile.TemporaryDirectory(prefix="dw-") as home, patch.dict(os.environ, DANCEOFF_HOME=home):
        Path(home).chmod(0o755)
        order = Order(code="macarena", seed=1)
        with rehearse(order) as performance:
            wait(performance, "a page", lambda now: now.state.page is not None, PAGE_WITHIN_S)
            performance.ask(Acknowledge(by=BY))
            files = dict(performance.stage.repository.files_at("HEAD"))
            files["haproxy.cfg"] = files["haproxy.cfg"].replace("retries 3", "retries 4")
            lay_out(performance, files)
            performance.desk.apply(BY, "a guess that changes nothing")
            # A team that is slow to understand: users suffer meanwhile, and that is what the fork is about.
            performance.conductor.wait_for(lambda _now: False, SLOW_S)
            mend(performance)
            wait(performance, "recovery", lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S)
            run = performance.run
        events = performance.conductor.events()
        state = fold(events)
        assert state.armed_at_ms is not None
        paged_ms = (state.paged_at_ms or 0) - state.armed_at_ms
        at_ms = paged_ms + FORK_AFTER_PAGE_MS
        found = what_if(run, events, at_ms, ("revert:next-step",), told.append)
    assert any(isinstance(one.event, Acknowledged) for one in events)
    assert sum(isinstance(one.event, ConfigurationApplied) for one in events) >= 3
    assert told == ["acknowledged", "applied: a guess that changes nothing", "what if: revert:next-step"]
    assert found.really.recovered_ms is not None
    assert found.instead.recovered_ms is not None
    assert found.instead.recovered_ms < found.really.recovered_ms
    assert found.saved > 0
