"""The debrief as plain lines for a terminal: at most 100 columns, no colours; the command line adds its own style."""

from __future__ import annotations

from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING

from game.core.durations import clock, margin, percent, spoken
from game.core.report.labels import bout_words, score_line, strand_sign, verdict_sign, verdict_word
from game.core.report.paragraphs import paragraphs
from game.core.report.sparkline import sparkline
from game.core.series import merged, readings
from game.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from game.core.debrief import Debrief
    from game.core.second.rounds import Rounds
    from game.core.series import Reading

WIDTH = 100
SPARKS = 72
LONGEST_DIFF = 60
CALM_MS = 20_000


def terminal_report(found: Debrief) -> tuple[str, ...]:
    """Every part that has something to say, under its title, parted by an empty line."""
    parts = (
        ("", _top(found)),
        ("BOTH ROUNDS", _rounds(found)),
        ("PROPOSED CHANGES", _bouts(found)),
        ("MILESTONES", () if found.bouts else _milestones(found)),
        ("USERS", _users(found)),
        ("WHAT CHANGED", _change(found)),
        ("DIAGNOSIS", _findings(found)),
        ("SCORE", _score(found)),
        ("HANDOFF", _handoff(found)),
        ("TIMELINE", _timeline(found)),
        ("TAKE HOME", _lesson(found)),
        ("FOLLOW-UPS", _follow_ups(found)),
    )
    lines: list[str] = []
    for title, body in parts:
        told = tuple(body)
        if told:
            lines += ([""] if lines else []) + ([title] if title else []) + list(told)
    return tuple(line.rstrip()[:WIDTH] for line in lines)


def load_sparklines(found: Debrief) -> tuple[str, ...]:
    """Success (0 at the lowest of 0, 50 or 90 % that fits) and users in limbo on one clock, with their bounds."""
    every = readings(found.events, origin_ms=found.origin.at_ms)
    shown = merged([one for one in every if one.from_ms >= -CALM_MS], at_most=SPARKS)
    if not shown:
        return ()
    lowest = min((one.success for one in shown if one.success is not None), default=1.0)
    users = max(one.users for one in shown)
    peak = max(one.limbo for one in shown)
    success = sparkline([one.success for one in shown], low=0.5 if lowest >= 0.5 else 0.0, high=1)
    limbo = sparkline([float(one.limbo) for one in shown], low=0, high=max(peak, 1))
    return (
        f"  success  {success}  lowest {percent(lowest, digits=0)}",
        f"  limbo    {limbo}  most {peak} of {users}",
        f"           {_scale(shown)}",
    )


def _scale(shown: tuple[Reading, ...]) -> str:
    first, last = clock(shown[0].from_ms), clock(shown[-1].to_ms)
    return first + last.rjust(max(len(shown) - len(first), len(last) + 1))


def _top(found: Debrief) -> Iterator[str]:
    yield from _paragraph(found.headline, "")
    yield from _paragraph(" ".join(found.summary), "")
    if found.score is not None and found.score.lines:
        uncounted = f" ({found.score.why})" if found.score.why else ""
        yield from _paragraph(
            f"{found.score.total} of {found.score.achievable} points, {found.ending}{uncounted}", ""
        )
    elif found.score is not None:
        yield from _paragraph(f"No score: {found.score.why}", "")


def _milestones(found: Debrief) -> Iterator[str]:
    best = found.best
    if all(one.at_ms is None for one in found.milestones):
        return
    yield f"  {'since ' + found.origin.what:<32}{'this run':<22}" + (
        f"{'par':<16}{'original outage':<18}{best.name if best else ''}".rstrip() if found.compared else ""
    )
    for one in found.milestones:
        doubt = f" {margin(one.uncertainty_ms)}" if one.uncertainty_ms else ""
        mine = found.missed if one.at_ms is None else clock(one.at_ms) + doubt
        par = "" if one.par_ms is None else clock(one.par_ms)
        ghost = "" if one.original_ms is None else clock(one.original_ms)
        before = "" if one.best_ms is None else clock(one.best_ms)
        yield f"  {one.moment.value:<32}{mine:<22}" + (
            f"{par:<16}{ghost:<18}{before}".rstrip() if found.compared else ""
        )


def _rounds(found: Debrief) -> Iterator[str]:
    if found.rounds is not None:
        yield from rounds_lines(found.rounds)


def rounds_lines(both: Rounds) -> Iterator[str]:
    """The table of both rounds, times since the change went into service, and what each follow-up was worth."""
    yield f"  {'since the change went in':<26}{'round one':<22}{'round two':<22}"
    for row in both.rows:
        if row.what == "follow-ups":
            yield from _hanging(f"  {'bought for round two':<26}", row.second)
        else:
            yield f"  {row.what:<26}{row.first:<22}{row.second:<22}{row.saved}"
    for saving in both.savings:
        yield from _hanging(f"  {saving.follow_up:<16}", saving.words)


