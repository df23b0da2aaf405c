"""The tokeniser against HAProxy's own: `-dC` prints every line as HAProxy split it, before anything is made of it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.tokens import quote, split_words

if TYPE_CHECKING:
    from tests.stack.core.conftest import Haproxy

pytestmark = pytest.mark.stack

PIECES = [
    "a",
    "bc",
    "d1",
    " ",
    " ",
    "\t",
    "'",
    "'",
    '"',
    '"',
    "\\",
    "\\",
    "#",
    "$",
    "{",
    "}",
    "[*]",
    "x41",
    "\\x42",
    "\\n",
]
PIECES += [
    "\\t",
    "\\r",
    "\r",
    "\v",
    "\\'",
    '\\"',
    "\\$",
    "\\#",
    "\\ ",
    "\xe9",
    "%[",
    "]",
    ",",
    "''",
    '""',
    "1",
    "-",
    ".",
    "\\1",
]
PIECES += ["${", "}", "$HOME", "\\xzz", "\\xe9", "word", "word", "word ", " word"]


def random_lines(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - a reproducible shuffle
    return ["w" + "".join(chance.choices(PIECES, k=chance.randrange(1, 14))) for _ in range(count)]


def test_random_lines_are_split_as_haproxy_splits_them(haproxy: Haproxy) -> None:
    good, bad = [], []
    for line in random_lines(1, 6000):
        try:
            words = split_words(line, 1)
        except ConfigurationInvalid:
            bad.append(line)
        else:
            if not words.expansions:
                good.append((line, words.words))
    assert len(good) > 1500
    assert len(bad) > 1500

    ran = haproxy.run("".join(f"{line}\n" for line, _ in good), "-dC", "-c")
    printed = "".join("\t" + "".join(f"{word} " for word in words) + "\n" for _, words in good)
    assert ran.stderr == b""
    assert ran.stdout.startswith(printed.encode("utf-8", "surrogateescape"))

    # HAProxy gives up after 50 errors, so the lines it must refuse are shown to it in portions.
    for start in range(0, len(bad), 40):
        portion = bad[start : start + 40]
        ran = haproxy.run("".join(f"{line}\n" for line in portion), "-dC", "-c")
        refused = {int(number) for number in re.findall(rb"checked\.cfg:([0-9]+)\]", ran.stderr)}
        assert refused == set(range(1, len(portion) + 1)), [
            portion[at - 1] for at in range(1, len(portion) + 1) if at not in refused
        ]


def test_quoted_words_come_back_unchanged(haproxy: Haproxy) -> None:
    lines = [
        tuple(word for word in re.split(r" +", line.replace("\r", "\\r")) if word)
        for line in random_lines(2, 1500)
    ]
    ran = haproxy.run("".join(" ".join(map(quote, words)) + "\n" for words in lines), "-dC", "-c")
    assert ran.stderr == b""
    printed = "".join("\t" + "".join(f"{word} " for word in words) + "\n" for words in lines)
    assert ran.stdout.startswith(printed.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("count", [63, 64, 65])
@pytest.mark.parametrize("end", ["", " ", " # c"])
def test_the_limit_of_words_is_haproxys(haproxy: Haproxy, count: int, end: str) -> None:
    line = " ".join(["w"] * count) + end
    refused = b"too many words" in haproxy.run(line + "\n", "-dC", "-c").stderr
    try:
        split_words(line, 1)
    except ConfigurationInvalid:
        assert refused
    else:
        assert not refused
