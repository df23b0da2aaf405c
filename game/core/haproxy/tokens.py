r"""One line of a configuration -> its words, exactly as HAProxy 2.6-2.8 splits it.

Words are separated by C white space. `'...'` is literal; `"..."` expands `$NAME` and `${NAME}`; outside single quotes a
backslash escapes blank, `\`, `#`, `'`, `"`, gives `\t \n \r \xNN`, and otherwise stands for itself (so `\1` of a
regular expression survives). `#` outside quotes starts a comment, even inside a word. A carriage return ends the line
like a newline does. There is no line continuation in these versions.

Bytes that are not UTF-8 (`\xE9`) are kept as lone surrogates, as `surrogateescape` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from game.core.haproxy.invalid import ConfigurationInvalid

MAX_WORDS = 64

_BLANKS = b" \t\n\v\f\r"
_SPECIAL = re.compile(rb"[\\\"'#\r]")
_ESCAPES = {ord(" "): b" ", ord("\\"): b"\\", ord("t"): b"\t", ord("n"): b"\n", ord("r"): b"\r"}
_ESCAPES |= {ord("#"): b"#", ord("'"): b"'", ord('"'): b'"'}
_ENVIRONMENT = re.compile(
    rb"\$(?:\{(?P<braced>\.?[A-Za-z0-9_]*)(?:\[\*\])?(?:-[^}]*)?\}|(?P<bare>\.?[A-Za-z0-9_]+))"
)
_NAME_START = re.compile(rb"\$\{?[A-Za-z_.]")
_PSEUDO = {b".LINE", b".FILE", b".SECTION"}
_PLAIN = {
    None: re.compile(rb"[^ \t\n\v\f\r\\\"'#]+"),
    ord('"'): re.compile(rb"[^\r\\\"$]+"),
    ord("'"): re.compile(rb"[^\r']+"),
}
_SAFE_WORD = re.compile(
    r"[^\s\"'\\#\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000\ud800-\udfff]+"
)
_IN_SINGLE = re.compile(r"[^'\x00-\x1f\x7f\ud800-\udfff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A word that refers to the environment: its index, the variables' names, and how it is written in the file."""

    index: int
    names: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line's words. A word with an expansion holds its source text; all others are free of quotes and escapes."""

    words: tuple[str, ...]
    comment: str = ""
    expansions: tuple[Expansion, ...] = ()


def split_words(line: str, number: int) -> Words:
    """Split one line (without its newline). Raises ConfigurationInvalid with `number` as its line."""
    try:
        raw = line.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise ConfigurationInvalid(
            "a character is not text", line=number, remedy="save the file as UTF-8"
        ) from None
    if b"\0" in raw:
        raise ConfigurationInvalid("a NUL byte", line=number, remedy="remove it: the file is text")
    if _SPECIAL.search(raw) is None:
        words = tuple(word.decode("utf-8", "surrogateescape") for word in raw.split())
        if len(words) > MAX_WORDS or (len(words) == MAX_WORDS and raw[-1:] in _BLANKS):
            raise _too_many(number)
        return Words(words=words)
    return _Splitter(raw.lstrip(_BLANKS), number).split()


def quote(word: str) -> str:
    """Write a word so that HAProxy reads it back unchanged: bare, in single quotes, or in double quotes with escapes."""
    if _SAFE_WORD.fullmatch(word):
        return word
    if _IN_SINGLE.fullmatch(word):
        return f"'{word}'"
    return '"' + "".join(map(_escaped, word)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\$':
        return "\\" + character
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character


def _too_many(number: int) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"more than {MAX_WORDS} words", line=number, remedy="split the line: HAProxy stops at 64 words"
    )


class _Splitter:
    """Reads the bytes of one line from left to right; `at` is the next byte."""

    def __init__(self, raw: bytes, number: int) -> None:
        self.raw = raw
        self.number = number
        self.at = 0
        self.quote: int | None = None
        self.word = bytearray()
        self.word_start = 0
        self.words: list[str] = []
        self.names: list[str] = []
        self.expansions: list[Expansion] = []

    def split(self) -> Words:
        comment = ""
        while self.at < len(self.raw):
            byte = self.raw[self.at]
            if byte in b"\r\n":
                break
            if byte == ord("#") and self.quote is None:
                comment = self.raw[self.at + 1 :].decode("utf-8", "surrogateescape").strip()
                break
            self._step(byte)
        if self.quote is not None:
            raise self._error("a quote is not closed", "close it on the same line")
        if self.word or self.names:
            self._finish_word(self.at)
        return Words(words=tuple(self.words), comment=comment, expansions=tuple(self.expansions))

    def _step(self, byte: int) -> None:
        plain = _PLAIN[self.quote].match(self.raw, self.at)
        if plain is not None:
            self.word += plain[0]
            self.at = plain.end()
        elif byte in b"\"'":
            # The patterns above leave only a quote that opens, or the one that closes the current quote.
            self.quote = byte if self.quote is None else None
            self.at += 1
        elif byte == ord("\\"):
            self._escape()
        elif byte == ord("$"):
            self._environment()
        else:
            self._finish_word(self.at)
            if len(self.words) >= MAX_WORDS:
                raise _too_many(self.number)
            while self.at < len(self.raw) and self.raw[self.at] in _BLANKS:
                self.at += 1
            self.word_start = self.at

    def _finish_word(self, end: int) -> None:
        if self.names:
            source = self.raw[self.word_start : end].decode("utf-8", "surrogateescape")
            self.expansions.append(Expansion(index=len(self.words), names=tuple(self.names), source=source))
            self.words.append(source)
        else:
            self.words.append(self.word.decode("utf-8", "surrogateescape"))
        self.word.clear()
        self.names.clear()

    def _escape(self) -> None:
        after = self.raw[self.at + 1] if self.at + 1 < len(self.raw) else 0
        if after == ord("x"):
            digits = self.raw[self.at + 2 : self.at + 4]
            if re.fullmatch(rb"[0-9A-Fa-f]{2}", digits) is None:
                raise self._error(
                    "\\x is not followed by two hexadecimal digits", "write \\\\x for a literal \\x"
                )
            if digits == b"00":
                raise self._error("\\x00 cuts a word short", "remove it")
            self.word.append(int(digits, 16))
            self.at += 4
        elif after == ord("$") and self.quote == ord('"'):
            self.word += b"$"
            self.at += 2
        elif after in _ESCAPES:
            self.word += _ESCAPES[after]
            self.at += 2
        else:
            self.word += b"\\"
            self.at += 1

    def _environment(self) -> None:
        if _NAME_START.match(self.raw, self.at) is None:
            raise self._error("$ in double quotes names a variable", "write \\$ or use single quotes")
        found = _ENVIRONMENT.match(self.raw, self.at)
        if found is None:
            raise self._error("a variable's brace is not closed", "write ${NAME}, or use single quotes")
        name = found["braced"] or found["bare"]
        if name.startswith(b".") and name not in _PSEUDO:
            raise self._error("an unknown pseudo-variable", "use single quotes for literal text")
        self.names.append(name.decode("ascii"))
        self.word += found[0]
        self.at = found.end()

    def _error(self, what: str, remedy: str) -> ConfigurationInvalid:
        return ConfigurationInvalid(what, line=self.number, remedy=remedy)
