"""The normal form of a configuration: equal for two texts exactly when they mean the same.

What is normalised: white space, comments, quoting; units of time and size; the order of the options of `server`, `bind`,
`cookie` and `stick-table`; the order of independent settings, of `acl` lines and of whole sections; `||` and `or`;
`deny_status` and `status`; several `global` sections. What is kept: the order within each family of rules, of servers
(with the `default-server` lines between them), checks, filters, captures, log targets; and anything not understood.

`default-server` is not folded into the servers below it: the same effect written differently counts as a difference.
A configuration with directives or environment variables keeps all of its order, since any line may depend on another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import KEPT, Configuration, Section
from game.core.haproxy.statement import Statement, statement, statements, write

if TYPE_CHECKING:
    from collections.abc import Iterable

INDENT = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalSection:
    """`chain` is the text of every inherited `defaults`, nearest first; empty ones are left out, as they say nothing."""

    keyword: str
    name: str
    number: int
    statements: tuple[Statement, ...]
    header: str
    inherits: int | None = None
    chain: tuple[tuple[str, ...], ...] = ()

    @property
    def title(self) -> str:
        return f"{self.keyword} {self.name}".strip()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(each.text for each in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """Sections in the order in which they are written out; `inherits` counts in this order."""

    sections: tuple[CanonicalSection, ...]
    preamble: tuple[Statement, ...] = ()
    in_place: bool = False


@lru_cache(maxsize=KEPT)
def canonical(configuration: Configuration) -> Canonical:
    """Bring a configuration into its normal form."""
    in_place = configuration.is_opaque
    if not in_place:
        configuration = _one_global(configuration)
    sections = [_canonical_section(section, in_place=in_place) for section in configuration.sections]
    for index, section in enumerate(sections):
        # A `defaults` stands above whatever inherits from it, so its own chain is complete by now.
        sections[index] = replace(section, chain=_chain(sections, section.inherits))
    if in_place:
        preamble = tuple(statement("", line) for line in configuration.preamble)
        return Canonical(sections=tuple(sections), preamble=preamble, in_place=True)
    return Canonical(sections=_arranged(sections))


def canonical_text(configuration: Configuration) -> str:
    """Write a configuration out from its words: HAProxy reads the same meaning from it, and nothing else."""
    form = canonical(configuration)
    blocks = ["\n".join(each.text for each in form.preamble)] if form.preamble else []
    blocks += [
        "\n".join((section.header, *(INDENT + text for text in section.texts))) for section in form.sections
    ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _canonical_section(section: Section, *, in_place: bool) -> CanonicalSection:
    words = tuple(word for word in (section.keyword, section.name) if word)
    if section.parent is not None:
        words += ("from", section.parent)
    header = write(words)
    if section.expansions:
        sources = {expansion.index: expansion.source for expansion in section.expansions}
        header = " ".join(sources.get(index, quoted) for index, quoted in enumerate(map(_quoted, words)))
    return CanonicalSection(
        keyword=section.keyword,
        name=section.name,
        number=section.number,
        statements=statements(section.keyword, section.lines, in_place=in_place),
        header=header,
        inherits=section.inherits,
    )


def _quoted(word: str) -> str:
    return write((word,))


def _chain(sections: list[CanonicalSection], inherits: int | None) -> tuple[tuple[str, ...], ...]:
    if inherits is None:
        return ()
    parent = sections[inherits]
    return ((parent.texts, *parent.chain)) if parent.texts else parent.chain


def _one_global(configuration: Configuration) -> Configuration:
    """Fold several `global` sections into the first. They stand above every proxy, so indexes move evenly."""
    places = [index for index, section in enumerate(configuration.sections) if section.keyword == "global"]
    if len(places) < 2:
        return configuration
    lines = tuple(line for place in places for line in configuration.sections[place].lines)
    extra = places[1:]
    kept = []
    for index, section in enumerate(configuration.sections):
        if index == places[0]:
            kept.append(replace(section, lines=lines))
        elif index not in extra:
            inherits = section.inherits
            kept.append(section if inherits is None else replace(section, inherits=inherits - len(extra)))
    return Configuration(sections=tuple(kept))


def _arranged(sections: list[CanonicalSection]) -> tuple[CanonicalSection, ...]:
    """Order: global, the sections that are not proxies, proxies without defaults, then each defaults with its heirs."""
    heirs: dict[int | None, list[int]] = {}
    others, defaults = [], []
    for index, section in enumerate(sections):
        if section.keyword == "defaults":
            defaults.append(index)
        elif section.keyword in {"frontend", "backend", "listen"}:
            heirs.setdefault(section.inherits, []).append(index)
        else:
            others.append(index)

    def by_title(indexes: Iterable[int]) -> list[int]:
        return sorted(
            indexes,
            key=lambda at: (sections[at].keyword != "global", sections[at].keyword, sections[at].name),
        )

    def place_of_defaults(at: int) -> tuple[int, tuple[str, ...], list[str], int]:
        users = sorted(sections[heir].title for heir in heirs.get(at, ()))
        return _depth(sections, at), sections[at].texts, users, at

    order = by_title(others) + by_title(heirs.get(None, ()))
    for at in sorted(defaults, key=place_of_defaults):
        order += [at, *by_title(heirs.get(at, ()))]
    new_place = {old: new for new, old in enumerate(order)}
    return tuple(
        sections[old]
        if (inherits := sections[old].inherits) is None
        else replace(sections[old], inherits=new_place[inherits])
        for old in order
    )


def _depth(sections: list[CanonicalSection], at: int | None) -> int:
    depth = -1
    while at is not None:
        at = sections[at].inherits
        depth += 1
    return depth
