"""The HTML debrief: one file with its style and charts inside, no script, readable without colour and on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from game.core.charts.cohorts import cohorts_chart, cohorts_table
from game.core.charts.drawing import Sheet
from game.core.charts.limbo import limbo_chart, limbo_table
from game.core.charts.points import points_chart, points_table
from game.core.charts.race import race_chart, race_table
from game.core.charts.success import success_chart, success_table
from game.core.charts.table import Table, table_markup
from game.core.durations import percent
from game.core.markup import Markup, element, escaped, joined
from game.core.report import addenda, sections
from game.core.report.drawings import bars, runners, scene, strips
from game.core.report.page_style import PAGE_STYLE
from game.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.debrief import Debrief

Theme = Literal["auto", "dark", "light"]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# Of a journal that does not even say that a run was opened.
NO_OBJECTIVE = 1.0
NAVIGATION = (
    ("course", "Course"),
    ("users", "Users"),
    ("change", "Change"),
    ("score", "Score"),
    ("timeline", "Timeline"),
    ("lesson", "Lesson"),
)


def html_report(found: Debrief, *, lesson: Markup, theme: Theme = "auto") -> str:
    """Lay out a debrief. `lesson` is the exercise's own text, rendered and made safe outside the core.

    The theme follows the reader's system unless it is set.
    """
    mark = "" if theme == "auto" else f' data-theme="{theme}"'
    return (
        f'<!doctype html>\n<html lang="en"{mark}>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escaped(POLICY)}">\n'
        f"<title>{escaped(report_title(found))}</title>\n<style>\n{PAGE_STYLE}</style>\n</head>\n"
        f"<body>\n{report_body(found, lesson=lesson)}\n</body>\n</html>\n"
    )


def report_title(found: Debrief) -> str:
    return f"{printable(found.opened.exercise) if found.opened else 'no run'}: debrief"


def report_body(found: Debrief, *, lesson: Markup) -> Markup:
    """All of a page but its head, for a file of its own or within a site."""
    objective = found.opened.objective if found.opened is not None else NO_OBJECTIVE
    body = (
        _course(found),
        _users(found, objective),
        sections.section("duel", "Proposed changes", addenda.bouts_table(found)),
        sections.section("rounds", "Both rounds", addenda.rounds_table(found)),
        sections.section("change", "What changed", sections.change_block(found.what_changed)),
        sections.section("diagnosis", "Diagnosis", sections.findings_table(found)),
        _score(found),
        sections.section("handoff", "Handoff", addenda.handoff_block(found)),
        sections.section(
            "timeline", "Timeline", sections.timeline_list(found), sections.attention_list(found)
        ),
        sections.section("lesson", "What to take home", sections.lesson_block(found, lesson)),
        sections.section("follow-ups", "Follow-ups", sections.follow_up_list(found)),
        _figures(found, objective),
    )
    shown = [(name, word) for name, word in NAVIGATION if any(f'id="{name}"' in part for part in body)]
    return element(
        "div",
        _bar(shown),
        _masthead(found),
        element("main", *body),
        _footer(found),
        class_="page",
    )


def _bar(shown: list[tuple[str, str]]) -> Markup:
    links = (joined(element("a", escaped(word), href=f"#{name}"), Markup(" &#160; ")) for name, word in shown)
    navigation = element("nav", *links, aria_label="Sections") if shown else Markup("")
    return element("div", element("span", Markup("danceoff debrief")), navigation, class_="bar")


def _masthead(found: Debrief) -> Markup:
    code = found.opened.exercise if found.opened else "danceoff"
    words = joined(
        element("p", escaped(printable(code)), class_="sign"),
        element("h1", sections.unbroken(found.headline)),
        element("p", sections.unbroken(" ".join(found.summary)), class_="summary")
        if found.summary
        else Markup(""),
    )
    return element("header", element("div", words), _points(found), class_="masthead")


def _points(found: Debrief) -> Markup:
    if found.score is None:
        return Markup("")
    if not found.score.lines:
        return element("p", element("span", escaped(f"No score: {found.score.why}")), class_="score")
    words = (f"of {found.score.achievable} points", found.ending, found.score.why)
    lines = (element("span", escaped(one)) for one in words if one)
    return element("p", element("b", escaped(str(found.score.total))), *lines, class_="score")


def _course(found: Debrief) -> Markup:
    race = Markup("")
    if found.compared and found.what_changed is not None:
        field = runners(found)
        rivals = ", ".join(one.name for one in field[1:])
        caption = element("figcaption", escaped(printable(f"Against {rivals}")))
        race = element("figure", caption, _both("race", lambda sheet: race_chart(field, sheet)))
    return sections.section(
        "course", "Course of the incident", sections.milestone_table(found, raced=bool(race)), race
    )


def _users(found: Debrief, objective: float) -> Markup:
    drawn = scene(found, objective=objective)
    if not drawn.readings:
        return Markup("")
    hurt = tuple(strip for strip in strips(found) if strip.offered)
    harm = found.impact
    figures = [
        _figure(
            "Requests that succeeded",
            f"{harm.failed:,} of {harm.offered:,} failed" if harm.offered else "",
            _both("success", lambda sheet: success_chart(drawn, sheet)),
        ),
        _figure(
            "Users in limbo",
            f"{harm.limbo_minutes:.0f} limbo minutes together" if harm.limbo_ms else "",
            _both("limbo", lambda sheet: limbo_chart(drawn, sheet)),
        ),
    ]
    if hurt:
        total = sum(strip.bad for strip in hurt) / max(sum(strip.offered for strip in hurt), 1)
        chart = _both("cohorts", lambda sheet: cohorts_chart(drawn, hurt, sheet))
        figures.append(
            _figure("Failures by cohort", f"{percent(total)} of all requests while users were hurt", chart)
        )
    return sections.section("users", "What users felt", *figures)


def _score(found: Debrief) -> Markup:
    lines = bars(found)
    if not lines:
        return Markup("")
    figure = element("figure", _both("points", lambda sheet: points_chart(lines, sheet)))
    return sections.section("score", "Score, line by line", figure, sections.score_table(found))


def _figures(found: Debrief, objective: float) -> Markup:
    """The data tables of all charts, folded away."""
    drawn = scene(found, objective=objective)
    hurt = tuple(strip for strip in strips(found) if strip.offered)
    tables = [
        race_table(runners(found)) if found.compared and found.what_changed else None,
        success_table(drawn) if drawn.readings else None,
        limbo_table(drawn) if drawn.readings else None,
        cohorts_table(hurt) if hurt else None,
        points_table(bars(found)) if bars(found) else None,
    ]
    folded = joined(*(_folded(table) for table in tables if table is not None))
    return element("div", sections.section("figures", "Figures behind the charts", folded), class_="figures")


def _folded(table: Table) -> Markup:
    inside = element("div", table_markup(table), class_="scroll")
    return element("details", element("summary", escaped(table.caption)), inside)


def _figure(title: str, note: str, drawing: Markup) -> Markup:
    small = element("small", escaped(note)) if note else Markup("")
    return element("figure", element("figcaption", escaped(title), small), drawing)


def _both(name: str, draw: Callable[[Sheet], Markup]) -> Markup:
    """The chart for a desk and the one for a telephone; the style shows one of them."""
    return joined(
        element("div", draw(Sheet(name=f"{name}-wide")), class_="wide"),
        element("div", draw(Sheet(name=f"{name}-narrow", narrow=True)), class_="narrow"),
    )


def _footer(found: Debrief) -> Markup:
    opened = found.opened
    if opened is None:
        return Markup("")
    started = datetime.fromtimestamp(found.opened_wall_ms / 1000, tz=UTC)
    facts = [
        f"opened {started:%d %B %Y, %H:%M} UTC",
        f"team {printable(opened.team)}" if opened.team else "",
        f"stack {printable(opened.stack)}, {opened.users} users",
        f"rules {opened.rules}",
        *(f"{printable(name)} {printable(version)}" for name, version in opened.versions),
    ]
    if found.score is not None:
        facts += [f"seed {opened.seed}", f"exercise {printable(opened.exercise_digest)[:16]}"]
    return element("footer", escaped(" · ".join(fact for fact in facts if fact)))
