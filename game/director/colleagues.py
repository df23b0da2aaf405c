"""What everybody else does to the load balancer: colleagues, faults, the canary step. The same apply path, and the same records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from game.core.control.note import NOTES, note
from game.core.events import MessageReceived
from game.core.exercise import Change
from game.errors import ServiceFailed
from game.lab.faults import nothing
from game.lab.lb.patching import patched

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.control.facts import Papers
    from game.core.events import Event
    from game.core.views import Reply
    from game.director.control import ChangeControl
    from game.director.stage import Stage


class Counter(Protocol):
    """Where changes are handed in: the desk. `in_service` is the revision that serves."""

    in_service: str

    def put_into_service(
        self, actor: str, message: str, revision: str, papers: Papers, together: Callable[[], None] = nothing
    ) -> Reply: ...

    def reverted(self, actor: str, revision: str) -> tuple[str, dict[str, str]]: ...


class Colleagues:
    """`record` appends a fact; `control` gives the papers that a change goes in with."""

    def __init__(
        self, stage: Stage, control: ChangeControl, record: Callable[[Event], object], counter: Counter
    ) -> None:
        self._stage = stage
        self._control = control
        self._record = record
        self._counter = counter

    def commit_and_apply(self, change: Change, together: Callable[[], None] = nothing) -> str:
        """A change by somebody else: committed and applied through the same path. Returns its revision.

        `together` is called right before HAProxy takes it.
        """
        repository = self._stage.repository
        revision = repository.commit_change(change)
        papers = self._control.scripted(change, repository.files_at(revision))
        reply = self._counter.put_into_service(change.author, change.message, revision, papers, together)
        if not reply.accepted:
            raise ServiceFailed(
                f"the change {change.id} was refused: {'; '.join(reply.lines)}", hint="mend its patch"
            )
        self._tell_on_call(change, reply.lines, papers)
        return revision

    def replace_file(self, path: str, content: str, together: Callable[[], None] = nothing) -> None:
        """Somebody replaces a file on the load balancer's disk and reloads: no commit, no record.

        `together` is called right before HAProxy takes it.
        """
        apply_path = self._stage.apply_path
        filled = self._stage.repository.fill(content, path)
        refusal = apply_path.overwrite({**apply_path.approved_files, path: filled}, together)
        if refusal is not None:
            raise ServiceFailed(
                f"the new {path} was refused: {'; '.join(refusal.words)}", hint="mend the file"
            )

    def load_only(self, patch: str, actor: str) -> None:
        """Somebody loads other files than the approved ones and puts these back without a reload: no commit, no record."""
        change = self._stage.repository.filled(
            Change(id="loaded", author=actor, message="never committed", patch=patch)
        )
        path = self._stage.apply_path
        refusal = path.load_only(patched(path.approved_files, change))
        if refusal is not None:
            raise ServiceFailed(
                f"what was to run is refused: {'; '.join(refusal.words)}", hint="mend its patch"
            )

    def step_back(self, revision: str, actor: str, message: str) -> str:
        """Undo one change on nobody's order; returns what became of it, in a sentence. Refused where it conflicts."""
        target, files = self._counter.reverted(actor, revision)
        change = Change(id="step-back", author=actor, message=message, patch="", approved_by=actor)
        papers = self._control.scripted(change, files)
        done = self._stage.repository.revert(target, actor)
        reply = self._counter.put_into_service(actor, message, done, papers)
        return f"{message}. It is {'taken back' if reply.accepted else 'refused'}: find out what it was."

    def load_approved(self) -> None:
        """Load what is approved once more."""
        self._counter.put_into_service(
            "game", "Load what is approved", self._counter.in_service, self._control.carried_over()
        )

    def fill(self, text: str) -> str:
        """A text with the run's addresses in place of its placeholders."""
        return self._stage.repository.fill(text)

    def _tell_on_call(self, change: Change, meaning: tuple[str, ...], papers: Papers) -> None:
        """Where changes are recorded, whoever is on call hears of somebody else's at once."""
        if self._control.mode != "open":
            self._record(MessageReceived(sender=NOTES, text=note(change, meaning, papers), inject=True))
