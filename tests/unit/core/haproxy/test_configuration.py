from __future__ import annotations

import pytest

from game.core.haproxy.configuration import parse
from game.core.haproxy.invalid import ConfigurationInvalid


def test_sections_lines_and_comments() -> None:
    found = parse("# top\nglobal # here\n  maxconn 10 # why\n\nfrontend f\n    bind 127.0.0.1:8000\n")
    assert [(section.keyword, section.name, section.number) for section in found.sections] == [
        ("global", "", 2),
        ("frontend", "f", 5),
    ]
    line = found.sections[0].lines[0]
    assert (line.number, line.words, line.comment) == (3, ("maxconn", "10"), "why")
    assert found.sections[0].comment == "here"
    assert found.section("frontend", "f") is found.sections[1]
    assert found.section("backend", "f") is None


def test_a_proxy_takes_the_nearest_defaults_above_it_or_the_one_it_names() -> None:
    found = parse(
        "backend early\ndefaults base\ndefaults\nfrontend a\nbackend b from base\ndefaults last from base\nlisten c\n"
    )
    assert [section.inherits for section in found.sections] == [None, None, None, 2, 1, 1, 5]


def test_quoted_section_words_open_sections_and_a_blank_first_word_is_a_blank_line() -> None:
    found = parse("'front'end f\n\"\" mode tcp\nmode http\n")
    assert found.sections[0].title == "frontend f"
    assert [line.words for line in found.sections[0].lines] == [("mode", "http")]


def test_directives_are_told_apart() -> None:
    found = parse(".notice hello\nglobal\n.if defined(X)\n maxconn 1\n.endif\n")
    assert [line.is_directive for line in found.lines] == [True, True, False, True]
    assert found.is_opaque
    assert not parse("global\n maxconn 1\n").is_opaque
    assert parse('global\n maxconn "$N"\n').is_opaque


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("maxconn 1\n", 1, "before any section"),
        ("global\n maxconn 1", 2, "newline"),
        ("global\n[scope]\n", 2, "scope"),
        ("frontend\n", 1, "without a name"),
        ("frontend a b\n", 1, "too many words"),
        ("global x\n", 1, "too many words"),
        ("frontend a from b\n", 1, "finds 0"),
        ("defaults b\ndefaults b\nfrontend a from b\n", 3, "finds 2"),
        ("frontend a from b\ndefaults b\n", 1, "finds 0"),
        ("frontend a\nfrontend a\n", 2, "second"),
        ("defaults\nglobal\n", 2, "below a proxy"),
        ("global\n" + "\n" * 6000, 5000, "lines"),
        ("#" * 300_000, 0, "characters"),
        ("global\n log 'x\n", 2, "quote"),
    ],
)
def test_refusals_name_line_and_remedy(text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=said) as raised:
        parse(text)
    assert raised.value.line == line
    assert raised.value.remedy
