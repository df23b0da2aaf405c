"""The timeline of an incident as people write it down, `HH:MM text` a line -> moments, counted from the first line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from game.catalog.draft import Said, printable
from game.catalog.leaks import leaked
from game.errors import UsageError

MOST_LINES = 200
MOST_TEXT = 400
MOST_MESSAGES = 12
# A trainee has no three hours: the whole incident is told within this long.
LONGEST_S = 900
DAY_MINUTES = 24 * 60

_LINE = re.compile(r"\s*(?:-\s+)?(\d{1,2}):(\d\d)(?::\d\d)?\s+(\S.*)")
_PAGED = re.compile(r"\b(paged|page|pager|alert(ed|s)?|alarm)\b", re.IGNORECASE)
# What nobody says before the cause is known.
_TELLING = re.compile(
    r"\b(haproxy|load.?balancer|config(uration)?|roll(ed|ing)? ?back|revert(ed)?|root cause|commit|change[ds]?|"
    r"deploy(ed|ment)?|reload(ed)?|timeout|header|backend|frontend|acl|rule)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`minute` counts from the first line of the timeline; `clock` is how the line wrote it."""

    line: int
    minute: int
    clock: str
    text: str


def read_timeline(text: str, name: str) -> tuple[Moment, ...]:
    """Read every line; blank ones and those that begin with # are left out. UsageError names the first bad line."""
    moments: list[Moment] = []
    day = 0
    rows = text.splitlines()
    if len(rows) > MOST_LINES:
        raise UsageError(f"{name}: more than {MOST_LINES} lines", hint="keep what mattered")
    for number, row in enumerate(rows, start=1):
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(row)
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise UsageError(
                f"{name}, line {number}: {printable(row[:60])!r} does not begin with a time",
                hint="write lines such as: 18:42 customers report that they are logged out",
            )
        minute = int(found[1]) * 60 + int(found[2]) + day * DAY_MINUTES
        if moments and minute < moments[-1].minute:
            day += 1
            minute += DAY_MINUTES
        clock = f"{int(found[1]):02d}:{found[2]}"
        moments.append(Moment(line=number, minute=minute, clock=clock, text=printable(found[3])[:MOST_TEXT]))
    return tuple(moments)


def page_of(moments: tuple[Moment, ...]) -> Moment | None:
    """The moment that paged: the first that says so, else the first of all."""
    return next((one for one in moments if _PAGED.search(one.text)), moments[0] if moments else None)


def messages(moments: tuple[Moment, ...], mechanism: str) -> tuple[Said, ...]:
    """What may be told while it burns: after the page, naming no cause, drawn together so that it fits a run."""
    page = page_of(moments)
    if page is None:
        return ()
    told = [one for one in moments if one.line > page.line and not gives_away(one, mechanism)]
    last = max((one.minute - page.minute for one in told), default=0) * 60
    scale = min(1.0, LONGEST_S / last) if last else 1.0
    return tuple(
        Said(
            after_page_s=max(15, round((one.minute - page.minute) * 60 * scale)),
            sender="incident channel",
            text=one.text,
        )
        for one in told[:MOST_MESSAGES]
    )


def gives_away(moment: Moment, mechanism: str) -> bool:
    """Whether a line speaks of causes, so that it belongs to the debrief alone."""
    return bool(_TELLING.search(moment.text) or leaked(moment.text, "haproxy", mechanism))


def as_markdown(moments: tuple[Moment, ...]) -> str:
    """The timeline as a table for the debrief; empty without moments."""
    if not moments:
        return ""
    rows = "\n".join(f"| {one.clock} | {one.text.replace('|', '/')} |" for one in moments)
    return f"## The original timeline\n\n| time | what |\n|---|---|\n{rows}\n"
