"""The debrief as Markdown: a post-mortem to file, with sparklines where the HTML report has charts.

Whatever people wrote is escaped, so that it stays text; the exercise's own lesson is Markdown already and is set one
level lower.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from game.core.durations import clock, margin, percent, spoken
from game.core.report.labels import bout_words, score_line, verdict_sign, verdict_word
from game.core.report.terminal import load_sparklines
from game.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from game.core.debrief import Debrief

SPECIAL = re.compile(r"([\\`*\[\]<>|~&$]|(?<![^\W_])_|_(?![^\W_]))")
"""What means something anywhere in a line; an underscore inside a word does not."""
OPENING = re.compile(r"^(?=[#+=-])|^(\d{1,9})(?=[.)])")
"""What means something only where a line begins."""
HEADING = re.compile(r"^(#{1,6})(?=\s)")
FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")


def markdown_report(found: Debrief) -> str:
    parts = (
        ("", _top(found)),
        ("Both rounds", _rounds(found)),
        ("Proposed changes", _bouts(found)),
        ("Milestones", () if found.bouts else _milestones(found)),
        ("What users felt", _users(found)),
        ("What changed", _change(found)),
        ("Diagnosis", _findings(found)),
        ("Score", _score(found)),
        ("Handoff", _handoff(found)),
        ("Timeline", _timeline(found)),
        ("Where the looking went", _attention(found)),
        ("What to take home", _lesson(found)),
        ("Follow-ups", _follow_ups(found)),
    )
    told = ((title, "\n".join(body)) for title, body in parts)
    return "\n\n".join((f"## {title}\n\n" if title else "") + body for title, body in told if body) + "\n"


def _handoff(found: Debrief) -> Iterator[str]:
    given = found.handoff
    if given is None:
        return
    yield f"> {plain(given.note)}\n"
    yield f"- {given.looks_before} looks before it, {given.looks_after} after it"
    yield f"- looked at twice: {plain('; '.join(given.twice)) or 'nothing'}"


def _rounds(found: Debrief) -> Iterator[str]:
    if found.rounds is None:
        return
    yield "| since the change went in | round one | round two | difference |"
    yield "|---|---|---|---|"
    for row in found.rounds.rows:
        yield f"| {plain(row.what)} | {plain(row.first)} | {plain(row.second)} | {plain(row.saved)} |"
    yield ""
    yield from (f"- **{plain(one.follow_up)}**: {plain(one.words)}" for one in found.rounds.savings)


def plain(text: str) -> str:
    """Text as Markdown that shows exactly this text, in one line."""
    return OPENING.sub(r"\1\\", SPECIAL.sub(r"\\\1", printable(text)))


def fenced(text: str, kind: str = "") -> str:
    """A code block that its content cannot close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "\n".join(_line(line) for line in text.rstrip("\n").split("\n"))
    return f"{fence}{kind}\n{body}\n{fence}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already; their bars are escaped by `plain`."""
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    return "\n".join((head, *(f"| {' | '.join(row)} |" for row in rows)))


def _top(found: Debrief) -> Iterator[str]:
    code = found.opened.exercise if found.opened else "no run"
    yield f"# {plain(code)}: debrief\n\n**{plain(found.headline)}.**"
    if found.summary:
        yield "\n" + plain(" ".join(found.summary))
    if found.opened is not None:
        started = datetime.fromtimestamp(found.opened_wall_ms / 1000, tz=UTC)
        facts = [f"{started:%d %B %Y, %H:%M} UTC", f"team {found.opened.team}" if found.opened.team else ""]
        facts += [f"stack {found.opened.stack}", f"rules {found.opened.rules}", found.ending]
        yield "\n" + plain(", ".join(fact for fact in facts if fact))


def _milestones(found: Debrief) -> Iterator[str]:
    if all(one.at_ms is None for one in found.milestones):
        return
    rows = []
    for one in found.milestones:
        doubt = f" {margin(one.uncertainty_ms)}" if one.uncertainty_ms else ""
        mine = found.missed if one.at_ms is None else clock(one.at_ms) + doubt
        par = "" if one.par_ms is None else spoken(one.par_ms)
        ghost = "" if one.original_ms is None else spoken(one.original_ms)
        row = (one.moment.value, mine, par, ghost) if found.compared else (one.moment.value, mine)
        if found.compared and found.best is not None:
            row = (*row, "" if one.best_ms is None else spoken(one.best_ms))
        rows.append(row)
    columns = (
        ("milestone", "this run", "par", "original outage") if found.compared else ("milestone", "this run")
    )
    if found.compared and found.best is not None:
        columns = (*columns, found.best.name)
    yield f"Since {plain(found.origin.what)}.\n"
    yield table(columns, rows)


