"""`haproxy -c` on a folder, in an environment that gives it as little as possible.

Checking a configuration carries some of it out, so the allow-list comes first and this is the second line: no inherited
variables, an unprivileged user where the game is root, no processes, no files of any size written, bounded memory, CPU and time,
and a sandbox of `bwrap` without network where that program works.

A shell puts the limits on itself and then becomes HAProxy: `preexec_fn` is unsafe in a program with threads, and to limit
another account's process from outside takes a right that root lacks in many containers.
"""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from game.errors import MissingProgram, ServiceFailed
from game.lab.openssl import ISOLATED
from game.lab.runtime.haproxy import PEER

if TYPE_CHECKING:
    from game.lab.unprivileged import Unprivileged

# Shells disagree on the letter for the number of processes, and on whether files are counted in blocks of 512 or 1024.
# HAProxy needs a small one: it keeps its messages in shared memory. A limit that cannot be set ends the check.
LIMITED = """
ulimit -c 0 && ulimit -f 256 && ulimit -t "$1" && ulimit -v "$2" && ulimit -n "$3" || exit 126
[ "$4" = any ] || ulimit -u 0 2>/dev/null || ulimit -p 0 || exit 126
shift 4
exec "$@"
"""
CANNOT_LIMIT = 126
NOT_FOUND = 127
ENVIRONMENT = {"LC_ALL": "C", **dict(ISOLATED)}
SYSTEM_FOLDERS = (Path("/usr"), Path("/lib"), Path("/lib64"), Path("/lib32"), Path("/bin"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one check may use. A configuration of a few kilobytes takes about 20 ms and 15 MB."""

    wall_s: float = 5.0
    cpu_s: int = 4
    memory_bytes: int = 512 * 1024 * 1024
    open_files: int = 64 * 1024
    output_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`output` is what HAProxy printed, raw; `stopped` says why it was ended, empty when it ended by itself."""

    ok: bool
    output: str
    stopped: str
    took_ms: int


class Checks(Protocol):
    """Checks folders that hold a `haproxy.cfg` and the files beside it."""

    def staging(self, root: Path) -> Path: ...
    def check(self, folder: Path) -> Checked: ...


class Checker:
    """Checks folders that hold a `haproxy.cfg` and the files beside it."""

    def __init__(self, haproxy: Path, account: Unprivileged | None, limits: Limits | None = None) -> None:
        """Take the program, the account to run it as (None: the game's own user), and the limits."""
        self._haproxy = haproxy
        self._account = account
        self._limits = limits or Limits()

    @cached_property
    def sandboxed(self) -> bool:
        """Whether `bwrap` is there and works here; tried once."""
        bwrap, account = shutil.which("bwrap"), self._account
        if bwrap is None:
            return False
        try:
            tried = subprocess.run(
                self._sandbox(bwrap, None, (str(self._haproxy), "-v")),
                env=ENVIRONMENT,
                capture_output=True,
                timeout=self._limits.wall_s,
                check=False,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return tried.returncode == 0

    def staging(self, root: Path) -> Path:
        """Return where folders to check have to lie, for a run that lives at `root`."""
        return root

    def check(self, folder: Path) -> Checked:
        """Have HAProxy read `folder/haproxy.cfg` with `folder` as its directory; returns within the wall time."""
        arguments: tuple[str, ...] = (str(self._haproxy), "-c", "-L", PEER, "-f", "haproxy.cfg")
        bwrap, account = shutil.which("bwrap"), self._account
        if bwrap is not None and self.sandboxed:
            arguments = self._sandbox(bwrap, folder, arguments)
        started = time.monotonic()
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", LIMITED, "danceoff", *self._bounds(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=ENVIRONMENT,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        except OSError as error:
            raise ServiceFailed(
                f"the check of {folder.name} cannot start: {error.strerror}",
                hint="is the folder readable by the servers' account? `danceoff doctor` looks at it",
            ) from error
        with process:
            try:
                output, stopped = self._read(process, started + self._limits.wall_s)
            finally:
                _end(process)
        if process.returncode in {CANNOT_LIMIT, NOT_FOUND}:
            raise MissingProgram(
                f"{self._haproxy} does not start within limits: {output.strip()[:200]}",
                hint="`danceoff doctor` says how to mend it",
            )
        return Checked(
            ok=process.returncode == 0 and not stopped,
            output=output,
            stopped=stopped or ending(process.returncode),
            took_ms=round((time.monotonic() - started) * 1000),
        )

    def _bounds(self) -> tuple[str, ...]:
        """Return the shell's limits: CPU seconds, kilobytes of memory, open files, processes."""
        limits = self._limits
        bounds = [
            _below(resource.RLIMIT_CPU, limits.cpu_s),
            _below(resource.RLIMIT_AS, limits.memory_bytes) // 1024,
            _below(resource.RLIMIT_NOFILE, limits.open_files),
        ]
        # bwrap needs processes; what it starts is held by namespaces instead.
        return (*map(str, bounds), "any" if self.sandboxed else "0")

    def _read(self, process: subprocess.Popen[bytes], deadline: float) -> tuple[str, str]:
        """Collect output until it ends, grows too long or takes too long."""
        if process.stdout is None:
            raise AssertionError("it is a pipe")
        collected = bytearray()
        stopped = ""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not stopped:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    stopped = f"it took longer than {self._limits.wall_s:g} s"
                elif not (part := os.read(process.stdout.fileno(), 65536)):
                    break
                else:
                    collected += part
                    if len(collected) > self._limits.output_bytes:
                        stopped = "it printed too much"
        if not stopped:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                stopped = f"it took longer than {self._limits.wall_s:g} s"
        return collected[: self._limits.output_bytes].decode(errors="replace"), stopped

    def _sandbox(self, bwrap: str, folder: Path | None, arguments: tuple[str, ...]) -> tuple[str, ...]:
        """Wrap a command so that it sees the system's libraries, HAProxy and the folder, read-only, and no network."""
        seen: list[str] = []
        for path in (*SYSTEM_FOLDERS, self._haproxy.parent):
            if path.is_symlink():
                seen += ["--symlink", str(path.readlink()), str(path)]
            elif path.is_dir():
                seen += ["--ro-bind", str(path), str(path)]
        if folder is not None:
            seen += ["--ro-bind", str(folder), str(folder), "--chdir", str(folder)]
        # Without /proc the loader cannot tell the program's folder, beside which a wheel keeps its libraries.
        seen += ["--setenv", "LD_LIBRARY_PATH", str(self._haproxy.parent / "lib")]
        guards = ("--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL")
        return (bwrap, *guards, *seen, "--", *arguments)


def _below(what: int, amount: int) -> int:
    """Return the amount, or the limit that this process lives under itself if that is less."""
    hard = resource.getrlimit(what)[1]
    return amount if hard == resource.RLIM_INFINITY else min(amount, hard)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the check and its session, and reap it."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ending(code: int) -> str:
    match code:
        case 0 | 1:
            return ""
        case 2:
            return "nothing in it listens"
        case -9 | -24 | 137 | 152:
            return "it used too much CPU time"
        case -25 | 153:
            return "it tried to write a large file"
        case -6 | -11 | 134 | 139:
            return "it ran out of its memory"
        case _:
            return f"HAProxy ended with code {code}"
