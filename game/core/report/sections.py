"""The sections of the HTML debrief, each from its part of the data; an empty one is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.core.durations import clock, margin, spoken
from game.core.markup import Markup, element, escaped, joined
from game.core.report.labels import STRANDS, score_line, strand_sign, verdict_sign, verdict_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.core.debrief import Debrief, WhatChanged
    from game.core.score import ScoreLine

NOTHING = Markup("")


def unbroken(words: str) -> Markup:
    """A sentence whose figures stay with their units at the end of a line."""
    return escaped(re.sub(r"(?<=\d) (?=(?:min|s|h|%)\b|%)", "\N{NO-BREAK SPACE}", words))


def section(name: str, title: str, *body: Markup) -> Markup:
    """A titled section, or nothing if its body is empty."""
    if not any(body):
        return NOTHING
    heading = element("h2", escaped(title), id=f"{name}-heading")
    return element("section", heading, *body, id=name, aria_labelledby=f"{name}-heading")


def milestone_table(found: Debrief, *, raced: bool) -> Markup:
    """A column for each milestone: the run's time large, par and the original outage below.

    `raced`: a chart of the same times follows, so that a telephone can do without the wide table.
    """
    moments = found.milestones
    if all(one.at_ms is None for one in moments):
        return NOTHING
    head = (element("th", escaped(one.moment.value), scope="col") for one in moments)
    mine = (_reached(one.at_ms, one.uncertainty_ms, found.missed) for one in moments)
    par = (element("td", escaped("not set" if one.par_ms is None else spoken(one.par_ms))) for one in moments)
    ghost = (
        element("td", escaped("not recorded" if one.original_ms is None else spoken(one.original_ms)))
        for one in moments
    )
    rows = [element("tr", element("th", Markup("this run"), scope="row"), *mine, class_="mine")]
    if found.compared:
        rows.append(element("tr", element("th", Markup("par"), scope="row"), *par))
        rows.append(element("tr", element("th", Markup("original outage"), scope="row"), *ghost))
    if found.compared and found.best is not None:
        before = (
            element("td", escaped("not reached" if one.best_ms is None else spoken(one.best_ms)))
            for one in moments
        )
        rows.append(element("tr", element("th", escaped(found.best.name), scope="row"), *before))
    caption = element("caption", escaped(f"Milestones, since {found.origin.what}"))
    header = element("tr", element("th", Markup('<span class="unseen">whose</span>'), scope="col"), *head)
    table = element("table", caption, element("thead", header), element("tbody", *rows), class_="milestones")
    return element("div", table, class_="scroll raced" if raced else "scroll")


def findings_table(found: Debrief) -> Markup:
    if not any(finding.given or finding.right for finding in found.findings):
        return NOTHING
    rows = (
        element(
            "tr",
            element("th", escaped(finding.field), scope="row"),
            element("td", escaped(finding.given or "nothing"), data_label="given"),
            element("td", escaped(finding.right or "sealed until the close"), data_label="it was"),
            element(
                "td",
                _verdict(verdict_sign(finding.verdict), verdict_word(finding.verdict)),
                data_label="verdict",
            ),
        )
        for finding in found.findings
    )
    columns = ("field", "diagnosis given", "what it was", "verdict")
    head = element("tr", *(element("th", escaped(column), scope="col") for column in columns))
    table = element("table", element("thead", head), element("tbody", *rows), class_="findings")
    return element("div", table, class_="scroll")


def change_block(change: WhatChanged | None) -> Markup:
    """The diff and how it was taken back."""
    if change is None:
        return NOTHING
    kept = ", ".join(revision[:8] for revision in change.later_revisions) or "none"
    facts = (
        ("revision", change.revision[:12] or "no change is to blame"),
        ("later legitimate changes", kept),
        ("rollback surgical", f"{verdict_sign_of(change.surgical)} {change.surgical}"),
        ("no drift at the end", f"{verdict_sign_of(change.drift)} {change.drift}"),
        ("because", "; ".join(change.reasons) or "everything but the fault was kept"),
        ("applied during the run", "; ".join(change.undone) or "nothing"),
    )
    listed = (joined(element("dt", escaped(name)), element("dd", escaped(value))) for name, value in facts)
    diff = (
        element("pre", *_diff_lines(change.diff), class_="diff", tabindex=0)
        if change.diff.strip()
        else NOTHING
    )
    return joined(diff, element("dl", *listed, class_="facts"))


def verdict_sign_of(word: str) -> str:
    return {"right": "✓", "wrong": "✗"}.get(word, "?")


def score_table(found: Debrief) -> Markup:
    if found.score is None or not found.score.lines:
        return NOTHING
    known = frozenset(entry.seq for entry in found.entries)
    rows = (
        element(
            "tr",
            element("th", escaped(score_line(line.reason)), scope="row"),
            element("td", escaped(_points(line)), class_="number"),
            element("td", escaped(line.text)),
            element("td", evidence(line.evidence, known), data_label="events"),
        )
        for line in found.score.lines
    )
    head = element(
        "tr",
        element("th", Markup("line"), scope="col"),
        element("th", Markup("points"), scope="col", class_="number"),
        element("th", Markup("why"), scope="col"),
        element("th", Markup("evidence: events"), scope="col"),
    )
    table = element("table", element("thead", head), element("tbody", *rows), class_="lines")
    return element("div", table, class_="scroll")


def evidence(numbers: Iterable[int], known: frozenset[int]) -> Markup:
    """Numbers of events, linked where the timeline shows them; a long list is cut, the journal has it all."""
    every = tuple(numbers)
    shown = [
        element("a", escaped(str(number)), href=f"#event-{number}")
        if number in known
        else escaped(str(number))
        for number in every[:12]
    ]
    more = escaped(f" and {len(every) - 12} more") if len(every) > 12 else NOTHING
    return joined(Markup(", ".join(shown)), more) if shown else escaped("none")


def timeline_list(found: Debrief) -> Markup:
    if not found.entries:
        return NOTHING
    legend = element(
        "p",
        escaped("   ".join(f"{strand_sign(strand)} {words}" for strand, words in STRANDS)),
        class_="legend",
    )
    entries = (
        element(
            "li",
            element("time", escaped(clock(entry.since_ms))),
            element("span", escaped(strand_sign(entry.strand)), class_="strand", aria_hidden="true"),
            element("span", escaped(entry.who), class_="who"),
            element("span", escaped(entry.what), class_="what"),
            id=f"event-{entry.seq}",
            class_=entry.strand,
        )
        for entry in found.entries
    )
    note = element("p", escaped(f"Minutes and seconds since {found.origin.what}."), class_="legend")
    return joined(note, legend, element("ol", *entries, class_="timeline"))


def attention_list(found: Debrief) -> Markup:
    """How long each layer was looked at, as bars of equal scale."""
    most = max((one.spent_ms for one in found.attention), default=0)
    if not most:
        return NOTHING
    words = {None: "", True: ", innocent", False: ", where the cause lay"}
    rows = (
        element(
            "li",
            element("span", escaped(one.layer), class_="who"),
            _measure(one.spent_ms / most),
            element("span", escaped(spoken(one.spent_ms) + words[one.innocent]), class_="what"),
            class_="innocent" if one.innocent else "guilty",
        )
        for one in found.attention
    )
    return joined(element("h3", Markup("Where the looking went")), element("ul", *rows, class_="attention"))


def _measure(part: float) -> Markup:
    """A bar as long as its part (0-1) of the whole; an attribute `style` would need a laxer policy for content."""
    filled = element("rect", x=0, y=0, width=max(part * 1000, 4.0), height=10)
    return element(
        "svg", filled, class_="measure", viewBox="0 0 1000 10", preserveAspectRatio="none", aria_hidden="true"
    )


def lesson_block(found: Debrief, text: Markup) -> Markup:
    """`text` is the exercise's own debrief, rendered and made safe outside the core."""
    lesson = found.lesson
    facts = (
        ("The signal that showed it first", lesson.signal),
        (
            "Why it went unnoticed (the record)",
            lesson.unnoticed or ("not recorded" if found.what_changed else ""),
        ),
        ("Guard proposed (the record)", lesson.guard or ("none recorded" if found.what_changed else "")),
        ("Guards that would have helped", "; ".join(lesson.guards)),
    )
    listed = [
        joined(element("dt", escaped(name)), element("dd", escaped(value))) for name, value in facts if value
    ]
    parts = element("dl", *listed, class_="facts stacked") if listed else NOTHING
    return joined(parts, element("div", text, class_="prose") if text else NOTHING)


