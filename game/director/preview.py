"""A measured preview: a proposed change on a shadow of the load balancer, tried by a few users of every kind."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from game.core.control.facts import CohortTried
from game.errors import Refused
from game.lab.lb.examination import Refusal
from game.lab.load.probe import probe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from game.core.roster import User
    from game.director.stage import Stage
    from game.lab.load.plan import Target

OF_EACH_KIND = 5
AT_ONCE = 6


def preview(stage: Stage, files: Mapping[str, str]) -> tuple[tuple[CohortTried, ...], int]:
    """Let the same users sign in with the files in service and with the proposed ones; gives who was let in, and the ms."""
    started = time.monotonic()
    before = served(stage, stage.apply_path.approved_files)
    tried = compared(before, served(stage, files))
    return tried, round((time.monotonic() - started) * 1000)


def compared(
    before: Mapping[str, Sequence[bool]], after: Mapping[str, Sequence[bool]]
) -> tuple[CohortTried, ...]:
    """Count by cohort how many were let in with two sets of files."""
    return tuple(
        CohortTried(cohort=name, tried=len(before[name]), before=sum(before[name]), after=sum(after[name]))
        for name in before
    )


def served(stage: Stage, files: Mapping[str, str]) -> dict[str, list[bool]]:
    """Tell who of some users of every kind is let in, by cohort. Refused when HAProxy does not take the files."""
    accepted = stage.apply_path.approvable(files)
    if isinstance(accepted, Refusal):
        raise Refused(
            f"HAProxy refuses it ({accepted.stage}): {'; '.join(accepted.words)}", hint="mend it first"
        )
    users = _some(stage)
    with stage.shadow.serving(accepted) as port, ThreadPoolExecutor(AT_ONCE, "preview") as threads:
        target = replace(stage.target, port=port)
        results = list(threads.map(lambda user: _is_let_in(stage, target, user), users))
    let_in: dict[str, list[bool]] = {}
    for user, ok in zip(users, results, strict=True):
        let_in.setdefault(user.cohort, []).append(ok)
    return let_in


def _some(stage: Stage) -> list[User]:
    found: list[User] = []
    for cohort in stage.stack.cohorts:
        found += [user for user in stage.roster if user.cohort == cohort.name][:OF_EACH_KIND]
    return found


def _is_let_in(stage: Stage, target: Target, user: User) -> bool:
    cohort = next(one for one in stage.stack.cohorts if one.name == user.cohort)
    return probe(target, cohort, user).ok