def _bouts(found: Debrief) -> Iterator[str]:
    for one in found.bouts:
        yield f"  {one.number}. {one.change} by {printable(one.by)}: {bout_words(one)}"
        yield from _hanging("       why: ", printable(one.why))
        if one.said:
            yield from _hanging(f"       {printable(one.reviewer)}: ", printable(one.said))
        yield from _hanging("       ", printable(one.lesson))


def _users(found: Debrief) -> Iterator[str]:
    yield from load_sparklines(found)
    hurt = [
        f"{one.cohort} {percent(one.share, digits=0)}"
        for one in sorted(found.impact.cohorts, key=lambda one: -one.share)
        if one.offered
    ]
    if hurt:
        yield from _paragraph("failed by cohort: " + ", ".join(hurt), "  ")


def _change(found: Debrief) -> Iterator[str]:
    change = found.what_changed
    if change is None:
        return
    lines = change.diff.rstrip("\n").split("\n") if change.diff.strip() else []
    yield from (f"  {_unsteered(line)}" for line in lines[:LONGEST_DIFF])
    if len(lines) > LONGEST_DIFF:
        yield f"  ... {len(lines) - LONGEST_DIFF} more lines in the report"
    yield f"  rollback surgical: {change.surgical}; no drift: {change.drift}"
    yield from chain.from_iterable(_paragraph(printable(reason), "    ") for reason in change.reasons)


def _findings(found: Debrief) -> Iterator[str]:
    for one in found.findings:
        if one.given or one.right:
            sign = f"{verdict_sign(one.verdict)} {verdict_word(one.verdict)}"
            yield from _paragraph(f"{one.field:<10} {sign:<13} {one.given or 'nothing'}", "  ")
            if one.right and one.verdict != "right":
                yield from _paragraph(f"it was {one.right}", " " * 27)


def _score(found: Debrief) -> Iterator[str]:
    for line in found.score.lines if found.score else ():
        points = f"{line.points} of {line.of}" if line.of else str(line.points)
        label = score_line(line.reason)
        events = ", ".join(str(number) for number in line.evidence[:4])
        text = printable(line.text) + (f" [{events}]" if events else "")
        yield from _hanging(f"  {label:<29} {points:>10}  ", text)


def _handoff(found: Debrief) -> Iterator[str]:
    given = found.handoff
    if given is None:
        return
    yield from _hanging(
        f"  {clock(given.at_ms - found.origin.at_ms)} {printable(given.by)}: ", printable(given.note)
    )
    yield f"  {given.looks_before} looks before it, {given.looks_after} after it"
    yield from _hanging("  looked at twice: ", "; ".join(map(printable, given.twice)) or "nothing")


def _timeline(found: Debrief) -> Iterator[str]:
    for entry in found.entries:
        yield from _hanging(
            f"  {clock(entry.since_ms):>8} {strand_sign(entry.strand)} {entry.who[:13]:<14}", entry.what
        )
    for one in found.attention:
        fault = {True: " (innocent)", False: " (the cause lay here)", None: ""}[one.innocent]
        yield f"  looked at {printable(one.layer)} for {spoken(one.spent_ms)}{fault}"


def _lesson(found: Debrief) -> Iterator[str]:
    lesson = found.lesson
    told = (
        ("Signal", lesson.signal),
        ("Why unnoticed", lesson.unnoticed),
        ("Guard proposed", lesson.guard),
        ("Guards that would have helped", "; ".join(lesson.guards)),
    )
    for name, text in told:
        if text:
            yield from _paragraph(f"{name}: {printable(text)}", "  ")
    if lesson.text.strip():
        yield ""
    for line in paragraphs(lesson.text) if lesson.text.strip() else ():
        yield from _told(line) if line else ("",)


def _told(line: str) -> Iterable[str]:
    """A heading in capitals, as the other titles are; a list item with its text hanging."""
    if line.startswith("#"):
        return (f"  {printable(line.lstrip('# ')).upper()}"[:WIDTH],)
    marker = "- " if line.lstrip().startswith(("- ", "* ")) else ""
    text = printable(line.strip().replace("**", ""))
    return _hanging(f"  {marker}", text.removeprefix("- ").removeprefix("* "))


def _follow_ups(found: Debrief) -> Iterator[str]:
    for number, one in enumerate(found.follow_ups, start=1):
        yield from _hanging(f"  {number}. ", f"{one.what}. Owner: {one.owner}. Because {one.because}.")


def _paragraph(text: str, indent: str) -> Iterable[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent) if text else ()


def _hanging(head: str, text: str) -> Iterable[str]:
    return wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    ) or (head,)


def _unsteered(line: str) -> str:
    """A line of a diff with its indentation, but nothing that steers a terminal."""
    text = line.expandtabs(4)
    return " " * (len(text) - len(text.lstrip(" "))) + (
        text[:1] + _unsteered(text[1:]) if text[:1] in "+-" and text else printable(text)
    )
