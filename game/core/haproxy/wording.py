"""Differences in words for people: `backend be_auth: server auth3: maxconn 60 -> 1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.options import take_apart
from game.core.haproxy.tokens import quote, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.haproxy.options import Option


def in_words(section: str, kind: Literal["added", "removed", "changed", "moved"], old: str, new: str) -> str:
    """Tell one difference in a line, naming the option that changed where the line is made of options."""
    match kind:
        case "added":
            return f"{section}: added: {new}"
        case "removed":
            return f"{section}: removed: {old}"
        case "moved":
            return f"{section}: moved: {new}" if new else f"{section}: lines stand in another order"
        case "changed":
            return f"{section}: {_change(old, new)}"


def _change(old: str, new: str) -> str:
    before, after = _words(old), _words(new)
    one = take_apart(before) if before else None
    other = take_apart(after) if after else None
    if one is not None and other is not None and one.head == other.head:
        head = " ".join(map(quote, one.head[:2])) if one.head[0] != "default-server" else "default-server"
        return f"{head}: {_options(one.options, other.options)}"
    shared = 0
    while shared < min(len(before), len(after)) and before[shared] == after[shared]:
        shared += 1
    shared = min(shared, 2, len(before) - 1, len(after) - 1)
    if shared <= 0:
        return f"{old} -> {new}"
    lead = " ".join(map(quote, before[:shared]))
    return f"{lead}: {_rest(before, shared)} -> {_rest(after, shared)}"


def _rest(words: Sequence[str], start: int) -> str:
    return " ".join(map(quote, words[start:]))


def _options(old: Sequence[Option], new: Sequence[Option]) -> str:
    said = []
    gone = [option for option in old if option not in new]
    come = [option for option in new if option not in old]
    for option in gone:
        partner = next((other for other in come if other.name == option.name), None)
        if partner is None:
            said.append(f"without {' '.join(map(quote, option.words))}")
        else:
            come.remove(partner)
            before, after = (" ".join(map(quote, each.values)) for each in (option, partner))
            said.append(f"{option.name} {before} -> {after}")
    said += [f"with {' '.join(map(quote, option.words))}" for option in come]
    return ", ".join(said) or "options repeated or in another order"


def _words(text: str) -> tuple[str, ...]:
    try:
        return split_words(text, 0).words
    except ConfigurationInvalid:
        # A line with a directive's text is told as it stands.
        return ()
