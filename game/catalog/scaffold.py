"""`danceoff new`: a folder that loads at once, with a small real fault in it, for an author to change piece by piece."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from game.catalog.document import CODE_PATTERN
from game.catalog.draft import (
    Advice,
    CohortBounds,
    Committed,
    Draft,
    Expected,
    Said,
    Turn,
    blank_patch,
    files_of,
    printable,
)
from game.catalog.load import check_exercise
from game.errors import ExerciseInvalid, StorageFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.core.stack import Stack
    from game.errors import Problem

MOST_CODE = 40
TITLE = "Some people cannot stay signed in"


def scaffold(code: str, title: str, into: Path, stack: Stack) -> Path:
    """Write a new exercise below `into`; UsageError or ExerciseInvalid leave nothing behind. Returns its folder."""
    with_title = printable(title) if title else TITLE
    folder, problems = place(code, files_of(example(code, with_title)), into, stack)
    if problems:
        shutil.rmtree(folder)
        raise ExerciseInvalid(problems)
    return folder


def example(code: str, title: str) -> Draft:
    """One line too many at the edge: the app's token does not arrive, so the app is asked to sign in again."""
    return Draft(
        code=code,
        title=title,
        intro="A new exercise. It plays as it is; now make it yours, from the fault on.",
        level=1,
        minutes=30,
        concepts=("what the edge passes on", "who is affected"),
        fault=Committed(
            id="strict-headers",
            author="security team",
            message="Edge: do not pass on credentials of other services",
            patch=blank_patch("strict-headers"),
        ),
        later=(
            Committed(
                id="referrer-policy",
                author="security team",
                message="Browsers: send no referrer from our pages",
                patch=blank_patch("referrer-policy"),
            ),
        ),
        mechanism="header-dropped",
        advice=_advice(),
        expected=Expected(
            low=0.12,
            high=0.3,
            cohorts=(CohortBounds(cohort="mobile", low=0.3, high=1.0),),
            share=0.18,
            tolerance=0.06,
            cohort="mobile",
            measured=False,
        ),
        messages=(
            Said(after_page_s=60, sender="customer care", text="People say that they are asked to sign in again."),
            Said(after_page_s=300, sender="duty manager", text="I need a sentence for the status page."),
        ),
        handover="The app team released 4.2 on Tuesday and is still watching it.",
        happened=(
            "A change that was meant for other services' credentials also took the app's own token out of every "
            "request. Browsers, which have a cookie, noticed nothing."
        ),
        timeline="",
    )  # fmt: skip


def place(
    code: str, files: Mapping[str, str], into: Path, stack: Stack, *, replace: bool = False
) -> tuple[Path, tuple[Problem, ...]]:
    """Write a folder in one step, whole or not at all; returns it with what its loader says of it.

    `replace`: the folder may be there already. UsageError for a bad code, an existing folder or a missing `into`.
    """
    require_code(code)
    folder = into / code
    if not into.is_dir():
        raise UsageError(f"there is no folder {into}", hint="make it first, or name another one with --into")
    if folder.exists() and not replace:
        raise UsageError(
            f"{folder} is there already", hint="choose another dance, or move that folder away first"
        )
    try:
        with tempfile.TemporaryDirectory(prefix=".new-", dir=into) as name:
            written = Path(name) / code
            for path, text in files.items():
                target = written / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            problems = _problems(written, stack)
            if folder.exists():
                shutil.rmtree(folder)
            written.rename(folder)
    except OSError as error:
        raise StorageFailed(
            f"cannot write {folder}: {error.strerror}", hint="name a folder that you can write to with --into"
        ) from error
    return folder, problems


def require_code(code: str) -> None:
    """Raise UsageError unless a folder and an exercise may be called so."""
    if not re.fullmatch(CODE_PATTERN, code) or len(code) > MOST_CODE:
        raise UsageError(
            f"{printable(code[:60])!r} cannot be an exercise's code",
            hint="a dance in small letters, digits and single dashes, such as two-step",
        )


def _problems(folder: Path, stack: Stack) -> tuple[Problem, ...]:
    try:
        check_exercise(folder, stack)
    except ExerciseInvalid as error:
        return error.problems
    return ()


def _advice() -> Advice:
    return Advice(
        title=TITLE,
        page="AUTH-SLO: more than 5 % of requests failing (objective 0.5 %). People who use the app are asked to sign in again.",
        hints=(
            "Which kinds of users are affected, and what do they have that the others do not?",
            "Follow one of them with danceoff request. Which step fails, and what does it rely on?",
            "Compare what the client sends with what the service gets. Something is taken away on the way.",
        ),
        guards=("alert-by-cohort", "synthetic-login"),
        signal="The traffic log: GET /session answers 401 to the app and 200 to browsers, on every replica alike.",
        unnoticed="a 401 is an ordinary answer, which no error counter of the load balancer sees.",
        turns=(
            Turn(name="restart the database", do="restart:postgres"),
            Turn(name="flush Redis", do="flush:redis"),
            Turn(name="restart the load balancer", do="restart:haproxy"),
        ),
    )
