"""Runs git where nothing of the user or the system has a say: no configuration, hooks, signing, pagers or prompts."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.errors import MissingProgram, PlatformError
from game.lab.lb.files import is_shared

if TYPE_CHECKING:
    from pathlib import Path

WITHIN_S = 10.0
LOCK_WITHIN_S = 3.0
STEP_S = 0.02

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.symlinks=false",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "core.quotePath=false",
    "advice.detachedHead=false",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "gc.auto=0",
    "maintenance.auto=false",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who made a commit, and when (seconds since 1970, UTC)."""

    name: str
    mail: str
    at_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`output` is raw: contents of files need not be text."""

    code: int
    output: bytes
    complaint: str

    @property
    def text(self) -> str:
        return self.output.decode(errors="surrogateescape")


class GitFailed(PlatformError):
    """Git ended with an error; `complaint` is what it said."""

    def __init__(self, arguments: tuple[str, ...], where: Path, complaint: str) -> None:
        """Take what was run, in which folder, and what git said."""
        said = complaint.strip().splitlines()
        super().__init__(
            f"git {arguments[0]} in {where.name}/ failed: {said[0] if said else 'it said nothing'}",
            hint="`git status` there tells what state the repository is in",
        )
        self.complaint = complaint


def _git() -> str:
    found = shutil.which("git")
    if found is None:
        raise MissingProgram("git is not on PATH", hint="apt install git, or the like of your system")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git in one folder. `index` is another index file than the repository's own, for commits beside the worktree."""

    folder: Path
    index: Path | None = None
    _program: str = field(default_factory=_git)

    def run(
        self, *arguments: str, stdin: bytes = b"", person: Person | None = None, writes: bool = False
    ) -> Answer:
        """Run a command. `writes` waits for a while when another git holds the repository's lock."""
        deadline = time.monotonic() + LOCK_WITHIN_S
        while True:
            answer = self._once(arguments, stdin, person, writes=writes)
            locked = writes and answer.code != 0 and ".lock': File exists" in answer.complaint
            if not locked or time.monotonic() > deadline:
                return answer
            time.sleep(STEP_S)  # the polling step: the lock is a file of another git

    def must(
        self, *arguments: str, stdin: bytes = b"", person: Person | None = None, writes: bool = False
    ) -> Answer:
        """Run a command that is expected to work; GitFailed otherwise."""
        answer = self.run(*arguments, stdin=stdin, person=person, writes=writes)
        if answer.code != 0:
            raise GitFailed(arguments, self.folder, answer.complaint)
        return answer

    def line(self, *arguments: str) -> str:
        """Return the one line that a command prints."""
        return self.must(*arguments).text.strip()

    def blobs(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the contents of blobs by their object names, all by one command."""
        asked = "".join(f"{name}\n" for name in names).encode()
        left = self.must("cat-file", "--batch", stdin=asked).output
        contents = []
        for name in names:
            # `<name> blob <size>`, the content, a line's end.
            heading, _, left = left.partition(b"\n")
            found, kind, size = (*heading.split(b" "), b"", b"")[:3]
            if found.decode() != name or kind != b"blob":
                raise GitFailed(("cat-file",), self.folder, f"{name} is no blob")
            contents.append(Answer(code=0, output=left[: int(size)], complaint="").text)
            left = left[int(size) + 1 :]
        return tuple(contents)

    def _once(
        self, arguments: tuple[str, ...], stdin: bytes, person: Person | None, *, writes: bool
    ) -> Answer:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        try:
            ran = subprocess.run(
                [self._program, "--no-pager", *settings, *arguments],
                cwd=self.folder,
                env=self._environment(person, writes=writes),
                input=stdin,
                capture_output=True,
                timeout=WITHIN_S,
                check=False,
                # Who shares the worktree may go on writing what git writes anew; -1 leaves the mask as it is.
                umask=0o002 if is_shared(self.folder) else -1,
            )
        except subprocess.TimeoutExpired as error:
            raise GitFailed(arguments, self.folder, f"it took longer than {WITHIN_S:g} s") from error
        except OSError as error:
            raise GitFailed(arguments, self.folder, str(error.strerror)) from error
        return Answer(code=ran.returncode, output=ran.stdout, complaint=ran.stderr.decode(errors="replace"))

    def _environment(self, person: Person | None, *, writes: bool) -> dict[str, str]:
        environment = {
            "PATH": os.defpath,
            "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_EDITOR": "true",
            "GIT_OPTIONAL_LOCKS": "1" if writes else "0",
            # A folder that lost its .git must not find a repository further up.
            "GIT_CEILING_DIRECTORIES": str(self.folder.parent),
        }
        if self.index is not None:
            environment["GIT_INDEX_FILE"] = str(self.index)
        if person is not None:
            for role in ("AUTHOR", "COMMITTER"):
                environment[f"GIT_{role}_NAME"] = person.name
                environment[f"GIT_{role}_EMAIL"] = person.mail
                environment[f"GIT_{role}_DATE"] = f"@{person.at_s} +0000"
        return environment