def follow_up_list(found: Debrief) -> Markup:
    rows = (
        element(
            "li",
            element("strong", escaped(f"{one.what}.")),
            escaped(f" Owner: {one.owner}. Because {one.because}."),
        )
        for one in found.follow_ups
    )
    return element("ol", *rows, class_="follow-ups") if found.follow_ups else NOTHING


def _reached(at_ms: int | None, uncertainty_ms: int, missed: str) -> Markup:
    if at_ms is None:
        return element("td", escaped(missed), class_="missed")
    doubt = element("small", escaped(f" {margin(uncertainty_ms)}")) if uncertainty_ms else NOTHING
    return element("td", escaped(clock(at_ms)), doubt)


def _verdict(sign: str, word: str) -> Markup:
    return element("span", escaped(f"{sign} {word}"), class_=f"verdict {word.replace(' ', '-')}")


def _points(line: ScoreLine) -> str:
    return f"{line.points} of {line.of}" if line.of else str(line.points).replace("-", "\N{MINUS SIGN}")


def _diff_lines(diff: str) -> Iterable[Markup]:
    """Each line keeps its plus or minus; colour only repeats it."""
    for line in diff.rstrip("\n").split("\n"):
        kind = {"+": "added", "-": "removed", "@": "place"}.get(line[:1], "same")
        if line.startswith(("+++", "---", "diff ", "index ")):
            kind = "file"
        yield element("span", escaped(line + "\n"), class_=kind)
