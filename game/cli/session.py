"""How commands in other processes find a live run: one small file in the run directory, readable by its owner only."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from game.errors import UsageError
from game.lab.home import home

VARIABLE = "DANCEOFF_SESSION"
NAME = "session.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`api` is the base address on loopback, `token` what every request carries, `pid` the game's process."""

    run: str
    code: str
    api: str
    token: str
    pid: int
    root: str


def write_session(session: Session) -> Path:
    path = Path(session.root) / NAME
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(session), file)
    temporary.replace(path)
    return path


def read_session(path: Path) -> Session:
    try:
        return Session(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"{path} does not describe a live run: {error}", hint="start one: danceoff play"
        ) from error


def current_session() -> Session:
    """The run this shell belongs to, else the newest run of this user whose game is alive."""
    named = os.environ.get(VARIABLE)
    if named:
        return read_session(Path(named))
    candidates = sorted(home().runs.glob(f"*/{NAME}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in candidates:
        session = read_session(path)
        if Path(f"/proc/{session.pid}").exists():
            return session
    raise UsageError("no run is going on", hint="start one in another terminal: danceoff play")
