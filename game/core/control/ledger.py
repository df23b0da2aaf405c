"""The changes of a run, from its state: proposed, reviewed, made, by whom and why. Everybody's view of them is made here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from game.core.control.preview import tried_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.control.facts import ReviewVerdict, Subject
    from game.core.events import ConfigurationApplied, RuntimeActionTaken
    from game.core.run import RunState, Stamped

Stage = Literal["proposed", "approved", "changes-requested", "made"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedReview:
    """`void`: the change was changed afterwards."""

    by: str
    verdict: ReviewVerdict
    text: str
    at_ms: int
    seq: int
    void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedChange:
    """`what` are its differences in words; `revision` is empty for a runtime command and for what was not made yet.

    `preview`: what it did to users on a shadow. `seq` and `at_ms` are of the latest fact about it that its maker brought about.
    """

    name: str
    seq: int
    at_ms: int
    subject: Subject
    by: str
    why: str
    what: tuple[str, ...]
    risks: tuple[str, ...]
    digest: str
    revision: str = ""
    command: str = ""
    revert: str = ""
    made: bool = False
    approved_by: tuple[str, ...] = ()
    emergency: str = ""
    unreviewed: tuple[str, ...] = ()
    reviews: tuple[LoggedReview, ...] = ()
    preview: tuple[str, ...] = ()

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who approves of it as it is now: never its author, and nobody who asked for changes later on."""
        last: dict[str, ReviewVerdict] = {}
        for review in self.reviews:
            if not review.void and review.verdict != "comment" and review.by != self.by:
                last[review.by] = review.verdict
        return tuple(by for by, verdict in last.items() if verdict == "approve")

    @property
    def turned_down(self) -> bool:
        """Whether somebody's last word on it, as it is now, is that it has to change."""
        last = {
            review.by: review.verdict
            for review in self.reviews
            if not review.void and review.verdict != "comment"
        }
        return "request-changes" in last.values()

    @property
    def stage(self) -> Stage:
        if self.made:
            return "made"
        return "changes-requested" if self.turned_down else "approved" if self.approvers else "proposed"

    @property
    def owes_a_review(self) -> bool:
        """Whether the glass was broken for it and nobody else has looked at it since."""
        return self.made and bool(self.emergency) and not self.approvers


def ledger(state: RunState) -> tuple[LoggedChange, ...]:
    """Every change of the run, in the order of what was last done about them."""
    changes: dict[str, LoggedChange] = {}
    for proposed in state.proposals:
        one = proposed.event
        changes[one.change] = LoggedChange(
            name=one.change, seq=proposed.seq, at_ms=proposed.at_ms, subject=one.subject, by=one.by, why=one.why,
            what=one.meaning, risks=one.risks, digest=one.digest, command=one.command, revert=one.revert,
        )  # fmt: skip
    deeds: list[Stamped[ConfigurationApplied] | Stamped[RuntimeActionTaken]]
    deeds = [*state.applied, *state.runtime_actions]
    for made in sorted(deeds, key=lambda one: one.seq):
        found = _made(made, changes.get(made.event.papers.change))
        changes[found.name] = found
    for name, change in changes.items():
        changes[name] = replace(
            change, reviews=tuple(_reviews(state, change)), preview=_preview(state, change)
        )
    return tuple(sorted(changes.values(), key=lambda one: one.seq))


def next_name(changes: tuple[LoggedChange, ...]) -> str:
    named = [int(change.name[1:]) for change in changes if change.name.startswith("c")]
    return f"c{max(named, default=0) + 1}"


def unreviewed(state: RunState) -> tuple[str, ...]:
    """What is in service and was approved by nobody, in words; empty once it was taken back, or looked at afterwards."""
    latest = state.applied[-1].event if state.applied else None
    if latest is None or not latest.papers.unreviewed:
        return ()
    owing = [change for change in ledger(state) if change.owes_a_review and change.subject == "configuration"]
    return latest.papers.unreviewed if owing else ()


def _made(
    fact: Stamped[ConfigurationApplied] | Stamped[RuntimeActionTaken], proposed: LoggedChange | None
) -> LoggedChange:
    event, papers = fact.event, fact.event.papers
    revision = getattr(event, "revision", "")
    command = getattr(event, "command", "")
    return LoggedChange(
        # What was recorded before changes had names is called by the number of its fact.
        name=papers.change or f"#{fact.seq}",
        seq=fact.seq,
        at_ms=fact.at_ms,
        subject="runtime" if command else "configuration",
        by=event.actor,
        why=papers.why or getattr(event, "message", ""),
        what=(command,) if command else getattr(event, "meaning", ()),
        risks=papers.risks,
        digest=proposed.digest if proposed else "",
        revision=revision,
        command=command,
        revert=proposed.revert if proposed else "",
        made=True,
        approved_by=papers.approved_by,
        emergency=papers.emergency,
        unreviewed=papers.unreviewed,
    )


def _preview(state: RunState, change: LoggedChange) -> tuple[str, ...]:
    """What the latest preview of the change as it is now measured."""
    tried = [one.event for one in state.previews if one.event.change == change.name]
    current = [one for one in tried if one.digest == change.digest]
    return tried_words(current[-1].cohorts) if current else ()


def _reviews(state: RunState, change: LoggedChange) -> Iterator[LoggedReview]:
    for given in state.reviews:
        if given.event.change == change.name:
            yield LoggedReview(
                by=given.event.by,
                verdict=given.event.verdict,
                text=given.event.text,
                at_ms=given.at_ms,
                seq=given.seq,
                void=given.event.digest != change.digest,
            )
