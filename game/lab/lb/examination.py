"""What can be said of submitted files without HAProxy: their size, their syntax, and whether the allow-list has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core.haproxy.allowed import allowed
from game.core.haproxy.canonical import canonical, canonical_text
from game.core.haproxy.configuration import MAX_BYTES, Configuration, parse
from game.core.haproxy.invalid import ConfigurationInvalid
from game.lab.lb.files import CONFIGURATION, MAX_FILE_BYTES, MAX_FILES, is_load_balancers

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.lb.files import Files

Stage = Literal["size", "syntax", "allow-list", "check", "reload"]
MAX_WORDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why files were not put into service: the stage that refused them, and words fit for whoever submitted them."""

    stage: Stage
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Files that may be checked: `files` hold the configuration written anew from its words."""

    files: Files
    configuration: Configuration


def examine(files: Files, certificates: frozenset[str], ports: frozenset[int] | None) -> Examined | Refusal:
    """Go through size, syntax and allow-list.

    `certificates` are paths beside the submitted files that lines may name; `ports`, when given, are the only ones to
    listen on or connect to.
    """
    too_much = _size(files)
    if too_much:
        return Refusal(stage="size", words=too_much)
    if CONFIGURATION not in files:
        return Refusal(stage="syntax", words=(f"there is no {CONFIGURATION}",))
    try:
        configuration = parse(files[CONFIGURATION])
    except ConfigurationInvalid as error:
        return Refusal(stage="syntax", words=(str(error),))
    forbidden = tuple(
        f"{path[:60]!r}: the load balancer has no such file; there are maps/*.map and errors/*.http"
        for path in files
        if not is_load_balancers(path)
    )
    beside = frozenset(files.keys() - {CONFIGURATION}) | certificates
    # Their nameservers are on loopback, or the allow-list refuses them.
    resolvers = frozenset(
        section.name for section in configuration.sections if section.keyword == "resolvers"
    )
    found = allowed(configuration, files=beside, resolvers=resolvers, ports=ports)
    forbidden += tuple(str(each) for each in found)
    if forbidden:
        return Refusal(stage="allow-list", words=forbidden[:MAX_WORDS])
    return Examined(
        files={**files, CONFIGURATION: canonical_text(configuration)}, configuration=configuration
    )


def written_words(examined: Examined) -> str:
    """Return a configuration's words as one text: whoever wrote them may see them quoted."""
    configuration = examined.configuration
    lines = [" ".join(line.words) for line in configuration.lines]
    return "\n".join((*lines, *(section.title for section in configuration.sections)))


def line_finder(examined: Examined) -> Callable[[int], int]:
    """Return a function from a line of the rewritten text to the line of the submitted one."""
    numbers = _line_numbers(examined.configuration)

    def submitted(line: int) -> int:
        return numbers[line - 1] if 0 < line <= len(numbers) and numbers[line - 1] else line

    return submitted


def _line_numbers(configuration: Configuration) -> tuple[int, ...]:
    """List, for each line that `canonical_text` writes, where it stood before (0: a blank line between sections)."""
    form = canonical(configuration)
    blocks = [[each.number for each in form.preamble]] if form.preamble else []
    blocks += [[section.number, *(each.number for each in section.statements)] for section in form.sections]
    return tuple(number for block in blocks for number in (*block, 0))


def _size(files: Files) -> tuple[str, ...]:
    words = [
        f"{path[:60]}: more than {limit // 1024} kB"
        for path, text in files.items()
        if len(text) > (limit := MAX_BYTES if path == CONFIGURATION else MAX_FILE_BYTES)
    ]
    if len(files) > MAX_FILES:
        words.append(f"more than {MAX_FILES} files")
    return tuple(words)
