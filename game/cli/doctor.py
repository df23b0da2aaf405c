"""`danceoff doctor`: what this machine has, what is missing, and the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import psutil

from game.cli.output import json_option, print_json, print_table
from game.lab.binaries import find_programs
from game.lab.ground import look_for_engine
from game.lab.home import home
from game.lab.ports import VARIABLE as PORTS_VARIABLE
from game.lab.ports import offered, reserve
from game.lab.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST_MEMORY_MB = 600
LEAST_DISK_MB = 500
PORTS_OF_A_STACK = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: `state` is ok, missing (exercises cannot be played), or absent (they can)."""

    what: str
    state: str
    version: str
    where: str
    remedy: str


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Say which servers are used, their versions, what is missing, and the command that mends it."""
    findings = (*_programs(), *_machine(), _engine())
    if as_json:
        print_json(findings)
    else:
        print_table(
            ("what", "state", "version", "where"),
            [(row.what, row.state, row.version, row.where) for row in findings],
        )
        for row in findings:
            if row.remedy:
                click.echo(f"{row.what}: {row.remedy}")
    return 1 if any(row.state == "missing" for row in findings) else 0


def _programs() -> Iterator[Finding]:
    programs = find_programs()
    for program in programs.found:
        yield Finding(
            what=program.name,
            state="ok",
            version=program.version,
            where=f"{program.path} ({program.origin})",
            remedy="",
        )
    for lack in programs.missing:
        state = "absent" if lack.optional else "missing"
        yield Finding(what=lack.name, state=state, version="", where=lack.why, remedy=lack.remedy)


def _machine() -> Iterator[Finding]:
    yield _fine("python", platform.python_version(), sys.executable)
    yield _tool("git", "install git: the load balancer's configuration is a repository")
    account = unprivileged()
    if os.geteuid() != 0:
        yield _fine("account", "", f"uid {os.geteuid()}: servers run as you")
    elif account is None:
        yield _missing(
            "account", "root, and no unprivileged account for the servers", "create the user nobody"
        )
    else:
        yield _fine("account", "", "root: HAProxy and PostgreSQL run as an unprivileged user")
    available_mb = psutil.virtual_memory().available // 2**20
    yield _enough(
        "memory", available_mb, LEAST_MEMORY_MB, "end other programs: one stack with its load needs it"
    )
    place = home().path
    yield _enough("disk", _free_mb(place), LEAST_DISK_MB, f"free room for {place}, or set DANCEOFF_HOME")
    yield _ports()


def _engine() -> Finding:
    """Containers are for several teams; without an engine everything else can be played."""
    found = look_for_engine()
    state = "absent" if found.lacks else "ok"
    where = found.lacks or f"{found.where}, with every image"
    return Finding(what="engine", state=state, version=found.version, where=where, remedy=found.remedy)


def _ports() -> Finding:
    try:
        reserve(PORTS_OF_A_STACK).release()
    except Exception as error:  # noqa: BLE001 - whatever stands in the way is what the doctor is asked for.
        return _missing(
            "ports", str(error), f"end programs that listen on them, or name others with {PORTS_VARIABLE}"
        )
    ports = offered()
    return _fine("ports", "", f"loopback, {ports[0]}-{ports[-1]}")


def _tool(name: str, remedy: str) -> Finding:
    path = shutil.which(name)
    return _fine(name, "", path) if path else _missing(name, "not on PATH", remedy)


def _enough(what: str, have_mb: int, need_mb: int, remedy: str) -> Finding:
    words = f"{have_mb} MB free"
    return _fine(what, "", words) if have_mb >= need_mb else _missing(what, words, remedy)


def _free_mb(place: Path) -> int:
    """Free room where the home is or will be: of the nearest folder that exists."""
    existing = next(folder for folder in (place, *place.parents) if folder.exists())
    return shutil.disk_usage(existing).free // 2**20


def _fine(what: str, version: str, where: str) -> Finding:
    return Finding(what=what, state="ok", version=version, where=where, remedy="")


def _missing(what: str, where: str, remedy: str) -> Finding:
    return Finding(what=what, state="missing", version="", where=where, remedy=remedy)
