"""What a trainee can do to the stack: check, apply, revert, runtime commands, services. Each act is recorded as a fact."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, assert_never

from game.core.events import (
    ConfigurationApplied,
    ConfigurationRefused,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.exercise import Change
from game.core.views import CommitsView, CommitView, LinesView, Reply
from game.errors import ServiceFailed, UsageError
from game.lab.faults import nothing
from game.lab.lb.apply import Applied, Submission
from game.lab.lb.drift import unapplied
from game.lab.lb.examination import Refusal
from game.lab.lb.files import CONFIGURATION
from game.lab.lb.patching import patched
from game.lab.lb.runtime_api import changes_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.events import Event
    from game.director.stage import Stage

ACTIONS = ("start", "stop", "restart")
LONGEST_MESSAGE = 500


class Desk:
    """`record` appends a fact; `require_open` raises Refused once the run is over."""

    def __init__(
        self,
        stage: Stage,
        record: Callable[[Event], object],
        looked: Callable[[str, str], None],
        require_open: Callable[[], None],
    ) -> None:
        self._stage = stage
        self._record = record
        self._looked = looked
        self._require_open = require_open
        self.in_service = stage.sober

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

    def apply(self, actor: str, message: str) -> Reply:
        """Commit the working tree and put it into service; a refusal leaves both tree and service as they were."""
        self._require_open()
        if not message.strip() or len(message) > LONGEST_MESSAGE:
            raise UsageError(
                f"a message has 1 to {LONGEST_MESSAGE} characters", hint="say why: danceoff apply -m WHY"
            )
        repository = self._stage.repository
        refusal = self._stage.apply_path.check(repository.worktree())
        if refusal is not None:
            return self._turn_down(actor, refusal)
        revision = repository.commit_worktree(actor, message) or repository.head()
        return self._put_into_service(actor, message, revision)

    def revert(self, actor: str, revision: str) -> Reply:
        """Undo one change with a new commit and put the result into service."""
        self._require_open()
        repository = self._stage.repository
        before, target = repository.head(), repository.resolve(revision)
        done = repository.revert(target, actor)
        reply = self._put_into_service(actor, f"Revert {target[:8]}", done)
        if not reply.accepted:
            repository.restore(before, actor)
        return reply

    def restore(self, actor: str, revision: str) -> Reply:
        """Put everything back to how it stood at a revision, with a new commit."""
        self._require_open()
        repository = self._stage.repository
        done = repository.restore(revision, actor)
        return self._put_into_service(actor, f"Restore {revision[:8]}", done)

    def console(self, actor: str, line: str) -> Reply:
        """One runtime command; one that changes state is recorded."""
        console = self._stage.console
        changes = changes_state(line)
        if changes:
            self._require_open()
        self._looked("haproxy", f"lb {line.split(' ', 2)[0] if line else ''}")
        answer = console.run(line).strip("\n")
        if changes:
            self._record(RuntimeActionTaken(actor=actor, command=line, answer=answer))
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
        self._stage.runtime.act(name, action)
        if name == "haproxy" and action != "stop":
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

    def commit_and_apply(self, change: Change, together: Callable[[], None] = nothing) -> str:
        """A change by somebody else: committed and applied through the same path. Returns its revision.

        `together` is called right before HAProxy takes it.
        """
        revision = self._stage.repository.commit_change(change)
        reply = self._put_into_service(change.author, change.message, revision, together)
        if not reply.accepted:
            raise ServiceFailed(
                f"the change {change.id} was refused: {'; '.join(reply.lines)}", hint="mend its patch"
            )
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

    def load_approved(self) -> None:
        """Load what is approved once more."""
        self._put_into_service("game", "Load what is approved", self.in_service)

    def fill(self, text: str) -> str:
        """A text with the run's addresses in place of its placeholders."""
        return self._stage.repository.fill(text)

    def _put_into_service(
        self, actor: str, message: str, revision: str, together: Callable[[], None] = nothing
    ) -> Reply:
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


def ago(at_s: int, now_s: int) -> str:
    """How long ago, as people say it: 3 min ago, 2 h ago, 12 days ago."""
    minutes = max(0, now_s - at_s) // 60
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"
