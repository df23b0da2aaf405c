"""Two configurations compared by meaning: which statement of which section came, went, changed or moved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from game.core.haproxy.canonical import Canonical, CanonicalSection, canonical
from game.core.haproxy.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game.core.haproxy.configuration import Configuration
    from game.core.haproxy.statement import Statement

DifferenceKind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. `old` and `new` are canonical lines, empty where there is none.

    `section` is the title in the new configuration, or the old one's if the section is gone, such as `backend be_auth`.
    `keyword` is the statement's first word; `section` if a whole section came or went, `from` if a proxy inherits other
    defaults. `in_words` tells it to people.
    """

    section: str
    keyword: str
    kind: DifferenceKind
    old: str
    new: str
    in_words: str


def same_meaning(one: Configuration, other: Configuration) -> bool:
    """Tell whether HAProxy would behave the same with either."""
    return _meaning(canonical(one)) == _meaning(canonical(other))


def differences(old: Configuration, new: Configuration) -> tuple[Difference, ...]:
    """List what differs by meaning; empty exactly when `same_meaning` holds."""
    before, after = canonical(old), canonical(new)
    if _meaning(before) == _meaning(after):
        return ()
    if before.in_place or after.in_place:
        before, after = _in_place(before), _in_place(after)
    pairs = _pairs(before.sections, after.sections)
    found: list[Difference] = []
    for one, other in pairs:
        found += _section_differences(one, other)
    found += _inheritance(before, after, pairs)
    found += _statement_differences("the top of the file", before.preamble, after.preamble)
    if not found:
        # What is left is order between sections that only directives or variables give a meaning to.
        words = in_words("the file", "moved", "", "")
        found.append(
            Difference(section="the file", keyword="section", kind="moved", old="", new="", in_words=words)
        )
    return tuple(found)


def _meaning(form: Canonical) -> object:
    """Reduce to what HAProxy acts on: names of `defaults` and unused ones are left out, inherited lines are spelled out."""
    if form.in_place:
        return tuple((section.header, section.texts) for section in form.sections), _texts(form.preamble)
    return frozenset(
        (section.keyword, section.name, section.texts, section.chain)
        for section in form.sections
        if section.keyword != "defaults" and (section.texts or section.keyword != "global")
    )


def _in_place(form: Canonical) -> Canonical:
    """Take every line of a section as one family, so that any move shows."""
    sections = tuple(
        replace(section, statements=tuple(replace(each, family="") for each in section.statements))
        for section in form.sections
    )
    return replace(form, sections=sections)


