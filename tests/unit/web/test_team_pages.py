"""The pages of a team over a recorded run: complete without scripts, true to the rules, and safe with strangers' words."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, cast

import pytest

from game.core.events import NoteWritten, Paged, UpdatePosted
from game.web.solo import solo_app
from game.web.trainee.live import Screen
from tests import journals
from tests.unit.web.recorded import RecordedRun

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from game.core.events import Event
    from game.director.performance import Performance
    from game.web.app import Web

BASE = "http://127.0.0.1:4711"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"]]>&\x1b[31m\u202e"
GETS = (
    "/team", "/team/brief", "/team/changes", "/team/changes/HEAD", "/team/files", "/team/files/haproxy.cfg",
    "/team/runtime", "/team/logs", "/team/logs?service=auth1&grep=be_auth", "/team/request", "/team/metrics?query=x",
    "/team/services",
)  # fmt: skip


class Inline(HTMLParser):
    """What the site's policy would block."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not (given.get("src") or "").startswith("/static/")):
            self.found.append(tag)
        if tag in {"link", "img", "iframe"} and not (given.get("href") or "").startswith("/"):
            self.found.append(f"{tag} from elsewhere")


@pytest.fixture
def run(tmp_path: Path) -> RecordedRun:
    return RecordedRun(root=tmp_path, journal=journals.relapse(), until_ms=90_000)


@pytest.fixture
def site(run: RecordedRun) -> Web:
    return solo_app(cast("Performance", run), "the-token", "the-key")


def get(site: Web, path: str, **headers: str) -> TestResponse:
    return site.test_client().get(path, base_url=BASE, headers=_headers(headers))


def post(site: Web, path: str, form: dict[str, str], **headers: str) -> TestResponse:
    return site.test_client().post(path, base_url=BASE, data=form, headers=_headers(headers))


def _headers(more: dict[str, str]) -> dict[str, str]:
    return {"Authorization": "Bearer the-token", "Accept": "text/html", "Origin": BASE, **more}


@pytest.mark.parametrize("path", GETS)
def test_every_page_is_whole_and_breaks_no_policy(path: str, site: Web) -> None:
    answer = get(site, path)
    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")
    assert Inline(answer.text).found == []


