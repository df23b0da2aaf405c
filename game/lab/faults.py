"""Breaking things on purpose: apply and undo each kind of fault on a run's stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, assert_never

from game.core.exercise import LbChange, LbFile, LbRuntime, LbStale, NoFault, ServiceFault, ToxicFault
from game.errors import ServiceFailed
from game.lab.toxics import Toxic

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.exercise import Change, Fault
    from game.lab.lb.runtime_api import LbConsole
    from game.lab.runtime.attended import AttendedRuntime
    from game.lab.toxics import Toxics


def nothing() -> None:
    """Nobody has to be waited for."""


class Commits(Protocol):
    """The load balancer's repository and apply path, as far as a fault needs them."""

    def commit_and_apply(self, change: Change, together: Callable[[], None] = nothing) -> str: ...

    def replace_file(self, path: str, content: str, together: Callable[[], None] = nothing) -> None: ...

    def load_only(self, patch: str, actor: str) -> None: ...

    def load_approved(self) -> None: ...

    def fill(self, text: str) -> str: ...


class Faults:
    """Applies each kind of fault; `undo` is its one remedy. Neither decides anything."""

    def __init__(
        self, commits: Commits, console: LbConsole, toxics: Toxics, runtime: AttendedRuntime
    ) -> None:
        self._commits = commits
        self._console = console
        self._toxics = toxics
        self._runtime = runtime

    def make(self, fault: Fault, together: Callable[[], None] = nothing) -> str:
        """Break it. Returns the revision that did, or empty when no commit did.

        `together` is called when all is ready, right before users can feel it.
        """
        match fault:
            case LbChange(change=change):
                return self._commits.commit_and_apply(change, together)
            case LbFile(path=path, content=content):
                self._commits.replace_file(path, content, together)
            case _:
                together()
                self._make_beside(fault)
        return ""

    def _make_beside(self, fault: LbRuntime | LbStale | ToxicFault | ServiceFault | NoFault) -> None:
        """Break what is not in the load balancer's files."""
        match fault:
            case LbRuntime(commands=commands):
                self._tell(commands)
            case LbStale(patch=patch, actor=actor):
                self._commits.load_only(patch, actor)
            case ToxicFault():
                self.add_toxic(fault)
            case ServiceFault(service=service, action="stop"):
                self._runtime.act(service, "stop")
            case ServiceFault(service=service, action="pause"):
                self._runtime.act(service, "pause")
            case ServiceFault(service=service, settings=settings):
                self._runtime.act(service, "restart", settings)
            case NoFault():
                pass
            case _:
                assert_never(fault)

    def undo(self, fault: Fault) -> None:
        """The remedy of a fault that is not a commit; a commit is undone through the repository by whoever leads there."""
        match fault:
            case LbRuntime(revert=commands):
                self._tell(commands)
            case LbFile() | LbStale():
                self._commits.load_approved()
            case ToxicFault(proxy=proxy, toxic=toxic):
                self._toxics.remove(proxy, f"{proxy}-{toxic}")
            case ServiceFault(service=service, action="stop"):
                self._runtime.act(service, "start")
            case ServiceFault(service=service, action="pause"):
                self._runtime.act(service, "resume")
            case ServiceFault(service=service):
                self._runtime.as_delivered(service)
            case LbChange() | NoFault():
                pass
            case _:
                assert_never(fault)

    def add_toxic(self, fault: ToxicFault) -> None:
        self._toxics.add(
            fault.proxy,
            Toxic(
                name=f"{fault.proxy}-{fault.toxic}",
                kind=fault.toxic,
                attributes=fault.attributes,
                toxicity=fault.toxicity,
            ),
        )

    def _tell(self, commands: tuple[str, ...]) -> None:
        for command in map(self._commits.fill, commands):
            answer = self._console.stage(command)
            if "Unknown command" in answer or "No such" in answer:
                raise ServiceFailed(
                    f"HAProxy did not take `{command}`: {answer.strip()}", hint="mend the exercise's commands"
                )
