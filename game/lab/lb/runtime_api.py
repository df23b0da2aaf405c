"""HAProxy's runtime commands for trainees: a list of verbs that may pass, each with the form of its arguments.

The raw socket is never handed out: with it one can read the environment, point a server at any address, or change
what logs tell. Everything that is not listed is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import Refused

if TYPE_CHECKING:
    from game.lab.lb.master import Master

MAX_CHARACTERS = 400

_NAME = r"[A-Za-z0-9_.:-]+"
_SERVER = rf"{_NAME}/{_NAME}"
_FILE = r"(?:#\d+|(?:maps/)?[A-Za-z0-9_.-]+\.map)"
_KEY = r"[A-Za-z0-9_.:*/+=-]+"
_LOOPBACK = r"(?:127(?:\.\d{1,3}){3}|::1)"
_COUNT = r"\d{1,7}"
_FILTER = rf"(?: (?:key {_KEY}|data\.[a-z0-9_]+ (?:eq|ne|le|ge|lt|gt) {_COUNT}))?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A command that may pass. `form` is a regular expression for the whole line, `usage` how it is shown."""

    usage: str
    form: str
    changes_state: bool = False


VERBS = (
    Verb(usage="show stat", form=r"show stat(?: (?:up|no-maint|typed|json|desc))*"),
    Verb(usage="show info", form=r"show info(?: (?:typed|json|desc|float))*"),
    Verb(usage="show version", form=r"show version"),
    Verb(usage="show backend", form=r"show backend"),
    Verb(usage="show servers state|conn [BACKEND]", form=rf"show servers (?:state|conn)(?: {_NAME})?"),
    Verb(usage="show table [TABLE [key KEY | data.X OP N]]", form=rf"show table(?: {_NAME}{_FILTER})?"),
    Verb(usage="show map [FILE]", form=rf"show map(?: {_FILE})?"),
    Verb(usage="get map FILE KEY", form=rf"get map {_FILE} {_KEY}"),
    Verb(usage="show acl [#N]", form=r"show acl(?: #\d+)?"),
    Verb(usage="show errors", form=rf"show errors(?: {_NAME}(?: (?:request|response))?)?"),
    Verb(usage="show activity", form=r"show activity"),
    Verb(usage="show pools", form=r"show pools"),
    Verb(usage="show sess", form=r"show sess(?: (?:all|0x[0-9a-f]+))?"),
    Verb(usage="show peers", form=r"show peers"),
    Verb(usage="show resolvers", form=rf"show resolvers(?: {_NAME})?"),
    Verb(usage="show ssl cert [FILE]", form=r"show ssl cert(?: (?:certs/)?[A-Za-z0-9_-]+\.pem)?"),
    Verb(usage="get weight BACKEND/SERVER", form=rf"get weight {_SERVER}"),
    Verb(
        usage="set server BACKEND/SERVER state ready|drain|maint",
        form=rf"set server {_SERVER} state (?:ready|drain|maint)",
        changes_state=True,
    ),
    Verb(
        usage="set server BACKEND/SERVER weight N|N%",
        form=rf"set (?:server {_SERVER} weight|weight {_SERVER}) \d{{1,3}}%?",
        changes_state=True,
    ),
    Verb(
        usage="set server BACKEND/SERVER health up|stopping|down",
        form=rf"set server {_SERVER} health (?:up|stopping|down)",
        changes_state=True,
    ),
    Verb(
        usage="set server BACKEND/SERVER agent up|down",
        form=rf"set server {_SERVER} agent (?:up|down)",
        changes_state=True,
    ),
    Verb(
        usage="set server BACKEND/SERVER addr 127.x.x.x [port N]",
        form=rf"set server {_SERVER} addr {_LOOPBACK}(?: port \d{{1,5}})?",
        changes_state=True,
    ),
    Verb(
        usage="set maxconn server BACKEND/SERVER N",
        form=rf"set maxconn server {_SERVER} {_COUNT}",
        changes_state=True,
    ),
    Verb(
        usage="set maxconn frontend FRONTEND N",
        form=rf"set maxconn frontend {_NAME} {_COUNT}",
        changes_state=True,
    ),
    Verb(usage="set maxconn global N", form=rf"set maxconn global {_COUNT}", changes_state=True),
    Verb(
        usage="set rate-limit connections|sessions|ssl-sessions global N",
        form=rf"set rate-limit (?:connections|sessions|ssl-sessions) global {_COUNT}",
        changes_state=True,
    ),
    Verb(
        usage="enable|disable server|health|agent BACKEND/SERVER",
        form=rf"(?:enable|disable) (?:server|health|agent) {_SERVER}",
        changes_state=True,
    ),
    Verb(
        usage="enable|disable frontend FRONTEND",
        form=rf"(?:enable|disable) frontend {_NAME}",
        changes_state=True,
    ),
    Verb(usage="set map FILE KEY VALUE", form=rf"set map {_FILE} {_KEY} {_KEY}", changes_state=True),
    Verb(usage="add map FILE KEY VALUE", form=rf"add map {_FILE} {_KEY} {_KEY}", changes_state=True),
    Verb(usage="del map FILE KEY", form=rf"del map {_FILE} {_KEY}", changes_state=True),
    Verb(
        usage="clear table TABLE [key KEY | data.X OP N]",
        form=rf"clear table {_NAME}{_FILTER}",
        changes_state=True,
    ),
    Verb(usage="clear counters [all]", form=r"clear counters(?: all)?", changes_state=True),
    Verb(
        usage="shutdown sessions server BACKEND/SERVER",
        form=rf"shutdown sessions server {_SERVER}",
        changes_state=True,
    ),
)
# What only an exercise may do: to count in a table what nobody did is no way to operate one.
STAGED = (
    Verb(
        usage="set table TABLE key KEY data.X N",
        form=rf"set table {_NAME} key {_KEY} data\.gp[ct][a-z0-9_]* {_COUNT}",
        changes_state=True,
    ),
)
_FORMS = tuple((re.compile(verb.form), verb) for verb in VERBS)
_STAGED_FORMS = tuple((re.compile(verb.form), verb) for verb in STAGED)


