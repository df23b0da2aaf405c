"""What a facilitator does by forms becomes facts; what hurts is asked back; whatever a stranger writes stays words."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from game.core.contest.facts import Inject
from game.core.contest.names import LONGEST_TEXT
from game.errors import ServiceFailed
from game.web.facilitator.deeds import DEEDS
from game.web.hall_site import hall_app
from tests import journals
from tests.unit.web.recorded_hall import NAMES, Ball, ball, dance, keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

BASE = "http://127.0.0.1:4711"
WITHIN_S = 60.0
INJECTS = (Inject(after_s=900, sender="duty manager", text="How long?"),)
ACTS = ((journals.perfect(), 205_000), (journals.relapse(), 205_000), (journals.blind_revert(), 96_000))
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'", "</textarea><script>x</script>",
    "{{ 7*7 }}", "{% include 'x' %}", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "\u202ebackwards\u202c", "\u2066x\u2069",
    "a\u0000b", "a\r\nSet-Cookie: x=1", "\x1b[31mred", "\ufeffx", "\u200bx", "Z" + "\u0301" * 60 + "algo",
    "javascript:alert(1)", "../../etc/passwd", "%00%0a", "\uffff\U0010ffff", "data: x\n\nevent: rows", "🕺" * 40,
    "\uff1d\uff11", "&lt;b&gt;", "<!--", "]]>", "\\u003cscript\\u003e",
)  # fmt: skip


@dataclass
class Desk:
    """The facilitator at work, with a browser that follows where it is sent."""

    ball: Ball
    client: Any

    def do(self, path: str, **fields: str) -> str:
        """The page after the deed."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith("/facilitator?said=")
        page = self.client.get(answer.location, base_url=BASE)
        assert page.status_code == 200
        return str(page.text)

    def post(self, path: str, **fields: str) -> TestResponse:
        found: TestResponse = self.client.post(f"/facilitator{path}", base_url=BASE, data=fields)
        return found

    def get(self, path: str) -> str:
        found = self.client.get(path, base_url=BASE)
        assert found.status_code == 200, path
        return str(found.text)

    @property
    def facts(self) -> list[str]:
        return [type(one.event).__name__ for one in self.ball.hall.noted()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    opened = ball(tmp_path, NAMES[:4], injects=INJECTS)
    dance(opened, tmp_path, ACTS)
    assert opened.hall.wait_for(lambda hall: hall.board().spread_ms is not None, WITHIN_S)
    client = hall_app(opened.hall).test_client()
    client.post("/join", base_url=BASE, data={"code": opened.hall.doors.key})
    yield Desk(ball=opened, client=client)
    opened.hall.leave()


def no_stack(*_words: object) -> None:
    raise ServiceFailed("no stack in this test", hint="none")


def test_every_act_is_a_fact(desk: Desk) -> None:
    for path, fields, fact in (
        ("/teams", {"names": "Late One\n\n Late Two "}, "TeamEnrolled"),
        ("/pause", {"reason": "fire drill"}, "Paused"),
        ("/resume", {}, "Resumed"),
        ("/pause", {"reason": "their screen broke", "team": "t2"}, "Paused"),
        ("/resume", {"team": "t2"}, "Resumed"),
        ("/extension", {"minutes": "5", "reason": "the drill"}, "Extended"),
        ("/injects", {"sender": "press", "text": "A word?", "team": "t1"}, "InjectSent"),
        ("/sheet", {"number": "1"}, "InjectSent"),
        ("/hints", {"team": "t1", "text": "look below"}, "HintSent"),
        ("/announcement", {"text": "Coffee"}, "Announced"),
        ("/announcement", {"text": ""}, "Announced"),
        ("/corrections", {"id": "c1", "team": "t3", "points": "-25", "reason": "noise"}, "ScoreCorrected"),
        ("/freeze", {"sure": "1"}, "Frozen"),
    ):
        page = desk.do(path, **fields)
        assert 'class="said good"' in page, (path, page)
        assert desk.facts[-1] == fact
    # A halt is repeated for runs that become steady during it.
    first, second = ([told for told, _ in groupby(desk.ball.team(number).told_of)] for number in (1, 2))
    assert first == [
        ("halt", "fire drill"), ("go on",), ("extend", "5", "the drill"), ("tell", "press", "A word?"),
        ("tell", "duty manager", "How long?"), ("tell", "facilitator", "look below"),
    ]  # fmt: skip
    assert second[:4] == [("halt", "fire drill"), ("go on",), ("halt", "their screen broke"), ("go on",)]
    assert {"Late One", "Late Two"} < {row.name for row in desk.ball.hall.board().rows}


def test_a_correction_sent_twice_counts_once(desk: Desk) -> None:
    for _ in range(2):
        desk.do("/corrections", id="abc", team="t3", points="40", reason="noise")
    assert desk.facts.count("ScoreCorrected") == 1
    assert "noise" in desk.get("/facilitator")


def test_what_hurts_is_asked_back(desk: Desk) -> None:
    asked = 0
    before = len(desk.facts)
    for deed in (deed for deed in DEEDS if deed.question is not None):
        answer = desk.post(deed.path, team="t1", reason="because")
        assert answer.status_code == 200
        assert 'name="sure"' in answer.text
        assert deed.answer in answer.text
        assert ('name="reason"' in answer.text) == deed.reason
        asked += 1
    assert asked >= 6
    assert len(desk.facts) == before


def test_a_run_is_void_and_begun_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game.event.seat.open_performance", no_stack)
    page = desk.do("/void", team="t2", reason="wrong disk", sure="1", panel="1")
    assert 'id="team-heading"' in page
    assert desk.ball.hall.wait_for(lambda hall: "void" in {row.phase for row in hall.board().rows}, WITHIN_S)
    desk.do("/restart", team="t1", reason="haproxy hangs", sure="1")
    desk.do("/late", team="t4")
    # A stack that does not come up is tried three times, and then somebody has to look.
    assert desk.ball.hall.wait_for(
        lambda hall: sum(bool(one.health) for one in hall.floor().teams) == 2, WITHIN_S
    )
    assert desk.facts.count("RunAssigned") >= 5


def test_a_round_is_prepared_only_where_the_machine_carries_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("game.event.seat.open_performance", no_stack)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    desk.do("/end", reason="lunch", sure="1")
    refused = desk.do("/rounds")
    assert "this machine is not ready" in refused
    assert "RoundPrepared" not in desk.facts[desk.facts.index("RoundEnded") :]
    assert 'class="said good"' in desk.do("/rounds", insist="1")
    assert desk.ball.hall.board().stage == "preparing"
    assert 'class="said bad"' in desk.do("/start")


def test_a_run_sheet_that_cannot_be_followed_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise ServiceFailed("the disk is full")

    hall = desk.ball.hall
    monkeypatch.setattr(hall._sheet, "look", full)
    assert hall.wait_for(lambda one: one.floor().trouble != "", WITHIN_S)
    assert "run sheet: the disk is full" in desk.get("/facilitator")
    monkeypatch.undo()
    assert hall.wait_for(lambda one: one.floor().trouble == "", WITHIN_S)
    assert "run sheet:" not in desk.get("/facilitator")


def test_a_stack_is_measured_only_where_one_is_up(desk: Desk) -> None:
    assert "there is no stack to measure" in desk.do("/cost")


def test_freeze_end_reveal_export_close(desk: Desk) -> None:
    desk.do("/freeze", sure="1")
    for one in desk.ball.seats:
        one.performance.until_ms = 10**9
    keep(desk.ball)
    assert desk.ball.hall.wait_for(lambda hall: hall.board().stage == "over", WITHIN_S)
    for _ in range(3):
        assert "revealed" in desk.do("/reveal")
    assert not desk.ball.hall.board().frozen
    assert 'class="said bad"' in desk.do("/reveal")
    listed = desk.get("/facilitator/exports")
    assert "round-1/t1-r1t1.html" in listed
    answer = desk.client.get("/facilitator/exports/all.zip", base_url=BASE)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
    assert {
        "ball/standings.csv",
        "ball/event.jsonl",
        "ball/round-1/t2-r1t2.jsonl",
        "ball/certificates/t1.svg",
    } < set(names)
    for name in names:
        one = desk.client.get(f"/facilitator/exports/files/{name.removeprefix('ball/')}", base_url=BASE)
        assert one.status_code == 200, name
        assert one.headers["Content-Disposition"].startswith("attachment")
    assert desk.client.get("/facilitator/exports/files/../../etc/passwd", base_url=BASE).status_code in {
        404,
        409,
    }
    desk.do("/close", reason="the lights go out", sure="1")
    assert 'class="said bad"' in desk.do("/teams", names="Too Late")
    assert "The event is over" in desk.get("/")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_hostile_words_stay_words(text: str, desk: Desk) -> None:
    for path, fields in (
        ("/teams", {"names": text}),
        ("/announcement", {"text": text}),
        ("/injects", {"sender": text, "text": text}),
        ("/hints", {"team": "t1", "text": text}),
        ("/pause", {"reason": text}),
        ("/resume", {}),
        ("/corrections", {"id": "h1", "team": "t1", "points": "1", "reason": text}),
        ("/corrections", {"id": text, "team": text, "points": text, "reason": text}),
        ("/extension", {"minutes": text, "reason": text, "team": text}),
        ("/rounds", {"exercise": text, "seed": text, "insist": "1"}),
        ("/sheet", {"number": text}),
    ):
        desk.do(path, **fields)
    assert desk.post("/end", reason=text).status_code == 200
    doors = desk.ball.hall.doors
    other = desk.client.application.test_client()
    other.post("/join", base_url=BASE, data={"code": doors.code("t1"), "member": text, "team": text})
    for page in ("/facilitator", "/facilitator?team=t1", "/", "/?view=wall", "/facilitator/exports"):
        shown = desk.get(page)
        assert text == "&lt;b&gt;" or "<" not in text or text not in shown, page
        assert "<script>" not in shown
        assert "onerror=alert(1)>" not in shown.replace("&gt;", "")
        assert not [one for one in shown if unicodedata.category(one) in {"Cc", "Cf"} and one != "\n"], page
    assert other.get(f"/join?code={'x' * 4000}", base_url=BASE).status_code == 200


def test_nothing_is_too_big(desk: Desk) -> None:
    huge = "x" * (LONGEST_TEXT + 1)
    before = len(desk.facts)
    for path, fields in (
        ("/announcement", {"text": huge}), ("/hints", {"team": "t1", "text": huge}), ("/pause", {"reason": huge}),
        ("/injects", {"sender": "a" * 33, "text": "x"}), ("/teams", {"names": "a" * 33}),
        ("/corrections", {"id": "x", "team": "t1", "points": "1001", "reason": "x"}),
        ("/corrections", {"id": "x" * 41, "team": "t1", "points": "1", "reason": "x"}),
        ("/corrections", {"id": "x", "team": "t9", "points": "1", "reason": "x"}),
        ("/extension", {"minutes": "241", "reason": "x"}), ("/extension", {"minutes": "9" * 30, "reason": "x"}),
        ("/sheet", {"number": "2"}), ("/sheet", {"number": "-1"}), ("/rounds", {"exercise": "../exercises/macarena"}),
    ):  # fmt: skip
        assert 'class="said bad"' in desk.do(path, **fields), path
    assert len(desk.facts) == before
    flood = desk.post("/announcement", text="x" * 2_000_000)
    assert flood.status_code == 413


def test_another_sites_page_cannot_act(desk: Desk) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ):
        answer = desk.client.post("/facilitator/pause", base_url=BASE, data={"reason": "x"}, headers=headers)
        assert answer.status_code == 403
    assert "Paused" not in desk.facts
