"""The seam between the game and the way a stack is run: processes here, containers or a cluster elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.places import Place

ServiceAction = Literal["start", "stop", "restart", "pause", "resume", "kill"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of coming up, for progress: what, and how long it took."""

    what: str
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    service: str
    running: bool
    pid: int
    restarts: int


class Runtime(Protocol):
    """Brings one stack up, tells its addresses, takes it down. `down` is idempotent and may be called at any point."""

    def prepare(self) -> Place:
        """Make the run directory and allocate every address. Starts nothing."""

    def up(self, progress: Callable[[Step], None]) -> None:
        """Start every service in dependency order and wait until each is healthy. `live/` must be filled before."""

    def act(self, service: str, action: ServiceAction, settings: tuple[tuple[str, str], ...] = ()) -> None:
        """Start, stop, restart, pause, resume or kill one service; start and restart wait until it is healthy."""

    def states(self) -> tuple[ServiceState, ...]:
        """Tell which services run, by their processes; cheap enough to poll twice a second."""

    def trouble(self) -> str:
        """Say what is wrong with what the services stand on, in words for people; empty when nothing is."""

    def down(self) -> None:
        """Stop everything that was started, by pid, and remove nothing that is evidence (logs, lb/, approved/)."""
