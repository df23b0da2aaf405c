from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from game.core.debrief import debrief
from game.core.events import (
    AnswerRevealed,
    ConfigurationApplied,
    NoteWritten,
    Paged,
    Recorded,
    Resolved,
    RunOpened,
)
from game.core.markup import Markup
from game.core.report.html import html_report
from game.core.report.markdown import markdown_report
from game.core.report.terminal import terminal_report
from game.render import rendered
from tests import journals

EVIL = (
    '"><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e`|**b** [l](javascript:x) ````\n# h'
)
VOID_ELEMENTS = {"meta"}


class Page(HTMLParser):
    """Checks that tags balance and collects what matters."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page(journal: tuple[Recorded, ...]) -> Page:
    found = debrief(journal)
    return Page(html_report(found, lesson=rendered(found.lesson.text)))


def hostile() -> tuple[Recorded, ...]:
    """The perfect run, told by somebody who wants to break the report."""
    changed = []
    for recorded in journals.perfect():
        event = recorded.event
        match event:
            case RunOpened():
                event = replace(event, team=EVIL, exercise=EVIL, versions=((EVIL, EVIL),))
            case NoteWritten():
                event = replace(event, text=EVIL, by=EVIL)
            case Paged():
                event = replace(event, text=EVIL)
            case ConfigurationApplied():
                event = replace(event, message=EVIL, actor=EVIL, meaning=(EVIL,))
            case Resolved():
                event = replace(event, unnoticed=EVIL, guard=EVIL)
            case AnswerRevealed():
                event = replace(event, diff=f"+{EVIL}\n-````\n", signal=EVIL, text=EVIL, guards=(EVIL,))
            case _:
                pass
        changed.append(replace(recorded, event=event))
    return tuple(changed)


@pytest.mark.parametrize("journal", journals.every_ending())
def test_every_page_is_balanced_has_unique_ids_and_needs_nothing_from_outside(
    journal: tuple[Recorded, ...],
) -> None:
    found = page(journal)
    assert found.open == []
    ids = [attributes["id"] for _, attributes in found.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in found.seen}
    for _, attributes in found.seen:
        assert not any(name.startswith("on") or name == "src" for name in attributes)


def test_links_lead_somewhere_in_the_page() -> None:
    found = page(journals.relapse())
    ids = {attributes.get("id") for _, attributes in found.seen}
    targets = [attributes["href"] or "" for tag, attributes in found.seen if tag == "a"]
    assert targets
    assert all(target.startswith("#") and target[1:] in ids for target in targets)


def test_charts_are_well_formed_and_announced() -> None:
    text = html_report(debrief(journals.relapse()), lesson=Markup(""))
    charts = re.findall(r'<svg class="chart".*?</svg>', text, flags=re.DOTALL)
    assert len(charts) == 10
    for chart in charts:
        root = ET.fromstring(chart)  # noqa: S314 - our own output, made a line above
        assert root.get("role") == "img"
        named = {child.get("id"): (child.text or "") for child in root[:2]}
        assert named[root.get("aria-labelledby")]
        assert named[root.get("aria-describedby")]


def test_strangers_text_stays_text_in_html() -> None:
    found = page(hostile())
    assert found.open == []
    assert not {"script", "img"} & {tag for tag, _ in found.seen}
    assert all(not (attributes.get("href") or "").startswith("javascript") for _, attributes in found.seen)
    text = "".join(found.text)
    assert "<script>alert(1)</script>" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_strangers_text_stays_text_in_markdown() -> None:
    """Rendered by a CommonMark renderer that would let raw HTML through, less the lesson, which is Markdown itself."""
    found = debrief(hostile())
    without_lesson = replace(found, lesson=replace(found.lesson, text=""))
    text = markdown_report(without_lesson)
    assert "\x1b" not in text
    html = str(rendered(text))
    assert "<strong>b</strong>" not in html
    assert "<a " not in html
    assert html.count("<h3>") == 1
    assert html.count("<pre>") == 2
    unescaped = re.sub(r"```+.*?\n````*\n", "", text, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)<script", unescaped)


def test_strangers_text_cannot_steer_a_terminal() -> None:
    for line in terminal_report(debrief(hostile())):
        assert line.isprintable()
        assert len(line) <= 100


def test_the_theme_can_be_set() -> None:
    found = debrief(journals.perfect())
    assert '<html lang="en">' in html_report(found, lesson=Markup(""))
    assert 'data-theme="light"' in html_report(found, lesson=Markup(""), theme="light")


def test_evidence_links_to_the_timeline() -> None:
    text = html_report(debrief(journals.perfect()), lesson=Markup(""))
    assert '<a href="#event-216">216</a>' in text
    assert 'id="event-216"' in text
