"""The example bot plays a recorded run over real HTTP: it needs nothing but the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from game.web.server import serve
from game.web.solo import solo_app
from tests import journals
from tests.bot import bot
from tests.unit.web.recorded import RecordedDesk, RecordedRun

if TYPE_CHECKING:
    from pathlib import Path

    from game.core import views
    from game.director.performance import Performance

PAGED_MS, RECOVERED_MS = 60_000, 760_000


@dataclass
class Floor(RecordedDesk):
    """Reverting the change that the journal calls guilty lets users recover."""

    run: RecordedRun | None = None

    def revert(self, actor: str, revision: str, why: str = "", emergency: str = "") -> views.Reply:
        assert self.run is not None
        self.run.until_ms = RECOVERED_MS
        return super().revert(actor, revision, why, emergency)


def test_it_plays_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(bot, "CLOSED_WITHIN_S", 0.1)
    run = RecordedRun(root=tmp_path, journal=journals.relapse(), until_ms=PAGED_MS)
    run.desk = Floor(run.asked, run=run)
    server = serve(solo_app(cast("Performance", run), "a-token", "a-key"))
    try:
        player = bot.Bot(bot.Api(url=server.address, token="a-token"))
        last = player.play()
    finally:
        server.close()
    assert last["recovered"]
    asked = [type(one).__name__ for one in run.requests]
    assert asked == ["Acknowledge", "Diagnose", "Resolve", "Quit"]
    reverts = [one for one in run.asked if one[0] == "revert"]
    assert len(reverts) == 1
    assert "recorded" in player.said


def test_it_says_what_was_refused(tmp_path: Path) -> None:
    run = RecordedRun(root=tmp_path, journal=journals.relapse(), until_ms=PAGED_MS)
    server = serve(solo_app(cast("Performance", run), "a-token", "a-key"))
    try:
        with pytest.raises(bot.Refusal, match="credential"):
            bot.Api(url=server.address, token="wrong").run()
    finally:
        server.close()


@pytest.mark.parametrize(
    ("added", "mechanism"), [("+  use_backend be_canary if x", "canary-misrouted"), ("+ nothing", "")]
)
def test_it_suspects_words(added: str, mechanism: str) -> None:
    assert bot.suspicion(added) == mechanism
    assert bot.mechanism_of(added, ["affinity-lost", "canary-misrouted"]) in {
        "affinity-lost",
        "canary-misrouted",
    }
