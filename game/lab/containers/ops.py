"""The ops container of a run: where a team works, among its servers, with their tools and the game's commands."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from game.errors import StorageFailed, UsageError
from game.lab.containers.engine import Engine
from game.lab.containers.pod import now_ms
from game.lab.containers.provision import DOOR, NEEDS, OPS, image
from game.lab.containers.spawner import own_file
from game.lab.containers.specification import PREFIX, Mount, Ownership, Specification, container_body
from game.lab.register import ENGINE
from game.lab.unprivileged import unprivileged

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.unprivileged import Unprivileged

FOLDER = "ops"
SESSION = "session.json"
WAITING = ("sleep", "infinity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ops:
    """A container that waits for commands."""

    engine: Engine
    container: str


def open_ops(root: Path) -> Ops:
    """Return the run's ops container, started now if it is not there. The run's game must be alive."""
    record = json.loads((root / ENGINE).read_text())
    run, engine = str(record["run"]), Engine(str(record["address"]))
    there = engine.find(run, OPS)
    if there:
        return Ops(engine=engine, container=there)
    door = engine.find(run, DOOR)
    if not door:
        raise UsageError(
            f"the run {run} has no containers any more", hint="start one: danceoff play --runtime docker"
        )
    account = unprivileged()
    try:
        session = _session(root, account)
        _share(root / "lb", account)
    except OSError as error:
        raise StorageFailed(f"{error.filename}: {error.strerror}", hint="make room there") from error
    log = root / "logs" / "ops.log"
    own_file(log, account)
    specification = Specification(
        service=OPS,
        image=image(NEEDS[OPS].image),
        arguments=WAITING,
        directory=root / "lb",
        user=f"{account.uid}:{account.gid}" if account else f"{os.getuid()}:{os.getgid()}",
        network=f"container:{door}",
        # What git is told lies in .git: who could write there could have the game run programs of theirs.
        mounts=(
            Mount(path=root / "lb", writable=True),
            Mount(path=root / "lb" / ".git"),
            Mount(path=root / "live" / "certs" / "ca.pem"),
            Mount(path=session),
            Mount(path=log, writable=True),
        ),
        bounds=NEEDS[OPS].bounds,
        owner=Ownership(run=run, start_ms=now_ms()),
        log=log,
        environment=_environment(session),
    )
    started = engine.start(f"{PREFIX}-{run}-{OPS}", container_body(specification, engine.source))
    return Ops(engine=engine, container=started.container)


def _environment(session: Path) -> tuple[tuple[str, str], ...]:
    return (
        ("DANCEOFF_SESSION", str(session)),
        ("HOME", "/tmp"),  # noqa: S108 - inside the container, and its own
        ("PS1", "ops \\w $ "),
        # Short answers are printed, long ones paged.
        ("LESS", "-FRX"),
        ("TERM", os.environ.get("TERM", "xterm")),
        # The repository is the game's; reading it is fine.
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    )


def _session(root: Path, account: Unprivileged | None) -> Path:
    """Copy what commands need to find the game to where the container's user can read it, and nobody else."""
    folder = root / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / SESSION
    copy.write_bytes((root / SESSION).read_bytes())
    copy.chmod(0o600)
    if account is not None:
        account.own(folder, copy)
    return copy


def _share(repository: Path, account: Unprivileged | None) -> None:
    """Let the container's user edit the working tree, which stays the game's own; what is made there later, too."""
    if account is None:
        return
    # A folder comes before what is in it: whatever is made from then on is shared already.
    for path in chain((repository,), repository.rglob("*")):
        if ".git" in path.relative_to(repository).parts or path.is_symlink():
            continue
        with suppress(FileNotFoundError):  # replaced this moment, by a colleague's change
            os.chown(path, -1, account.gid)
            path.chmod(0o2775 if path.is_dir() else 0o664)