def _bouts(found: Debrief) -> Iterator[str]:
    if found.bouts:
        rows = (
            (one.change, plain(one.by), plain(one.why), plain(bout_words(one)), plain(one.lesson))
            for one in found.bouts
        )
        yield table(("change", "by", "why", "what became of it", "what it was"), rows)


def _users(found: Debrief) -> Iterator[str]:
    sparks = load_sparklines(found)
    if sparks:
        yield fenced("\n".join(line[2:] for line in sparks), "text")
    cohorts = [one for one in found.impact.cohorts if one.offered]
    if cohorts:
        rows = (
            (plain(one.cohort), str(one.offered), str(one.bad), percent(one.share, digits=0))
            for one in cohorts
        )
        yield "\n" + table(("cohort", "offered while users were hurt", "failed", "share"), rows)


def _change(found: Debrief) -> Iterator[str]:
    change = found.what_changed
    if change is None:
        return
    if change.diff.strip():
        yield fenced(change.diff, "diff") + "\n"
    yield f"- revision: {plain(change.revision[:12]) or 'no change is to blame'}"
    kept = ", ".join(plain(revision[:8]) for revision in change.later_revisions)
    yield f"- later legitimate changes: {kept or 'none'}"
    yield f"- rollback surgical: {change.surgical}; no drift at the end: {change.drift}"
    yield from (f"- because: {plain(reason)}" for reason in change.reasons)
    yield from (f"- applied: {plain(line)}" for line in change.undone)


def _findings(found: Debrief) -> Iterator[str]:
    rows = [
        (
            one.field,
            plain(one.given or "nothing"),
            plain(one.right or "sealed"),
            f"{verdict_sign(one.verdict)} {verdict_word(one.verdict)}",
        )
        for one in found.findings
        if one.given or one.right
    ]
    if rows:
        yield table(("field", "given", "what it was", "verdict"), rows)


def _score(found: Debrief) -> Iterator[str]:
    if found.score is None:
        return
    if not found.score.lines:
        yield f"No score: {plain(found.score.why)}."
        return
    rows = [
        (
            score_line(line.reason),
            f"{line.points} of {line.of}" if line.of else str(line.points),
            plain(line.text),
            ", ".join(str(number) for number in line.evidence[:12]),
        )
        for line in found.score.lines
    ]
    rows.append(
        ("**total**", f"**{found.score.total} of {found.score.achievable}**", plain(found.score.why), "")
    )
    yield table(("line", "points", "why", "evidence: events"), rows)


def _timeline(found: Debrief) -> Iterator[str]:
    if found.entries:
        rows = (
            (clock(entry.since_ms), plain(entry.who), plain(entry.what), str(entry.seq))
            for entry in found.entries
        )
        yield f"Minutes and seconds since {plain(found.origin.what)}.\n"
        yield table(("time", "who", "what", "event"), rows)


def _attention(found: Debrief) -> Iterator[str]:
    words = {None: "", True: ", innocent", False: ", where the cause lay"}
    yield from (
        f"- {plain(one.layer)}: {spoken(one.spent_ms)}{words[one.innocent]}" for one in found.attention
    )


def _lesson(found: Debrief) -> Iterator[str]:
    lesson = found.lesson
    told = (
        ("The signal that showed it first", lesson.signal),
        ("Why it went unnoticed (the record)", lesson.unnoticed),
        ("Guard proposed (the record)", lesson.guard),
        ("Guards that would have helped", "; ".join(lesson.guards)),
    )
    yield from (f"- {name}: {plain(text)}" for name, text in told if text)
    if lesson.text.strip():
        yield "\n" + "\n".join(_lowered(lesson.text.strip().split("\n")))


def _follow_ups(found: Debrief) -> Iterator[str]:
    for number, one in enumerate(found.follow_ups, start=1):
        yield f"{number}. **{plain(one.what)}.** Owner: {plain(one.owner)}. Because {plain(one.because)}."


def _lowered(lines: Iterable[str]) -> Iterator[str]:
    """Headings one level lower, but not what looks like one inside a code block."""
    fence = ""
    for line in lines:
        found = FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence):
            fence = ""
        yield line if fence else HEADING.sub(lambda mark: "#" * min(len(mark[1]) + 1, 6), line)


def _line(line: str) -> str:
    """A line of code with its indentation, without control characters."""
    text = line.expandtabs(4)
    return " " * (len(text) - len(text.lstrip(" "))) + re.sub(
        r"[^\S ]", " ", printable_code(text.lstrip(" "))
    )


def printable_code(text: str) -> str:
    """Like `printable`, but spaces inside are kept as they are."""
    return " ".join(printable(part) for part in text.split(" "))
