"""The normal form: idempotent, blind to how a thing is written, and to nothing else."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.core.haproxy.canonical import canonical_text
from game.core.haproxy.configuration import SECTIONS, parse
from game.core.haproxy.difference import differences, same_meaning
from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.tokens import quote, split_words

# Other work on the machine must not fail a test.
CALM = settings(deadline=None)
SOBER = (Path(__file__).parent / "_data" / "sober.cfg").read_text()
CFG = Path(__file__).parents[4] / "stacks" / "auth" / "haproxy" / "haproxy.cfg"
STACK = re.sub(r"@[a-z0-9_.]+@", "127.0.0.1:20001", CFG.read_text())
SPELLINGS = {
    "1s": ("1000ms", "1000", "1000000us"),
    "10s": ("10000", "10000ms"),
    "60s": ("1m", "60000"),
    "30s": ("30000",),
    "500ms": ("500", "500000us"),
    "100k": ("102400", "100K"),
}
TIMED = re.compile(r"timeout|hold|inter|expire|hard-stop-after")


def respell(word: str, chance: random.Random) -> str:
    """Write a word in another way that HAProxy reads the same."""
    way = chance.randrange(5)
    if way == 0 and "'" not in word:
        return f"'{word}'"
    if way == 1:
        return '"' + re.sub(r'([\\"$])', r"\\\1", word) + '"'
    if way == 2:
        at = chance.randrange(len(word))
        return f"{quote(word[:at]) if at else ''}\\x{ord(word[at]):02X}{quote(word[at + 1 :]) if word[at + 1 :] else ''}"
    if way == 3:
        return re.sub(r"([\\ #'\"])", r"\\\1", word)
    return quote(word)


def reorder_options(words: list[str], chance: random.Random) -> list[str]:
    """Shuffle the options of a server or bind line; those with a value keep it."""
    head = {"server": 3, "bind": 2, "default-server": 1}[words[0]]
    flags = {"check", "ssl", "accept-proxy"}
    options, rest = [], words[head:]
    while rest:
        count = 1 if rest[0] in flags else 2
        options.append(rest[:count])
        rest = rest[count:]
    chance.shuffle(options)
    return words[:head] + [word for option in options for word in option]


def rewrite(line: str, chance: random.Random) -> str:
    """Rewrite one line without touching its meaning."""
    words = list(split_words(line, 1).words)
    if not words:
        return line
    if words[0] in {"server", "bind", "default-server"} and "crt" not in words:
        words = reorder_options(words, chance)
    if TIMED.search(line):
        words = [chance.choice(SPELLINGS.get(word, (word,))) for word in words]
    gap = chance.choice([" ", "  ", "\t"])
    comment = chance.choice(["", " # why", "\t#", "   "])
    return chance.choice(["", "    ", "\t"]) + gap.join(respell(word, chance) for word in words) + comment


def neutral(text: str, seed: int) -> str:
    """Change much of how a configuration is written, and nothing of what it means."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible shuffle
    blocks: list[list[str]] = []
    for line in text.splitlines():
        words = split_words(line, 1).words
        if words and words[0] in SECTIONS:
            blocks.append([])
        if words and blocks:
            blocks[-1].append(line)
    top = [block for block in blocks if block[0].startswith("global")]
    base = [block for block in blocks if block[0].startswith("defaults")]
    rest = [block for block in blocks if block not in top and block not in base]
    chance.shuffle(rest)
    if chance.random() < 0.5:
        base = [["defaults base", *block[1:]] for block in base]
    lines: list[str] = []
    for block in top + base + rest:
        lines += ["", "# ----", rewrite(block[0], chance)]
        lines += [rewrite(line, chance) for line in loosen(block[1:], chance)]
    return "\n".join(lines) + "\n"


def loosen(lines: list[str], chance: random.Random) -> list[str]:
    """Move independent settings anywhere within a section; acls only up, since they stand before their use."""
    free = re.compile(
        r"\s*(?:timeout|maxconn|option|retries|balance|mode|http-reuse|nbthread|default_backend)\b"
    )
    moving = [line for line in lines if free.match(line)]
    staying = [line for line in lines if not free.match(line)]
    acls = [line for line in staying if line.split()[0] == "acl"]
    staying = [*acls[::-1], *(line for line in staying if line not in acls)]
    for line in moving:
        staying.insert(chance.randrange(len(staying) + 1), line)
    return staying


@pytest.mark.parametrize("text", [SOBER, STACK], ids=["sober", "stack"])
@CALM
@given(seed=st.integers(0, 2**32))
def test_neutral_edits_compare_equal(text: str, seed: int) -> None:
    edited = neutral(text, seed)
    assert edited != text
    one, other = parse(text), parse(edited)
    assert differences(one, other) == ()
    assert same_meaning(one, other)
    assert differences(other, one) == ()


