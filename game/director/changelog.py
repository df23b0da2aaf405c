"""The change log as people read it: the repository's history, what came through the apply path, runtime commands, proposals."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from game.core.control.weighing import Weighed, weigh
from game.core.views import ChangesView, ChangeView, ReviewView

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.control.ledger import LoggedChange
    from game.director.control import ChangeControl
    from game.director.stage import Stage
    from game.lab.lb.commit import Commit


class ChangeLog:
    """`in_service` gives the revision that serves; what a commit means is found out once."""

    def __init__(self, stage: Stage, control: ChangeControl, in_service: Callable[[], str]) -> None:
        self._stage = stage
        self._control = control
        self._in_service = in_service
        self._weighed: dict[str, Weighed] = {}

    def view(self, now_ms: int) -> ChangesView:
        """Newest first: what waits for a review on top, then by when it was made."""
        repository = self._stage.repository
        commits = repository.log()
        changes = self._control.changes()
        made = {one.revision: one for one in changes if one.made and one.revision}
        now_s = int(time.time())
        lines = [
            (commit.at_s, self._commit(commit, older, made.get(commit.revision), now_s))
            for commit, older in zip(commits, (*commits[1:], None), strict=True)
        ]
        lines += [
            (now_s - (now_ms - one.at_ms) // 1000, _logged(one, now_ms))
            for one in changes
            if not one.revision or one.revision not in {commit.revision for commit in commits}
        ]
        lines.sort(key=lambda line: (line[1].stage not in {"before", "made"}, line[0]), reverse=True)
        pending = self._control.weigh(repository.worktree()) if repository.dirty() else None
        return ChangesView(
            mode=self._control.mode,
            changes=tuple(line for _, line in lines),
            pending=pending.meaning if pending else (),
            pending_risks=pending.risks if pending else (),
        )

    def _commit(
        self, commit: Commit, older: Commit | None, made: LoggedChange | None, now_s: int
    ) -> ChangeView:
        weighed = self._weigh(commit, older)
        named = made if made is not None and made.name.startswith("c") else None
        return ChangeView(
            name=named.name if named else "",
            number=commit.number,
            revision=commit.revision,
            by=commit.author,
            when=ago(commit.at_s, now_s),
            at_ms=named.at_ms if named else None,
            why=named.why if named else commit.subject,
            what=weighed.meaning,
            risks=weighed.risks,
            stage="made" if named else "before",
            in_service=commit.revision == self._in_service(),
            approved_by=named.approved_by if named else (),
            emergency=named.emergency if named else "",
            owes_a_review=named.owes_a_review if named else False,
            revert=named.revert if named else "",
            reviews=_reviews(named) if named else (),
            preview=named.preview if named else (),
        )

    def _weigh(self, commit: Commit, older: Commit | None) -> Weighed:
        """What a commit changed; the oldest one is where counting begins, and changed nothing."""
        if older is None:
            return Weighed(reasons=(), digest="")
        known = self._weighed.get(commit.revision)
        if known is None:
            repository = self._stage.repository
            known = weigh(repository.files_at(older.revision), repository.files_at(commit.revision))
            self._weighed[commit.revision] = known
        return known


def _logged(change: LoggedChange, now_ms: int) -> ChangeView:
    return ChangeView(
        name=change.name,
        number=None,
        revision=change.revision,
        by=change.by,
        when=ago(0, max(0, now_ms - change.at_ms) // 1000),
        at_ms=change.at_ms,
        why=change.why,
        what=change.what,
        risks=change.risks,
        stage=change.stage,
        approved_by=change.approved_by if change.made else change.approvers,
        emergency=change.emergency,
        owes_a_review=change.owes_a_review,
        command=change.command,
        revert=change.revert,
        reviews=_reviews(change),
        preview=change.preview,
    )


def _reviews(change: LoggedChange) -> tuple[ReviewView, ...]:
    return tuple(
        ReviewView(by=one.by, verdict=one.verdict, text=one.text, at_ms=one.at_ms, void=one.void)
        for one in change.reviews
    )


def ago(at_s: int, now_s: int) -> str:
    """How long ago, as people say it: 3 min ago, 2 h ago, 12 days ago."""
    minutes = max(0, now_s - at_s) // 60
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"
