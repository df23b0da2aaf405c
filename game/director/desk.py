"""What a trainee can do to the stack: check, apply, revert, runtime commands, services. Each act is recorded as a fact."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, assert_never

from game.core.control.facts import NO_PAPERS, Papers
from game.core.events import (
    ConfigurationApplied,
    ConfigurationRefused,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.views import CommitsView, CommitView, LinesView, Reply
from game.director.changelog import ago
from game.director.colleagues import Colleagues
from game.errors import Refused, UsageError
from game.lab.faults import nothing
from game.lab.lb.apply import Applied, Submission
from game.lab.lb.drift import unapplied
from game.lab.lb.examination import Refusal
from game.lab.lb.files import CONFIGURATION
from game.lab.lb.runtime_api import changes_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.events import Event
    from game.director.control import ChangeControl
    from game.director.stage import Stage

ACTIONS = ("start", "stop", "restart")
LONGEST_MESSAGE = 500


def _plainly(command: Callable[[], str]) -> str:
    return command()


class Desk:
    """`record` appends a fact; `require_open` raises Refused once the run is over; `control` says what a change takes."""

    def __init__(
        self,
        stage: Stage,
        record: Callable[[Event], object],
        looked: Callable[[str, str], None],
        require_open: Callable[[], None],
        control: ChangeControl,
        recorded: Callable[[Callable[[], str]], str] = _plainly,
    ) -> None:
        """`recorded` gives a command so that what it changes is known to be on record."""
        self._stage = stage
        self._control = control
        self._recorded = recorded
        self._record = record
        self._looked = looked
        self._require_open = require_open
        self.in_service = stage.sober
        self.colleagues = Colleagues(stage, control, record, self)

    def commits(self) -> CommitsView:
        self._looked("haproxy", "changes")
        repository = self._stage.repository
        return CommitsView(
            commits=tuple(
                CommitView(
                    number=commit.number,
                    revision=commit.revision,
                    author=commit.author,
                    when=ago(commit.at_s, int(time.time())),
                    message=commit.subject,
                    applied=commit.revision == self.in_service,
                )
                for commit in repository.log()
            ),
            uncommitted=bool(repository.dirty()),
        )

    def diff(self, revision: str) -> LinesView:
        self._looked("haproxy", "diff")
        repository = self._stage.repository
        return LinesView(lines=tuple(repository.diff(revision).splitlines()))

    def check(self) -> Reply:
        """Check the working tree as `apply` would; change nothing."""
        refusal = self._stage.apply_path.check(self._stage.repository.worktree())
        if refusal is None:
            return Reply(words="fine: `danceoff apply -m WHY` would put it into service")
        return _refused(refusal)

    def apply(self, actor: str, message: str, emergency: str = "") -> Reply:
        """Commit the working tree and put it into service; a refusal leaves both tree and service as they were.

        `emergency`: why the glass is to be broken where an approval is missing.
        """
        self._require_open()
        if not message.strip() or len(message) > LONGEST_MESSAGE:
            raise UsageError(
                f"a message has 1 to {LONGEST_MESSAGE} characters", hint="say why: danceoff apply -m WHY"
            )
        repository = self._stage.repository
        files = repository.worktree()
        refusal = self._stage.apply_path.check(files)
        if refusal is not None:
            return self._turn_down(actor, refusal)
        papers = self._control.admit(actor, files, message, emergency)
        revision = repository.commit_worktree(actor, message) or repository.head()
        return self.put_into_service(actor, message, revision, papers)

    def revert(self, actor: str, revision: str, why: str = "", emergency: str = "") -> Reply:
        """Undo one change with a new commit and put the result into service; `emergency` as in `apply`."""
        self._require_open()
        repository = self._stage.repository
        before, target = repository.head(), repository.resolve(revision)
        done = repository.revert(target, actor)
        message = f"Revert {target[:8]}"
        try:
            papers = self._control.admit(actor, repository.files_at(done), why or message, emergency)
        except Refused:
            repository.take_back(before)
            raise
        reply = self.put_into_service(actor, f"{message}: {why}" if why else message, done, papers)
        if not reply.accepted:
            repository.restore(before, actor)
        return reply

    def restore(self, actor: str, revision: str) -> Reply:
        """Put everything back to how it stood at a revision, with a new commit."""
        self._require_open()
        repository = self._stage.repository
        before = repository.head()
        done = repository.restore(revision, actor)
        message = f"Restore {revision[:8]}"
        try:
            papers = self._control.admit(actor, repository.files_at(done), message)
        except Refused:
            repository.take_back(before)
            raise
        return self.put_into_service(actor, message, done, papers)

    def reverted(self, actor: str, revision: str) -> tuple[str, dict[str, str]]:
        """The full revision, and the files as they would stand without that one change; nothing stays of the trial."""
        repository = self._stage.repository
        before, target = repository.head(), repository.resolve(revision)
        done = repository.revert(target, actor)
        try:
            return target, repository.files_at(done)
        finally:
            repository.take_back(before)

    def console(self, actor: str, line: str, why: str = "", emergency: str = "") -> Reply:
        """One runtime command; one that changes state needs papers, and is recorded."""
        console = self._stage.console
        changes = changes_state(line)
        papers = NO_PAPERS
        if changes:
            self._require_open()
            papers = self._control.admit_command(actor, line, why, emergency)
        self._looked("haproxy", f"lb {line.split(' ', 2)[0] if line else ''}")
        # A command that only shows is no change, and must not wait for an apply.
        answer = (self._recorded if changes else _plainly)(lambda: console.run(line)).strip("\n")
        if changes:
            self._record(RuntimeActionTaken(actor=actor, command=line, answer=answer, papers=papers))
        lines = tuple(answer.splitlines())
        return Reply(words="" if lines else "done" if changes else "(empty)", lines=lines)

    def act(self, actor: str, name: str, action: str) -> Reply:
        """Start, stop or restart a service."""
        self._require_open()
        service = self._stage.stack.service(name)
        if service is None or not service.restartable:
            known = ", ".join(known.name for known in self._stage.stack.services if known.restartable)
            raise UsageError(f"{name!r} cannot be started or stopped", hint=f"one of: {known}")
        match action:
            case "start" | "stop" | "restart":
                taken = ServiceActionTaken(actor=actor, service=name, layer=service.layer, action=action)
            case _:
                raise UsageError(f"{action!r} is no action", hint=f"one of: {', '.join(ACTIONS)}")
        self._record(taken)
        if name != "haproxy" or action == "stop":
            self._stage.runtime.act(name, action)
        else:
            with self._stage.apply_path.quiet():
                self._stage.runtime.act(name, action)
                self._stage.apply_path.adopt()
        return Reply(words=f"{name}: {action} done")

    def drift(self) -> Reply:
        """What differs between approved, on disk and running."""
        self._looked("haproxy", "drift")
        fields = self.drift_fields()
        approved = self._stage.apply_path.approved_files
        pending = unapplied(approved[CONFIGURATION], self._stage.repository.worktree().get(CONFIGURATION, ""))
        lines = (*fields, *(f"not applied yet: {difference}" for difference in pending))
        return Reply(words="they disagree:" if fields else "approved, on disk and running agree", lines=lines)

    def drift_fields(self) -> tuple[str, ...]:
        """The same as data; empty when they agree."""
        return self._stage.apply_path.drift()

    def put_into_service(
        self,
        actor: str,
        message: str,
        revision: str,
        papers: Papers,
        together: Callable[[], None] = nothing,
    ) -> Reply:
        """Load a revision through the one apply path, and record what came of it."""
        files = self._stage.repository.files_at(revision)
        submission = Submission(files=files, actor=actor, message=message, revision=revision)
        outcome = self._stage.apply_path.submit(submission, together)
        match outcome:
            case Applied():
                self.in_service = revision
                self._record(
                    ConfigurationApplied(
                        revision=revision,
                        digest=outcome.digest,
                        worker_pid=outcome.worker_pid,
                        reload_ms=outcome.reload_ms,
                        actor=actor,
                        message=message,
                        meaning=outcome.meaning,
                        papers=papers,
                    )
                )
                words = f"in service: {revision[:8]}, a new worker serves after {outcome.reload_ms} ms"
                return Reply(words=words, lines=outcome.meaning)
            case Refusal():
                return self._turn_down(actor, outcome)
            case _:
                assert_never(outcome)

    def _turn_down(self, actor: str, refusal: Refusal) -> Reply:
        self._record(ConfigurationRefused(actor=actor, stage=refusal.stage, words=refusal.words))
        return _refused(refusal)


def _refused(refusal: Refusal) -> Reply:
    return Reply(words=f"refused ({refusal.stage}); nothing has changed", lines=refusal.words, accepted=False)