@pytest.mark.parametrize("text", [SOBER, STACK, "", "global\n"], ids=["sober", "stack", "empty", "global"])
def test_canonical_text_is_idempotent(text: str) -> None:
    once = canonical_text(parse(text))
    assert canonical_text(parse(once)) == once
    assert same_meaning(parse(text), parse(once))


def mutate(text: str, seed: int) -> str:
    """Damage a configuration: lines and words lost, doubled, swapped, replaced, cut."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible shuffle
    lines = text.splitlines()
    for _ in range(chance.randrange(1, 6)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                del lines[at]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                words = lines[at].split()
                chance.shuffle(words)
                lines[at] = "    " + " ".join(words)
            case 4:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 5:
                lines[at] += chance.choice(
                    [" '", ' "', " \\", " $X", ' "$X"', " #", " \\x41", " \\x", " ''", "\r"]
                )
            case 6:
                lines[at] += " " + lines[other].strip()
            case _:
                lines[at] = chance.choice(
                    ["defaults", "defaults d", ".if 1", ".endif", "backend b from d", "listen l"]
                )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("thousandth", range(10))
def test_a_thousand_damaged_files_give_a_normal_form_or_words(thousandth: int) -> None:
    parsed = 0
    sober = parse(SOBER)
    for seed in range(thousandth * 100, thousandth * 100 + 100):
        try:
            configuration = parse(mutate(SOBER, seed))
        except ConfigurationInvalid as refused:
            assert refused.remedy  # noqa: PT017 - any other error fails the test by itself
            continue
        parsed += 1
        text = canonical_text(configuration)
        assert canonical_text(parse(text)) == text
        assert same_meaning(configuration, parse(text))
        assert (differences(sober, configuration) == ()) == same_meaning(sober, configuration)
    assert parsed > 30


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http-request deny deny_status 403 if a || b", "http-request deny status 403 if a or b"),
        ("stick-table type string len 9 size 1k store gpc0,conn_cur", "stick-table size 1024 store conn_cur store gpc0 type string len 9"),
        ("stats refresh 60", "stats refresh 1m"),
        ("cookie C insert maxidle 60", "cookie C maxidle 1m insert"),
        ("tcp-request inspect-delay 5000", "tcp-request inspect-delay 5s"),
        ("http-request wait-for-body time 1000 at-least 1024", "http-request wait-for-body time 1s at-least 1k"),
        ("http-request set-timeout server 5000", "http-request set-timeout server 5s"),
    ],
)  # fmt: skip
def test_other_spellings_of_one_line(one: str, other: str) -> None:
    assert same_meaning(parse(f"backend b\n {one}\n"), parse(f"backend b\n {other}\n"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("log-format a\n option httplog", "option httplog\n log-format a"),
        ("timeout client 1s\n timeout client 2s", "timeout client 2s\n timeout client 1s"),
        ("option httpclose\n option http-keep-alive", "option http-keep-alive\n option httpclose"),
        ("no log\n log global", "log global\n no log"),
        ("acl a path || x", "acl a path or x"),
        ("http-request deny if { path || }", "http-request deny if { path or }"),
        ("http-request set-header || or", "http-request set-header or or"),
        ("default-server maxconn 1\n server s 127.0.0.1:1", "server s 127.0.0.1:1\n default-server maxconn 1"),
        ("server s 127.0.0.1:1 weight 1 weight 2", "server s 127.0.0.1:1 weight 2 weight 1"),
        ("server s 127.0.0.1:1 check no-check", "server s 127.0.0.1:1 no-check check"),
        ("capture request header A len 9\n http-request capture path len 9", "http-request capture path len 9\n capture request header A len 9"),
        ("filter compression\n filter trace", "filter trace\n filter compression"),
        ("use_backend a if x\n use_backend b if y", "use_backend b if y\n use_backend a if x"),
        ("errorfile 503 a\n errorfile 503 b", "errorfile 503 b\n errorfile 503 a"),
    ],
)  # fmt: skip
def test_order_that_matters_is_kept(one: str, other: str) -> None:
    assert not same_meaning(parse(f"backend b\n {one}\n"), parse(f"backend b\n {other}\n"))


def test_an_acl_below_its_first_use_stays_below_it() -> None:
    """HAProxy does not know it there; the normal form must not repair what HAProxy refuses."""
    text = canonical_text(
        parse("frontend f\n http-request deny if late\n acl late path /\n acl early path /\n")
    )
    rows = [row.strip() for row in text.splitlines()]
    assert (
        rows.index("acl early path /")
        < rows.index("http-request deny if late")
        < rows.index("acl late path /")
    )


def test_a_word_that_begins_a_line_with_a_bracket_does_not_become_a_scope() -> None:
    text = canonical_text(parse("frontend f\n '[x' y\n"))
    assert parse(text).sections[0].lines[0].words == ("[x", "y")


def test_what_depends_on_its_place_keeps_it() -> None:
    text = 'global\n    setenv A b\n    log "$A" local0\n    maxconn 1\n\nfrontend z\n    mode http\n\nbackend a\n    mode http\n'
    assert canonical_text(parse(text)) == text
