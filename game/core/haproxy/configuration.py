"""A configuration as HAProxy sees it: sections in order, their lines as words, and which `defaults` a proxy inherits.

Refused here, because their meaning cannot be told or HAProxy refuses them too: scopes (`[name]` lines), words before the
first section, a `global` below a proxy (it would not apply to the lines above it), two sections of one kind and name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.tokens import Expansion, split_words

MAX_BYTES = 256 * 1024
MAX_LINES = 5000
# A history is read over and over: as many files are kept in mind, as they were read.
KEPT = 32

PROXIES = frozenset({"frontend", "backend", "listen"})
SECTIONS = PROXIES | {
    "cache", "defaults", "fcgi-app", "global", "http-errors", "log-forward", "mailers", "namespace_list", "peers",
    "program", "resolvers", "ring", "traces", "userlist",
}  # fmt: skip
_NAMELESS = frozenset({"global", "namespace_list", "traces"})
_ENVIRONMENT = frozenset({"setenv", "presetenv", "unsetenv", "resetenv", "default-path", "unix-bind"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with at least one word. `comment` is what followed it after `#`."""

    number: int
    words: tuple[str, ...]
    comment: str = ""
    expansions: tuple[Expansion, ...] = ()

    @property
    def is_directive(self) -> bool:
        """Whether it is `.if`, `.notice` and the like, which HAProxy carries out while it reads."""
        return self.words[0].startswith(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`parent` is the name after `from`; `inherits` the index in `Configuration.sections` of the defaults it takes."""

    keyword: str
    name: str
    number: int
    lines: tuple[Line, ...] = ()
    parent: str | None = None
    inherits: int | None = None
    comment: str = ""
    expansions: tuple[Expansion, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.keyword} {self.name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """`preamble` holds the directives above the first section; nothing else can stand there."""

    sections: tuple[Section, ...]
    preamble: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.preamble + tuple(line for section in self.sections for line in section.lines)

    @property
    def is_opaque(self) -> bool:
        """Whether the order of lines carries meaning everywhere: directives, or lines that change what later ones say."""
        return any(
            line.is_directive or line.expansions or line.words[0] in _ENVIRONMENT for line in self.lines
        ) or any(section.expansions for section in self.sections)

    def section(self, keyword: str, name: str = "") -> Section | None:
        return next(
            (found for found in self.sections if (found.keyword, found.name) == (keyword, name)), None
        )


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Configuration:
    """Read a whole file. Raises ConfigurationInvalid, and nothing else, for any text."""
    reader = _Reader()
    for line in read_lines(text):
        reader.take(line)
    return reader.finish()


def read_lines(text: str) -> tuple[Line, ...]:
    """Split into lines of words, leaving out blank lines and mere comments."""
    if len(text) > MAX_BYTES:
        raise ConfigurationInvalid(
            f"more than {MAX_BYTES} characters",
            line=0,
            remedy="shorten the file: a sober one has a few kilobytes",
        )
    if not text:
        return ()
    rows = text.split("\n")
    if rows.pop():
        raise ConfigurationInvalid(
            "the last line has no newline",
            line=len(rows) + 1,
            remedy="end the file with a newline: HAProxy insists",
        )
    if len(rows) > MAX_LINES:
        raise ConfigurationInvalid(f"more than {MAX_LINES} lines", line=MAX_LINES, remedy="shorten the file")
    found = []
    for number, row in enumerate(rows, start=1):
        if row.lstrip(" \t\n\v\f\r").startswith("["):
            raise ConfigurationInvalid(
                "a scope line", line=number, remedy="remove the line that starts with ["
            )
        split = split_words(row, number)
        if split.words and split.words[0]:
            found.append(
                Line(number=number, words=split.words, comment=split.comment, expansions=split.expansions)
            )
    return tuple(found)


class _Reader:
    """Collects lines into sections and works out inheritance as HAProxy does: the nearest `defaults` above."""

    def __init__(self) -> None:
        self.preamble: list[Line] = []
        self.headers: list[Section] = []
        self.bodies: list[list[Line]] = []
        self.last_defaults: int | None = None

    def take(self, line: Line) -> None:
        if line.words[0] in SECTIONS and not (line.expansions and line.expansions[0].index == 0):
            self._open(line)
        elif self.bodies:
            self.bodies[-1].append(line)
        elif line.is_directive:
            self.preamble.append(line)
        else:
            raise ConfigurationInvalid(
                f"`{line.words[0][:40]}` stands before any section",
                line=line.number,
                remedy="begin with a section such as `global`",
            )

    def finish(self) -> Configuration:
        sections = tuple(
            replace(header, lines=tuple(body)) for header, body in zip(self.headers, self.bodies, strict=True)
        )
        return Configuration(sections=sections, preamble=tuple(self.preamble))

    def _open(self, line: Line) -> None:
        header = _header(line)
        if header.keyword in PROXIES or header.keyword == "defaults":
            header = replace(header, inherits=self._inherits(header))
        if header.keyword == "global":
            if any(other.keyword in PROXIES or other.keyword == "defaults" for other in self.headers):
                raise ConfigurationInvalid(
                    "`global` stands below a proxy", line=line.number, remedy="move it to the top of the file"
                )
        elif header.keyword != "defaults" and any(
            (other.keyword, other.name) == (header.keyword, header.name) for other in self.headers
        ):
            raise ConfigurationInvalid(
                f"a second `{header.title}`", line=line.number, remedy="merge the two sections, or rename one"
            )
        if header.keyword == "defaults":
            self.last_defaults = len(self.headers)
        self.headers.append(header)
        self.bodies.append([])

    def _inherits(self, header: Section) -> int | None:
        if header.parent is None:
            return None if header.keyword == "defaults" else self.last_defaults
        named = [
            index
            for index, other in enumerate(self.headers)
            if other.keyword == "defaults" and other.name == header.parent
        ]
        if len(named) != 1:
            raise ConfigurationInvalid(
                f"`from {header.parent}` finds {len(named)} sections `defaults {header.parent}` above it",
                line=header.number,
                remedy="name exactly one `defaults` above",
            )
        return named[0]


def _header(line: Line) -> Section:
    keyword, rest = line.words[0], tuple(word for word in line.words[1:] if word)
    parent = None
    if (keyword in PROXIES or keyword == "defaults") and len(rest) >= 2 and rest[-2] == "from":
        parent, rest = rest[-1], rest[:-2]
    name = rest[0] if rest else ""
    if len(rest) > (0 if keyword in _NAMELESS else 1):
        raise ConfigurationInvalid(
            f"too many words after `{keyword}`",
            line=line.number,
            remedy="give the section one name, and settings below",
        )
    if keyword in PROXIES and not name:
        raise ConfigurationInvalid(f"`{keyword}` without a name", line=line.number, remedy="name it")
    return Section(
        keyword=keyword,
        name=name,
        number=line.number,
        parent=parent,
        comment=line.comment,
        expansions=line.expansions,
    )
