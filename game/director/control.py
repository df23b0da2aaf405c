"""Change control of one run: weighs what somebody wants to change, asks the rules, keeps proposals and reviews on record.

Everything durable is a fact; what stands here are the eyes on the files that facts name.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from game.core.control.facts import ChangeProposed, Papers, ReviewGiven
from game.core.control.gate import Wish, admit, review_allowed
from game.core.control.ledger import ledger, next_name, unreviewed
from game.core.control.smells import smells
from game.core.control.weighing import CONFIGURATION, weigh, weigh_command
from game.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game.core.control.facts import Mode, ReviewVerdict
    from game.core.control.ledger import LoggedChange
    from game.core.control.weighing import Weighed
    from game.core.exercise import Change
    from game.core.run import RunState
    from game.director.stage import Stage

HURRY = "no time for a review tonight"


class ChangeControl:
    """`state` gives the run as it stands; `record` appends a fact. May be used from any thread."""

    def __init__(self, stage: Stage, state: Callable[[], RunState], record: Callable[..., object]) -> None:
        self._stage = stage
        self._state = state
        self._record = record
        # Names are given one after the other.
        self._naming = threading.RLock()

    @property
    def mode(self) -> Mode:
        return self._state().terms.change_control

    def changes(self) -> tuple[LoggedChange, ...]:
        return ledger(self._state())

    def weigh(self, files: Mapping[str, str]) -> Weighed:
        """What the files would change of what is in service."""
        return weigh(self._stage.apply_path.approved_files, files)

    def admit(self, by: str, files: Mapping[str, str], why: str, emergency: str = "") -> Papers:
        """The papers to put files into service with; raises Refused."""
        wish = Wish(
            by=by,
            why=why,
            weighed=self.weigh(files),
            undoing=weigh(files, self._stage.apply_path.approved_files),
            emergency=emergency,
            slipped_in=unreviewed(self._state()),
        )
        return admit(self.mode, wish, self.changes())

    def admit_command(self, by: str, command: str, why: str, emergency: str = "") -> Papers:
        """The papers to give a runtime command with; raises Refused."""
        weighed = weigh_command(command)
        wish = Wish(by=by, why=why, weighed=weighed, undoing=weighed, emergency=emergency)
        return admit(self.mode, wish, self.changes())

    def scripted(self, change: Change, files: Mapping[str, str]) -> Papers:
        """The papers of a change that somebody else makes. Where reviews are demanded and it has none, they break the glass."""
        weighed = self.weigh(files)
        slips_in = self.mode == "reviewed" and weighed.is_risky and not change.approved_by
        before = unreviewed(self._state())
        # In an open run a change of the exercise looks like any of before: it has no name of this run.
        return Papers(
            change=next_name(self.changes()) if slips_in else "",
            why=change.message.strip(),
            risks=weighed.risks,
            approved_by=(change.approved_by,) if change.approved_by and self.mode == "reviewed" else (),
            emergency=(change.emergency or HURRY) if slips_in else "",
            unreviewed=tuple(dict.fromkeys((*before, *weighed.risky))) if slips_in else before,
        )

    def carried_over(self) -> Papers:
        """The papers of loading once more what is in service: nothing is approved by that."""
        return Papers(unreviewed=unreviewed(self._state()))

    def propose(self, by: str, why: str, files: Mapping[str, str], revert: str = "") -> LoggedChange:
        """Put a change of files up for review; the same one again keeps its name, as does its author's next version."""
        weighed = self.weigh(files)
        if not weighed.reasons:
            raise Refused(
                "there is nothing to review: what would be applied is in service", hint="edit first"
            )
        before = self._stage.apply_path.approved_files.get(CONFIGURATION, "")
        with self._naming:
            proposed = ChangeProposed(
                change=self._name_for(by, weighed.digest, revert),
                by=by,
                why=_reason(why),
                subject="configuration",
                digest=weighed.digest,
                meaning=weighed.meaning,
                risks=weighed.risks,
                revert=revert,
                doubts=smells(before, files.get(CONFIGURATION, "")),
            )
            self._record(proposed)
        return self.logged(proposed.change)

    def propose_command(self, by: str, why: str, command: str) -> LoggedChange:
        """Put a runtime command up for review."""
        weighed = weigh_command(command)
        with self._naming:
            proposed = ChangeProposed(
                change=self._name_for(by, weighed.digest, command),
                by=by,
                why=_reason(why),
                subject="runtime",
                digest=weighed.digest,
                meaning=weighed.meaning,
                risks=weighed.risks,
                command=command,
            )
            self._record(proposed)
        return self.logged(proposed.change)

    def ask_afterwards(self, by: str, why: str, name: str) -> LoggedChange:
        """Ask for the review that a broken glass owes."""
        change = self.logged(name)
        if not change.owes_a_review:
            raise Refused(f"{name} owes no review", hint="danceoff changes lists what does")
        again = ChangeProposed(
                change=name,
                by=by,
                why=_reason(why),
                subject=change.subject,
                digest=change.digest,
                meaning=change.what,
                risks=change.risks,
                command=change.command,
                revert=change.revert,
            )  # fmt: skip
        self._record(again)
        return self.logged(name)

    def review(self, by: str, name: str, verdict: ReviewVerdict, text: str) -> LoggedChange:
        """Say what one thinks of a change; raises Refused for one's own."""
        change = self.logged(name)
        review_allowed(change, by)
        said = text.strip()
        if verdict != "approve" and not said:
            raise Refused(
                "a comment needs words, and so does a request for changes",
                hint="say what should be different",
            )
        self._record(
            ReviewGiven(change=name, by=by, verdict=verdict, text=said[:2_000], digest=change.digest)
        )
        return self.logged(name)

    def _name_for(self, by: str, digest: str, aim: str) -> str:
        """The name of a proposal: its own if it is known, that of the version before if its author changed it, or a new one."""
        open_ones = [one for one in self.changes() if not one.made]
        same = [one for one in open_ones if one.digest == digest]
        earlier = [one for one in open_ones if one.by == by and (one.revert or one.command) == aim]
        found = next(reversed(same or earlier), None)
        return found.name if found else next_name(self.changes())

    def logged(self, name: str) -> LoggedChange:
        """The change of that name; raises UsageError if there is none."""
        found = next((one for one in self.changes() if one.name == name), None)
        if found is None:
            known = ", ".join(one.name for one in self.changes()) or "none yet"
            raise UsageError(f"there is no change {name[:20]!r}", hint=f"known: {known}")
        return found


def _reason(text: str) -> str:
    said = text.strip()
    if not said or len(said) > 500:
        raise UsageError("a proposal has a reason of 1 to 500 characters", hint="danceoff propose -m WHY")
    return said