def _texts(statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(each.text for each in statements)


Pair = tuple[CanonicalSection | None, CanonicalSection | None]


def _pairs(before: Sequence[CanonicalSection], after: Sequence[CanonicalSection]) -> list[Pair]:
    """Match sections by kind and name; `defaults`, whose names mean nothing, by who inherits them and what they say."""
    old = {(section.keyword, section.name): section for section in before if section.keyword != "defaults"}
    new = {(section.keyword, section.name): section for section in after if section.keyword != "defaults"}
    pairs: list[Pair] = [(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    return _defaults_pairs(before, after) + pairs


def _defaults_pairs(before: Sequence[CanonicalSection], after: Sequence[CanonicalSection]) -> list[Pair]:
    """Match the most alike first. What nobody inherits is matched too, but says nothing and is left out."""
    old, new = _users(before), _users(after)
    scored = sorted(
        (-_likeness(old[one], new[other], before[one], after[other]), one, other)
        for one in old
        for other in new
    )
    found: list[tuple[int | None, int | None]] = []
    left, right = dict(old), dict(new)
    for score, one, other in scored:
        if score < 0 and one in left and other in right:
            del left[one], right[other]
            found.append((one, other))
    found += [(one, None) for one in left] + [(None, other) for other in right]
    return [
        (None if one is None else before[one], None if other is None else after[other])
        for one, other in found
        if (one is not None and old[one]) or (other is not None and new[other])
    ]


def _users(sections: Sequence[CanonicalSection]) -> dict[int, frozenset[str]]:
    """Map the index of each `defaults` to the titles of the proxies that take it, directly or not."""
    users: dict[int, set[str]] = {
        index: set() for index, section in enumerate(sections) if section.keyword == "defaults"
    }
    for section in sections:
        at = None if section.keyword == "defaults" else section.inherits
        while at is not None:
            users[at].add(section.title)
            at = sections[at].inherits
    return {at: frozenset(titles) for at, titles in users.items()}


def _likeness(
    old_users: frozenset[str], new_users: frozenset[str], old: CanonicalSection, new: CanonicalSection
) -> float:
    shared = len(old_users & new_users) / max(1, len(old_users | new_users))
    lines = sum((Counter(old.texts) & Counter(new.texts)).values())
    alike = 2 * lines / max(1, len(old.texts) + len(new.texts))
    return shared + alike + (0.5 if old.name and old.name == new.name else 0)


def _section_differences(old: CanonicalSection | None, new: CanonicalSection | None) -> list[Difference]:
    if old is not None and new is not None:
        return _statement_differences(new.title, old.statements, new.statements)
    if new is not None:
        whole = _difference(new.title, "section", "added", "", new.header)
        return [whole, *_statement_differences(new.title, (), new.statements)]
    if old is not None:
        whole = _difference(old.title, "section", "removed", old.header, "")
        return [whole, *_statement_differences(old.title, old.statements, ())]
    return []


def _inheritance(before: Canonical, after: Canonical, pairs: Iterable[Pair]) -> list[Difference]:
    """Find proxies that now take other `defaults`, with another content."""
    found = []
    partners = {id(old): new for old, new in pairs if old is not None and old.keyword == "defaults"}
    for old, new in pairs:
        if old is None or new is None or old.chain == new.chain:
            continue
        one = None if old.inherits is None else before.sections[old.inherits]
        other = None if new.inherits is None else after.sections[new.inherits]
        if one is not None and other is not None and partners.get(id(one)) is other:
            continue
        found.append(_difference(new.title, "from", "changed", _from(one), _from(other)))
    return found


def _from(section: CanonicalSection | None) -> str:
    return "no defaults" if section is None else section.title


def _statement_differences(
    title: str, old: Sequence[Statement], new: Sequence[Statement]
) -> list[Difference]:
    families: dict[str, tuple[list[Statement], list[Statement]]] = {}
    for statement in old:
        families.setdefault(statement.family, ([], []))[0].append(statement)
    for statement in new:
        families.setdefault(statement.family, ([], []))[1].append(statement)
    found = []
    for before, after in families.values():
        found += _family_differences(title, before, after)
    return found


def _family_differences(title: str, old: list[Statement], new: list[Statement]) -> list[Difference]:
    """Align two lists of one family; equal lines that only stand elsewhere are moved, replaced lines are changed."""
    before, after = _texts(old), _texts(new)
    if before == after:
        return []
    gone: list[Statement] = []
    come: list[Statement] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[i:j]
            come += new[k:m]
    found = []
    for statement in tuple(gone):
        partner = next((other for other in come if other.text == statement.text), None)
        if partner is not None:
            gone.remove(statement)
            come.remove(partner)
            found.append(_difference(title, statement.keyword, "moved", statement.text, partner.text))
    for statement in gone:
        partner = next((other for other in come if _same_thing(statement, other)), None)
        if partner is None:
            found.append(_difference(title, statement.keyword, "removed", statement.text, ""))
        else:
            come.remove(partner)
            found.append(_difference(title, statement.keyword, "changed", statement.text, partner.text))
    return found + [_difference(title, other.keyword, "added", "", other.text) for other in come]


_NAMED = frozenset({"server", "nameserver", "peer", "user", "group", "mailer", "acl", "use_backend"})


def _same_thing(old: Statement, new: Statement) -> bool:
    """Whether one line is the other's successor: the same server, the same header, the same kind of rule."""
    if old.keyword != new.keyword:
        return old.family == new.family and old.keyword not in {"server", "default-server", "server-template"}
    if old.keyword in _NAMED:
        return old.words[1:2] == new.words[1:2]
    if old.family in {"http-request", "http-response", "http-after-response", "http-check", "tcp-check"}:
        return old.words[1:2] == new.words[1:2]
    return True


def _difference(section: str, keyword: str, kind: DifferenceKind, old: str, new: str) -> Difference:
    words = in_words(section, kind, old, new)
    return Difference(section=section, keyword=keyword, kind=kind, old=old, new=new, in_words=words)
