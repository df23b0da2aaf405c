"""How risky a change is, from what it changes and nothing else: its files compared by meaning, or its runtime command."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.risk import Reason, Risk, risk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONFIGURATION = "haproxy.cfg"
_MAPS, _ANSWERS = "maps/", "errors/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Every difference in words with its risk, in the order in which they were found; none: it changes nothing.

    `digest` says which change it is: the same meaning, and the same lines taken away and put behind the same ones,
    whatever else the files hold.
    """

    reasons: tuple[Reason, ...]
    digest: str

    @property
    def meaning(self) -> tuple[str, ...]:
        return tuple(reason.difference for reason in self.reasons)

    @property
    def risks(self) -> tuple[str, ...]:
        """The distinct risks, in the order in which Risk lists them; harmless ones left out."""
        found = {reason.risk for reason in self.reasons}
        return tuple(one.value for one in Risk if one in found and one is not Risk.HARMLESS)

    @property
    def is_risky(self) -> bool:
        return bool(self.risks)

    @property
    def risky(self) -> tuple[str, ...]:
        """Only what is risky of it, in words."""
        return tuple(reason.difference for reason in self.reasons if reason.risk is not Risk.HARMLESS)


def weigh(old: Mapping[str, str], new: Mapping[str, str]) -> Weighed:
    """Weigh an exchange of files, by their paths."""
    found = [*_configuration(old.get(CONFIGURATION, ""), new.get(CONFIGURATION, ""))]
    for path in sorted({*old, *new} - {CONFIGURATION}):
        found += _beside(path, old.get(path), new.get(path))
    meaning = (reason.difference for reason in found)
    return Weighed(reasons=tuple(found), digest=_digest((*meaning, *_lines(old, new))))


def weigh_command(command: str) -> Weighed:
    """Weigh a runtime command that changes something."""
    words = " ".join(command.split())
    found = Reason(risk=command_risk(words), difference=f"at run time: {words}")
    return Weighed(reasons=(found,), digest=_digest(("runtime", words)))


def command_risk(command: str) -> Risk:
    match command.split():
        case ["clear", "counters", *_]:
            return Risk.HARMLESS
        case ["set", "maxconn" | "rate-limit", *_]:
            return Risk.LIMITS
        case ["enable" | "disable", "health" | "agent", *_] | ["set", "server", _, "health" | "agent", *_]:
            return Risk.CHECKS
        case ["clear" | "set", "table", *_]:
            return Risk.PERSISTENCE
        case ["set" | "add" | "del", "map", *_] | ["enable" | "disable", "server" | "frontend", *_]:
            return Risk.ROUTING
        case ["set", "server" | "weight", *_] | ["shutdown", "sessions", *_]:
            return Risk.ROUTING
        case _:
            return Risk.OTHER


def _configuration(old: str, new: str) -> tuple[Reason, ...]:
    if old == new:
        return ()
    try:
        return risk(differences(parse(old), parse(new))).reasons
    except ConfigurationInvalid as error:
        return (Reason(risk=Risk.OTHER, difference=f"{CONFIGURATION} cannot be read: {error.what}"),)


def _beside(path: str, old: str | None, new: str | None) -> Iterator[Reason]:
    """A map routes, an answer of HAProxy's own is what clients get; both count line by line."""
    if old == new:
        return
    kind = (
        Risk.ROUTING if path.startswith(_MAPS) else Risk.REQUESTS if path.startswith(_ANSWERS) else Risk.OTHER
    )
    if old is None or new is None:
        yield Reason(risk=kind, difference=f"{path}: {'added' if old is None else 'removed'}")
        return
    before, after = _said(old), _said(new)
    gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
    for line in gone:
        yield Reason(risk=kind, difference=f"{path}: removed: {line}")
    for line in come:
        yield Reason(risk=kind, difference=f"{path}: added: {line}")
    if not gone and not come:
        moved = before != after
        words = "entries in another order" if moved else "comments only"
        yield Reason(risk=kind if moved else Risk.HARMLESS, difference=f"{path}: {words}")


def _said(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _lines(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Lines taken away, and lines added with the one before them: a change stays itself when others land elsewhere.

    Lines that only changed places are told in their new order: the order of rules has a meaning.
    """
    for path in sorted({*old, *new}):
        before, after = _lines_of(old, path), _lines_of(new, path)
        was, stands = set(before), set(after)
        yield from (f"{path}\0-{line}" for line in before if line not in stands)
        yield from (f"{path}\0{above}\0+{line}" for above, line in pairwise(("", *after)) if line not in was)
        kept_after = [line for line in after if line in was]
        if kept_after != [line for line in before if line in stands]:
            yield from (f"{path}\0={line}" for line in kept_after)


def _lines_of(files: Mapping[str, str], path: str) -> list[str]:
    return [line for line in files.get(path, "").splitlines() if line.strip()]


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()
