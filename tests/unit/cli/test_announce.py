"""What a terminal hears of the neon sign, and what stands in the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from game.cli.announce import BELL, announcement, write_prompt
from game.core.duel.facts import DuelDealt
from game.core.events import Event, Paged, Recorded, ResponderReplaced
from game.core.sign.facts import NEON, SignCleared, SignFinding, SignLit
from game.core.timeline import fold
from game.director.conductor import Glimpse
from game.director.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

LIT = SignLit(
    findings=(
        SignFinding(
            kind="unreviewed", what="frontend fe_auth: added: use_backend be_canary if in_step", by="netops"
        ),
        SignFinding(kind="runtime", what="be_auth/auth2: weight: 100 approved, 1 running"),
    ),
    since_ms=61_000,
    uncertainty_ms=200,
)


def recorded(event: Event) -> Recorded:
    return Recorded(seq=1, at_ms=61_200, wall_ms=0, event=event)


def said(event: Event) -> str:
    return click.unstyle("".join(announcement(recorded(event))))


def prompt(path: Path, *events: Event) -> str:
    state = fold(Recorded(seq=n, at_ms=61_200, wall_ms=0, event=one) for n, one in enumerate(events, 1))
    write_prompt(path, Glimpse(state=state, progress=Progress(), at_ms=61_200))
    return path.read_text()


def test_the_sign_is_printed_with_everything_it_shows_and_its_page_rings_the_bell() -> None:
    block = said(LIT)
    assert "NEON SIGN" in block
    assert "use_backend be_canary" in block
    assert "by netops" in block
    assert "weight: 100 approved, 1 running" in block
    assert said(Paged(alert=NEON, text="fishy")).startswith(BELL)
    assert "SIGN OUT" in said(SignCleared())


def test_the_prompt_carries_it_until_it_is_out(tmp_path: Path) -> None:
    path = tmp_path / "prompt"
    lit = prompt(path, LIT)
    assert "NEON: frontend fe_auth: added: use_backend" in lit
    assert lit.endswith("… +1")
    assert "NEON" not in prompt(path, LIT, SignCleared())


def test_a_finding_cannot_steer_the_terminal(tmp_path: Path) -> None:
    evil = SignLit(findings=(SignFinding(kind="file", what="\x1b[2J\nrm"),), since_ms=0, uncertainty_ms=0)
    assert "\x1b[2J" not in prompt(tmp_path / "prompt", evil)
    assert "\n" not in prompt(tmp_path / "prompt", evil)
    assert "\x1b[2J" not in "".join(announcement(recorded(evil)))


def test_a_change_that_waits_for_a_word_rings_and_a_handoff_is_read() -> None:
    waits = DuelDealt(number=2, of=6, change="c4", patience_ms=1_000)
    left = ResponderReplaced(by="early shift", note="the database is idle")
    (review,), (handoff,) = (
        list(announcement(Recorded(seq=1, at_ms=61_000, wall_ms=0, event=event))) for event in (waits, left)
    )
    assert review.startswith("\a")
    assert "c4 waits for your word" in review
    assert "2 of 6" in review
    assert "early shift" in handoff
    assert "the database is idle" in handoff
