"""An event's site: every role against every route, and nothing of the facilitator's in what others can get."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from game.core.events import AnswerRevealed
from game.event.hall import open_hall
from game.web.hall_site import hall_app
from game.web.house import Role
from tests import journals
from tests.events import event_plan
from tests.unit.web.recorded_hall import NAMES, Ball, ball, dance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from game.web.app import Web

BASE = "http://127.0.0.1:4711"
OPEN_TO_ALL = {
    "/", "/board/stream", "/wall/stream", "/join", "/leave", "/api/health", "/api/openapi.json",
    "/static/<path:filename>", "/style/tokens.css", "/style/report.css",
}  # fmt: skip
STREAMS = {
    "/board/stream",
    "/wall/stream",
    "/team/stream",
    "/facilitator/stream",
    "/facilitator/teams/<team>/stream",
}
ACTS = ((journals.perfect(), 205_000), (journals.relapse(), 205_000), (journals.blind_revert(), 96_000))


@pytest.fixture
def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ball]:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    opened = ball(tmp_path, NAMES[:4])
    dance(opened, tmp_path, ACTS)
    yield opened
    opened.hall.leave()


@pytest.fixture
def site(evening: Ball) -> Web:
    return hall_app(evening.hall)


def call(app: Web, method: str, path: str, credential: str = "", **words: object) -> TestResponse:
    headers = {"Accept": "text/html"}
    if credential:
        headers["Authorization"] = f"Bearer {credential}"
    filled = re.sub(r"<team>", "t2", path)
    filled = re.sub(r"<[\w:]+>", "haproxy.cfg", filled)
    return app.test_client().open(filled, method=method, base_url=BASE, headers=headers, **words)  # type: ignore[arg-type]  # passed on


def credentials(evening: Ball) -> dict[Role, str]:
    doors = evening.hall.doors
    return {
        Role.SPECTATOR: "",
        Role.TRAINEE: doors.join(doors.code("t1"), "Ada"),
        Role.FACILITATOR: doors.key,
    }


def test_the_table_is_the_url_map(site: Web) -> None:
    served = {
        (method, rule.rule)
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == set(site.table)


def test_what_everybody_may_see_is_a_short_list(site: Web) -> None:
    assert {path for (_, path), roles in site.table.items() if Role.SPECTATOR in roles} == OPEN_TO_ALL


def test_every_role_gets_what_is_its_own_and_nothing_else(site: Web, evening: Ball) -> None:
    tried = 0
    for role, credential in credentials(evening).items():
        for (method, path), roles in site.table.items():
            if role in roles:
                continue
            answer = call(site, method, path, credential)
            assert answer.status_code == (403 if credential else 401), (role, method, path)
            tried += 1
    assert tried > 100


def test_the_facilitators_pages_are_the_facilitators(site: Web, evening: Ball) -> None:
    mine = {path for (_, path), roles in site.table.items() if roles == {Role.FACILITATOR}}
    assert {path for path in mine if not path.startswith("/facilitator")} == set()
    for path in mine - STREAMS:
        if ("GET", path) in site.table and "files" not in path:
            assert call(site, "GET", path, evening.hall.doors.key).status_code == 200, path


def test_a_tokens_team_is_its_own_whatever_it_asks(site: Web, evening: Ball) -> None:
    for team, run in (("t1", "r1t1"), ("t2", "r1t2")):
        answer = call(site, "GET", "/api/run?team=t3", evening.hall.doors.token(team))
        assert json.loads(answer.text)["run"] == run
    without = call(site, "GET", "/api/run", evening.hall.doors.token("t4"))
    assert without.status_code == 409


def secrets_of(evening: Ball) -> set[str]:
    """Everything that neither a spectator nor a trainee may ever read before the round is over."""
    doors = evening.hall.doors
    answer = evening.hall.answer_key()
    return {
        doors.key,
        *(doors.code(f"t{number}") for number in range(1, 5)),
        *(doors.token(f"t{number}") for number in range(1, 5)),
        answer.signal,
        answer.debrief,
        "AnswerRevealed",
        journals.LESSON,
    } - {""}


def test_no_secret_is_in_what_spectators_and_trainees_get(site: Web, evening: Ball) -> None:
    evening.hall.steering.announce("We begin")
    texts: list[str] = []
    for role, credential in credentials(evening).items():
        if role == Role.FACILITATOR:
            continue
        for (method, path), roles in site.table.items():
            if method == "GET" and role in roles and path not in STREAMS:
                texts.append(call(site, method, path, credential).text)
                texts.append(call(site, method, f"{path}?view=wall", credential).text)
        # The first frame of every stream holds all parts.
        for path in STREAMS:
            if role in site.table["GET", path]:
                answer = call(site, "GET", path, credential)
                chunks = iter(answer.response)
                texts += [bytes(next(chunks)).decode(), bytes(next(chunks)).decode()]  # type: ignore[arg-type]  # they are bytes
                answer.close()
    site.streams.close()
    shown = "\n".join(texts)
    assert "We begin" in shown
    assert len(texts) > 40
    for secret in secrets_of(evening):
        assert secret not in shown, secret
    others = "be_canary: 5xx only there"
    assert any(others in str(one.event) for one in evening.team(1).journal)
    guest = call(site, "GET", "/team", evening.hall.doors.token("t3")).text
    assert others not in guest


def test_a_debrief_waits_for_the_others(site: Web, evening: Ball) -> None:
    assert (
        AnswerRevealed.__name__
        not in call(site, "GET", "/api/run/events", evening.hall.doors.token("t3")).text
    )


def test_the_facilitators_key_opens_the_door(site: Web, evening: Ball) -> None:
    client = site.test_client()
    joined = client.post("/join", base_url=BASE, data={"code": evening.hall.doors.key})
    assert (joined.status_code, joined.location) == (303, "/facilitator")
    assert client.get("/facilitator", base_url=BASE).status_code == 200
    client.post("/leave", base_url=BASE)
    assert client.get("/facilitator", base_url=BASE, headers={"Accept": "text/html"}).status_code == 401


def test_the_api_is_described(site: Web) -> None:
    document = json.loads(call(site, "GET", "/api/openapi.json").text)
    described = {
        (method.upper(), re.sub(r"{(\w+)}", "<>", path))
        for path, row in document["paths"].items()
        for method in row
    }
    served = {
        (method, re.sub(r"<[\w:]+>", "<>", path))
        for method, path in site.table
        if path.startswith("/api/") and path != "/api/openapi.json"
    }
    assert described == served


def test_a_member_takes_a_part_and_the_others_see_it(site: Web, evening: Ball) -> None:
    doors = evening.hall.doors
    ada, grace = (doors.join(doors.code("t1"), name) for name in ("Ada", "Grace"))
    for credential, role, part in (
        (ada, "commander", {"Ada": "commander"}),
        (grace, "commander", {"Grace": "commander"}),
    ):
        answer = call(site, "POST", "/team/part", credential, data={"role": role})
        assert answer.status_code == 303
        assert site.house.parts("t1") == part
    assert "commander" in call(site, "GET", "/team", ada).text
    for wrong, credential in (("<b>", ada), ("scribe", doors.token("t1"))):
        location = call(site, "POST", "/team/part", credential, data={"role": wrong}).location
        assert "said bad" in call(site, "GET", location, credential).text
    assert site.house.parts("t1") == {"Grace": "commander"}
    assert site.house.parts("t2") == {}


def test_who_has_the_events_code_brings_a_team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    plan = event_plan()
    hall = open_hall(replace(plan, opened=replace(plan.opened, open_enrolment=True)))
    try:
        app = hall_app(hall)
        assert "new team" in call(app, "GET", "/join").text
        assert hall.doors.code() in call(app, "GET", "/").text
        words = {"code": hall.doors.code(), "member": "Ada", "team": "Late Birds"}
        assert call(app, "POST", "/join", data=words).location == "/team"
        again = call(app, "POST", "/join", data={**words, "team": "late  birds"})
        assert again.status_code == 403
        assert "late  birds" in again.text
        assert [row.name for row in hall.board().rows] == ["Late Birds"]
        assert call(app, "GET", "/team", hall.doors.join(hall.doors.code("t1"), "Ada")).status_code == 200
    finally:
        hall.leave()
