"""What a seed decides: one value for each variant, one order of the changes, filled into texts, patches and fields.

Choices hang on SHA-256 of code, seed and name, so they are the same on every Python and system.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game.catalog.choices import ChoicesFile, Word
    from game.catalog.strict_yaml import Value

_PLACEHOLDER = re.compile(r"@([a-z][a-z0-9_-]*)@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`words` maps names to what fills `@name@`; `order` holds ids of changes in their order, or nothing."""

    words: Mapping[str, Word]
    order: tuple[str, ...]


def choose(choices: ChoicesFile, code: str, seed: int) -> Choice:
    """The choice of a seed."""
    return _pick(choices, lambda name, count: _draw(code, seed, name) % count)


def all_choices(choices: ChoicesFile) -> tuple[Choice, ...]:
    """As few choices as hold every value of every variant and every order at least once."""
    longest = max([1, len(choices.orders), *(len(values) for values in choices.variants.values())])
    return tuple(_pick(choices, partial(_turn, turn)) for turn in range(longest))


def fill(value: Value, choice: Choice) -> Value:
    """Fill placeholders in every text and name of a raw value; a text that is nothing but one keeps the chosen value's type."""
    if isinstance(value, dict):
        return {fill_text(key, choice): fill(below, choice) for key, below in value.items()}
    if isinstance(value, list):
        return [fill(below, choice) for below in value]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value)
    if whole and whole[1] in choice.words:
        return choice.words[whole[1]]
    return fill_text(value, choice)


def fill_text(text: str, choice: Choice) -> str:
    """Fill known names; endpoints (`@haproxy.edge@`) and names filled later (`@fault@`) stay."""
    return _PLACEHOLDER.sub(lambda found: str(choice.words.get(found[1], found[0])), text)


def names_in(text: str) -> tuple[str, ...]:
    """Names of placeholders without a dot in a text."""
    return tuple(_PLACEHOLDER.findall(text))


def _pick(choices: ChoicesFile, index: Callable[[str, int], int]) -> Choice:
    words: dict[str, Word] = {}
    for name, values in choices.variants.items():
        value = values[index(name, len(values))]
        if isinstance(value, (str, int, float)):
            words[name] = value
        else:
            words.update(value)
    orders = choices.orders
    choice = Choice(words=words, order=orders[index("orders", len(orders))] if orders else ())
    # The text of one variant may name another.
    filled = {
        name: fill_text(word, choice) if isinstance(word, str) else word for name, word in words.items()
    }
    return replace(choice, words=filled)


def _turn(turn: int, _: str, count: int) -> int:
    return turn % count


def _draw(code: str, seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{code}/{seed}/{name}".encode()).digest()[:8])
