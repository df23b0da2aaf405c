"""Two configurations of somebody's -> what differs by meaning, and the same mistake made in our stack's configuration."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.catalog.draft import printable
from game.catalog.importing.graft import Graft
from game.catalog.importing.mechanisms import mechanism_of
from game.catalog.importing.our_text import Misfit, OurText
from game.catalog.importing.roles import cast
from game.core.haproxy.allowed import allowed
from game.core.haproxy.canonical import canonical
from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.risk import Risk, risk
from game.errors import UsageError

if TYPE_CHECKING:
    from game.core.haproxy.configuration import Configuration
    from game.core.haproxy.difference import Difference

MOST_HUNKS = 200
MOST_WORDS = 240
_ENDPOINT = re.compile(r"@[a-z0-9_]+(?:\.[a-z0-9_]+)+@")
_SECRETIVE = re.compile(r"\b(password|insecure-password|auth|ca-sign-pass)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One difference: where it stands in either file (0: nowhere), and why it cannot be made here (empty if it is)."""

    words: str
    risk: Risk
    mechanism: str
    old_line: int
    new_line: int
    misfit: str

    @property
    def made(self) -> bool:
        return not self.misfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """`patch` makes what can be made of it in our haproxy.cfg; empty if nothing can. `mechanism` is a suggestion."""

    hunks: tuple[Hunk, ...]
    patch: str
    mechanism: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Our haproxy.cfg, and the files beside it that its lines may name."""

    text: str
    files: frozenset[str]


def read_configuration(text: str, name: str) -> Configuration:
    """Parse somebody's haproxy.cfg; the error names their file and the line."""
    try:
        configuration = parse(text)
    except ConfigurationInvalid as error:
        what = error.what.removeprefix("haproxy.cfg").removeprefix(f", line {error.line}: ")
        place = f"{name}, line {error.line}" if error.line else name
        raise UsageError(f"{place}: {what}", hint=error.remedy) from error
    if not configuration.sections:
        raise UsageError(f"{name}: there is no section in it", hint="give a whole haproxy.cfg")
    return configuration


def compare(old: Configuration, new: Configuration, edge: Edge) -> Outage:
    """Find every difference and make those in our configuration that have a place in it."""
    found = differences(old, new)
    if not found:
        raise UsageError(
            "the two configurations mean the same",
            hint="give the version before the outage and the one that caused it",
        )
    if len(found) > MOST_HUNKS:
        raise UsageError(
            f"the two differ in {len(found)} places",
            hint=f"narrow it down to at most {MOST_HUNKS}, or to the one commit",
        )
    graft = Graft(ours=OurText(lines=edge.text.splitlines()), roles=cast(old, new, found), theirs=new)
    sober = _violations(edge.text, edge)
    risks = [reason.risk for reason in risk(found).reasons]
    before, after = _lines(old), _lines(new)
    hunks = tuple(
        Hunk(
            words=_worded(one),
            risk=kind,
            mechanism=mechanism_of(one, kind),
            old_line=before.get((one.section, one.old), 0),
            new_line=after.get((one.section, one.new), 0),
            misfit=printable(_misfit(graft, one, edge, sober)),
        )
        for one, kind in zip(found, risks, strict=True)
    )
    return Outage(hunks=hunks, patch=_patch(edge.text, graft.ours.text), mechanism=_main(hunks))


def _misfit(graft: Graft, difference: Difference, edge: Edge, sober: frozenset[str]) -> str:
    """Make a difference; why it cannot be made, or what our rules for configurations say against it."""
    kept = list(graft.ours.lines)
    try:
        graft.make(difference)
        new = _violations(graft.ours.text, edge) - sober
        if not new and graft.ours.lines == kept:
            if difference.keyword == "acl":
                # It came along with the rule that asks for it.
                return ""
            return "our configuration says so already, or the change has no effect in it"
    except Misfit as misfit:
        graft.ours.lines[:] = kept
        return str(misfit)
    except ConfigurationInvalid as error:
        graft.ours.lines[:] = kept
        return f"our configuration could not be read with it: {error.what}"
    if new:
        graft.ours.lines[:] = kept
        return f"{min(new)} is not allowed in this stack"
    return ""


def _violations(text: str, edge: Edge) -> frozenset[str]:
    """What may not be said, without line numbers; endpoints get some loopback address first."""
    names = {
        name: f"127.0.0.1:{20000 + place}" for place, name in enumerate(sorted({*_ENDPOINT.findall(text)}))
    }
    filled = _ENDPOINT.sub(lambda found: names[found[0]], text)
    return frozenset(one.what for one in allowed(parse(filled), files=edge.files))


def _lines(configuration: Configuration) -> dict[tuple[str, str], int]:
    """Where each canonical line of each section stands in the file."""
    return {
        (section.title, each.text): each.number
        for section in canonical(configuration).sections
        for each in section.statements
    }


def _worded(difference: Difference) -> str:
    """What differs, on one line; words that may be secret are left out."""
    if _SECRETIVE.search(f"{difference.old} {difference.new}"):
        return printable(
            f"{difference.section}: {difference.kind}: {difference.keyword} (its words are not shown)"
        )
    words = printable(difference.in_words)
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 3]}..."


def _main(hunks: tuple[Hunk, ...]) -> str:
    """The mechanism of the first risky difference that can be made, else of the first risky one, else of the first."""
    risky = [one for one in hunks if one.risk is not Risk.HARMLESS]
    chosen = next((one for one in risky if one.made), None) or next(iter(risky), hunks[0])
    return chosen.mechanism


def _patch(old: str, new: str) -> str:
    if old == new:
        return ""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), "a/haproxy.cfg", "b/haproxy.cfg"
    )
    return "".join(lines)
