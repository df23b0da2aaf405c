"""Words of a line. That HAProxy itself splits lines this way is shown in tests/stack/core/test_haproxy_tokens.py."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from game.core.haproxy.configuration import parse
from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.tokens import quote, split_words

# Other work on the machine must not fail a test.
CALM = settings(deadline=None)
SPLIT = [
    ("mode http", ("mode", "http")),
    ("  mode\thttp  ", ("mode", "http")),
    ("log-format 'a b # c' # real", ("log-format", "a b # c")),
    ('log-format "a b # c"', ("log-format", "a b # c")),
    ("a#b", ("a",)),
    ("a\\#b", ("a#b",)),
    ("a\\ b c", ("a b", "c")),
    ("lu\\x61-load x", ("lua-load", "x")),
    ("'lua'-load x", ("lua-load", "x")),
    ('"lua-load" x', ("lua-load", "x")),
    ("re \\1\\2 \\d", ("re", "\\1\\2", "\\d")),
    ("re '\\1 \\\\'", ("re", "\\1 \\\\")),
    ("x \"\\$HOME\" '$HOME' $HOME", ("x", "$HOME", "$HOME", "$HOME")),
    ('x "it\'s" \'say "hi"\' \\\'q\\"', ("x", "it's", 'say "hi"', "'q\"")),
    ("x '' y", ("x", "", "y")),
    ("x ''", ("x",)),
    ("x a''b", ("x", "ab")),
    ("x \\t|\\n|\\r", ("x", "\t|\n|\r")),
    ("x\\\\", ("x\\",)),
    ("x\rignored", ("x",)),
    ("x \ry", ("x", "y")),
    ("x\vy\fz", ("x", "y", "z")),
    ("x h\xe9llo\u00a0w", ("x", "h\xe9llo\u00a0w")),
    ("x \\xc3\\xa9", ("x", "\xe9")),
    ("x \\xe9", ("x", "\udce9")),
]


@pytest.mark.parametrize(("line", "words"), SPLIT)
def test_words(line: str, words: tuple[str, ...]) -> None:
    assert split_words(line, 1).words == words


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("log-format 'abc", "quote"),
        ('log-format "abc', "quote"),
        ("x \"'", "quote"),
        ("x \\x4", "hexadecimal"),
        ("x \\xzz", "hexadecimal"),
        ("x \\x00", "cuts"),
        ("x \0", "NUL"),
        ('x "$"', "variable"),
        ('x "^/a$"', "variable"),
        ('x "${HOME"', "brace"),
        ('x "${.HOME}"', "pseudo"),
        (" ".join(["w"] * 65), "64"),
        (" ".join(["w"] * 64) + " ", "64"),
        ("'w' " * 64, "64"),
        ("x \ud800", "text"),
    ],
)
def test_errors_tell_the_line_and_what_to_do(line: str, said: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=said) as raised:
        split_words(line, 7)
    assert raised.value.line == 7
    assert "line 7" in str(raised.value)
    assert raised.value.remedy


def test_references_to_the_environment_are_reported() -> None:
    found = split_words('bind "${HOST}:${PORT-80}" \'${NOT}\' "$A[*]" # end', 3)
    assert [(each.index, each.names) for each in found.expansions] == [(1, ("HOST", "PORT")), (3, ("A",))]
    assert found.words == ("bind", '"${HOST}:${PORT-80}"', "${NOT}", '"$A[*]"')
    assert found.comment == "end"


@CALM
@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))
@example("\udce9")
@example("'\udce9\n")
def test_a_quoted_word_reads_back_unchanged(word: str) -> None:
    line = f"x {quote(word)} y"
    assert "\n" not in line
    assert split_words(line, 1).words == ("x", word, "y")


@CALM
@given(st.text())
@example("global\n" + "a'\n")
@example("[scope]\n")
@example("frontend x from y\n")
def test_any_text_parses_or_is_refused_in_words(text: str) -> None:
    try:
        parse(text)
    except ConfigurationInvalid as refused:
        assert refused.remedy  # noqa: PT017 - any other error fails the test by itself


@CALM
@given(st.text(alphabet="abs \"'\\$#{}x4\t\r\n.[", max_size=60))
def test_torture_parses_or_is_refused_in_words(text: str) -> None:
    try:
        parse("global\n" + text + "\n")
    except ConfigurationInvalid as refused:
        assert refused.remedy  # noqa: PT017 - any other error fails the test by itself
