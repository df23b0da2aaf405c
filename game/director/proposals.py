"""Changes before they are made: put up for review, reviewed, and the log of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from game.core.control.facts import ChangePreviewed, ReviewVerdict
from game.core.control.preview import tried_words
from game.core.views import Reply
from game.director.changelog import ChangeLog
from game.director.preview import preview
from game.errors import Refused, UsageError
from game.lab.lb.runtime_api import permitted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game.core.control.ledger import LoggedChange
    from game.core.views import ChangesView
    from game.director.conductor import Conductor
    from game.director.control import ChangeControl
    from game.director.dealer import Dealer
    from game.director.desk import Desk
    from game.director.stage import Stage

VERDICTS: tuple[ReviewVerdict, ...] = get_args(ReviewVerdict)


class Proposals:
    """`looked` records a look at the log."""

    def __init__(
        self,
        stage: Stage,
        conductor: Conductor,
        control: ChangeControl,
        desk: Desk,
        dealer: Dealer,
        looked: Callable[[str, str], None],
    ) -> None:
        self._stage = stage
        self._conductor = conductor
        self._control = control
        self._desk = desk
        self._dealer = dealer
        self._looked = looked
        self._log = ChangeLog(stage, control, lambda: desk.in_service)

    def log(self) -> ChangesView:
        self._looked("haproxy", "changes")
        return self._log.view(self._conductor.clock.now_ms())

    def propose(self, by: str, why: str) -> Reply:
        """Put the working tree up for review, if it could be applied at all."""
        self._conductor.require_open()
        files = self._stage.repository.worktree()
        return self._refused(files) or _proposed(self._control.propose(by, why, files))

    def propose_revert(self, by: str, why: str, revision: str) -> Reply:
        """Put the undoing of one change up for review."""
        self._conductor.require_open()
        target, files = self._desk.reverted(by, revision)
        return self._refused(files) or _proposed(self._control.propose(by, why, files, revert=target))

    def _refused(self, files: Mapping[str, str]) -> Reply | None:
        """What HAProxy has against the files, if anything: then nobody has to look at them yet."""
        refusal = self._stage.apply_path.check(files)
        if refusal is None:
            return None
        words = f"refused ({refusal.stage}); nobody has to look at it yet"
        return Reply(words=words, lines=refusal.words, accepted=False)

    def propose_command(self, by: str, why: str, line: str) -> Reply:
        """Put a runtime command up for review."""
        self._conductor.require_open()
        command, verb = permitted(line)
        if not verb.changes_state:
            raise UsageError("a command that only shows needs no review", hint="danceoff lb ...")
        return _proposed(self._control.propose_command(by, why, command))

    def ask_afterwards(self, by: str, why: str, name: str) -> Reply:
        """Ask for the review that a broken glass owes."""
        self._conductor.require_open()
        return _proposed(self._control.ask_afterwards(by, why, name))

    def preview(self, by: str, name: str) -> Reply:
        """Try a proposed change on a shadow of the load balancer, with a few users of every kind."""
        self._conductor.require_open()
        change = self._control.logged(name)
        if change.made or change.command:
            raise Refused(
                f"{name} cannot be tried beforehand", hint="only a change of files that was not made yet"
            )
        files = self._drafted(by, change)
        if self._control.weigh(files).digest != change.digest:
            raise Refused(f"{name} was changed since it was proposed", hint="its author proposes it again")
        cohorts, took_ms = preview(self._stage, files)
        self._conductor.record(
            ChangePreviewed(change=name, by=by, digest=change.digest, cohorts=cohorts, took_ms=took_ms)
        )
        seconds = f"{took_ms / 1000:.1f} s"
        return Reply(words=f"{name} on a shadow, in {seconds}:", lines=tried_words(cohorts))

    def _drafted(self, by: str, change: LoggedChange) -> Mapping[str, str]:
        """The files as a proposed change would leave them."""
        offered = self._dealer.draft(change.name)
        if offered is not None:
            return offered
        if change.revert:
            return self._desk.reverted(by, change.revert)[1]
        return self._stage.repository.worktree()

    def review(self, by: str, name: str, verdict: str, text: str) -> Reply:
        """What a reviewer says of a change."""
        self._conductor.require_open()
        self._dealer.require_waiting(name)
        match verdict:
            case "approve" | "request-changes" | "comment":
                change = self._control.review(by, name, verdict, text)
            case _:
                raise UsageError(f"{verdict[:20]!r} is no verdict", hint=f"one of: {', '.join(VERDICTS)}")
        heard = "the comment is on record; " if verdict == "comment" else ""
        return Reply(words=f"{heard}{change.name} is {_stage(change)}")


def _proposed(change: LoggedChange) -> Reply:
    risks = ", ".join(change.risks) or "not risky: it may be applied without a review"
    words = f"{change.name} is up for review ({risks})"
    return Reply(words=words, lines=change.what)


def _stage(change: LoggedChange) -> str:
    if change.made:
        return "in service, and still owes a review" if change.owes_a_review else "in service, and reviewed"
    return {
        "proposed": "proposed, not approved yet",
        "approved": f"approved by {', '.join(change.approvers)}: its author may apply it",
        "changes-requested": "to be changed before it is applied",
    }.get(change.stage, change.stage)