@pytest.mark.parametrize("path", GETS[1:])
def test_a_page_with_scripts_gets_the_part_alone(path: str, site: Web) -> None:
    answer = get(site, path, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="tool"' in answer.text


def test_looking_at_the_screen_is_no_look_at_a_layer(site: Web, run: RecordedRun) -> None:
    get(site, "/team")
    Screen(site, "solo")()
    assert run.asked == []


def test_it_says_in_words_who_is_hurt_and_what_comes_next(site: Web) -> None:
    text = get(site, "/team").text
    assert "15 of 50 users cannot sign in (30 %)." in text
    assert "Requests that fail: longpw 50 %" in text
    assert 'aria-current="step"' in text
    assert 'id="acknowledge"' in text


def test_the_answer_is_not_on_any_page_before_the_debrief(site: Web) -> None:
    for path in GETS:
        assert journals.GUILTY not in get(site, path).text
    waiting = get(site, "/team/debrief")
    assert waiting.status_code == 200
    assert "the run is not over yet" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert journals.LESSON not in waiting.text


def test_the_debrief_has_its_evidence_the_ghost_the_diff_and_the_way_to_play_again(
    site: Web, run: RecordedRun
) -> None:
    run.until_ms = 10**9
    answer = get(site, "/team/debrief")
    assert Inline(answer.text).found == []
    for part in ("Score, line by line", "original outage", "What changed", "be_canary answers", "--seed 8"):
        assert part in answer.text


def test_the_post_mortem_is_drafted_in_both_languages_once_it_may_be_known(
    site: Web, run: RecordedRun
) -> None:
    assert "the run is not over yet" in get(site, "/team/moves").text
    run.until_ms = 10**9
    assert 'href="/team/moves"' in get(site, "/team/debrief").text
    sober, dance = get(site, "/team/moves"), get(site, "/team/moves?words=dance")
    assert Inline(sober.text).found == Inline(dance.text).found == []
    assert "Post-mortem: macarena" in sober.text
    assert "The night of the macarena" in dance.text
    for part in ("Timeline", "Impact", "Root cause", "Resolution", "Follow-ups"):
        assert part in sober.text
        assert part in dance.text


def test_a_form_without_scripts_leads_back_to_its_outcome(site: Web, run: RecordedRun) -> None:
    posted = post(site, "/team/notes", {"text": "a note"})
    assert posted.status_code == 303
    assert posted.location.startswith("/team?said=")
    assert posted.location.endswith("#notes")
    assert "so be it" in get(site, posted.location).text
    assert "so be it" not in get(site, "/team?said=guessed").text
    assert len(run.requests) == 1


def test_a_form_with_scripts_gets_its_outcome_alone(site: Web) -> None:
    answer = post(site, "/team/hints", {}, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "so be it" in answer.text
    assert "<html" not in answer.text


def test_a_diagnosis_is_stated_in_percent(site: Web, run: RecordedRun) -> None:
    form = {
        "id": "1",
        "component": "haproxy",
        "mechanism": "canary-misrouted",
        "change": "HEAD",
        "cohort": "all",
    }
    post(site, "/team/diagnoses", {**form, "percent": "30,5 %"})
    assert run.requests[-1].share == pytest.approx(0.305)  # type: ignore[union-attr] # a Diagnose
    told = post(site, "/team/diagnoses", {**form, "percent": "a third"}, **{"HX-Request": "true"})
    assert "no percentage" in told.text
    assert len(run.requests) == 1


def test_what_somebody_typed_is_not_lost_to_a_refusal(site: Web, run: RecordedRun) -> None:
    answer = post(
        site, "/team/files/haproxy.cfg", {"text": "mine & more\n", "started_from": "old", "do": "apply"}
    )
    assert "changed by somebody else" in answer.text
    assert "mine &amp; more" in answer.text
    assert run.texts["haproxy.cfg"] != "mine & more\n"


def test_a_failure_of_the_stack_is_told_in_place(site: Web, run: RecordedRun) -> None:
    started_from = run.workbench.read("haproxy.cfg").digest
    form = {"text": "global\n", "started_from": started_from, "do": "apply", "message": "why"}
    answer = post(site, "/team/files/haproxy.cfg", form)
    assert answer.status_code == 200
    assert "haproxy does not answer" in answer.text


def test_strangers_words_stay_words(site: Web, run: RecordedRun) -> None:
    changed = []
    for recorded in run.journal:
        event = recorded.event
        if isinstance(event, Paged):
            event = replace(event, text=EVIL)
        changed.append(replace(recorded, event=event))
    written: tuple[Event, ...] = (NoteWritten(by=EVIL, text=EVIL), UpdatePosted(by=EVIL, text=EVIL))
    for number, event in enumerate(written, 1):
        changed.append(replace(changed[-1], seq=changed[-1].seq + number, at_ms=80_000, event=event))
    run.journal = tuple(changed)
    for path in (*GETS, f"/team/logs?service=x&grep={EVIL}", f"/join?code={EVIL}", f"/team/changes/{EVIL}"):
        text = get(site, path).text
        assert Inline(text).found == [], path
        assert "<script>alert" not in text
    for path in ("/team/notes", "/team/diagnoses", "/team/console", "/team/request", "/team/resolution"):
        fields = (
            "text",
            "line",
            "cohort",
            "change",
            "component",
            "mechanism",
            "percent",
            "id",
            "unnoticed",
            "guard",
        )
        answer = post(site, path, dict.fromkeys(fields, EVIL))
        assert answer.status_code in {200, 303}
        page = get(site, answer.location).text if answer.status_code == 303 else answer.text
        assert Inline(page).found == [], path


def test_without_its_scripts_the_page_renews_itself(site: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site), "live", property(lambda _site: False))
    text = get(site, "/team").text
    assert '<meta http-equiv="refresh" content="15">' in text
    assert "<script" not in text
    assert 'http-equiv="refresh"' not in get(site, "/team?still=1").text


def test_the_screen_follows_from_run_to_run_and_counts_the_journals_numbers(
    site: Web, run: RecordedRun
) -> None:
    screen = Screen(site, "solo")
    first = screen()
    assert first.seq == run.told()[-1].seq
    run.until_ms = 100_000
    assert "acknowledged" in screen().parts["strip"]
    run.run, run.until_ms = "another1", 30_000
    assert "No page is open" in screen().parts["strip"]


def test_who_of_the_team_is_here_is_shown(site: Web) -> None:
    for name in ("trainee", "Ada <b>", "Grace"):
        site.presence.note("solo", name)
    text = get(site, "/team").text
    assert "Ada &lt;b&gt;" in text
    assert "Grace" in text