class LbConsole:
    """Passes permitted commands to the worker that serves."""

    def __init__(self, master: Master) -> None:
        self._master = master

    def run(self, line: str) -> str:
        """Return HAProxy's answer without blank lines at its end; many changes answer nothing at all."""
        return self._master.ask_worker(permitted(line)[0]).strip("\n")

    def stage(self, line: str) -> str:
        """The same for a fault of an exercise, which may do a little more."""
        return self._master.ask_worker(permitted(line, staged=True)[0]).strip("\n")


def changes_state(line: str) -> bool:
    """Tell whether a permitted command changes the running state; it is then worth a record. Raises Refused."""
    return permitted(line)[1].changes_state


def permitted(line: str, *, staged: bool = False) -> tuple[str, Verb]:
    """Return the command as it is sent (single blanks) and its verb, or raise Refused with what may be used."""
    if len(line) > MAX_CHARACTERS:
        raise Refused(
            f"a command of more than {MAX_CHARACTERS} characters", hint="send one short command at a time"
        )
    if not line.isascii() or not line.isprintable():
        raise Refused(
            "a command with line breaks or unusual characters", hint="send one command, in plain characters"
        )
    command = " ".join(line.split(" ")).strip()
    command = re.sub(r" {2,}", " ", command)
    if not command:
        raise Refused("an empty command", hint=f"one of: {usage()}")
    for form, verb in (*_FORMS, *(_STAGED_FORMS if staged else ())):
        if form.fullmatch(command):
            return command, verb
    raise Refused(
        f"`{command[:60]}` is not among the runtime commands that may be used here", hint=_nearest(command)
    )


def usage() -> str:
    """List all permitted commands on one line."""
    return "; ".join(verb.usage for verb in VERBS)


def _nearest(command: str) -> str:
    """Name the commands that begin with the same words, else all of them."""
    words = command.split(" ")
    for count in (2, 1):
        start = " ".join(words[:count])
        near = [verb.usage for verb in VERBS if verb.usage.startswith(start)]
        if near and len(words) >= count:
            return "form: " + "; ".join(near)
    return f"one of: {usage()}"
