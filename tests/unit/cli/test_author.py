"""`danceoff new` and `danceoff import`: what they print, their exit codes, and that no file breaks them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Said

    Danceoff = Callable[..., Said]

OLD = "defaults\n    timeout server 30s\nfrontend a\n    default_backend b\nbackend b\n    server s 10.0.0.1:80 cookie one\n"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of one's own, empty."""
    folder = tmp_path / "course"
    folder.mkdir()
    monkeypatch.setenv("DANCEOFF_EXERCISES", str(folder))
    return folder


def test_a_new_exercise_can_be_shown_and_listed(course: Path, danceoff: Danceoff) -> None:
    said = danceoff("new", "beguine", "--title", "Phones stay outside")
    assert said.code == 0, said.err
    assert f"{course / 'beguine'}: exercise.yaml" in said.out
    assert "next: danceoff show beguine" in said.out
    assert "beguine: Phones stay outside" in danceoff("show", "beguine").out
    assert "Phones stay outside" in danceoff("list").out


def test_it_goes_where_it_is_told_and_says_how_to_play_it_there(tmp_path: Path, danceoff: Danceoff) -> None:
    said = danceoff("new", "beguine", "--into", str(tmp_path))
    assert said.code == 0
    assert (tmp_path / "beguine" / "exercise.yaml").is_file()
    assert f"DANCEOFF_EXERCISES={tmp_path} danceoff verify beguine" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "macarena"), "is there already"),
        (("new", "Beguine"), "cannot be an exercise's code"),
        (("new", "../x"), "cannot be an exercise's code"),
        (("new", "beguine", "--into", "/nonexistent"), "there is no folder /nonexistent"),
        (("new", "beguine", "--title", "The HAProxy edge is down"), "gives the answer away"),
        (("import", "/nonexistent", "/nonexistent"), "/nonexistent: cannot be read"),
        (("import", "/", "/"), "cannot be read"),
        (("import", "/dev/null", "/dev/null"), "there is no section in it"),
        (("import", "/dev/zero", "/dev/zero"), "more than 256 kB"),
        (("import", "a", "b", "--code", "A B"), "cannot be an exercise's code"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_worded(
    arguments: tuple[str, ...], words: str, course: Path, danceoff: Danceoff
) -> None:
    (course / "macarena").mkdir()
    said = danceoff(*arguments)
    assert said.code == 2
    assert words in said.err
    assert len(said.err.splitlines()) <= 3


def test_a_course_that_is_not_there(monkeypatch: pytest.MonkeyPatch, danceoff: Danceoff) -> None:
    monkeypatch.setenv("DANCEOFF_EXERCISES", "/nonexistent")
    said = danceoff("list")
    assert said.code == 2
    assert "DANCEOFF_EXERCISES: there is no folder /nonexistent" in said.err


def outage(folder: Path, new: str | bytes) -> tuple[str, str]:
    (folder / "old.cfg").write_text(OLD, encoding="utf-8")
    (folder / "new.cfg").write_bytes(new if isinstance(new, bytes) else new.encode())
    return str(folder / "old.cfg"), str(folder / "new.cfg")


def test_an_outage_becomes_a_draft(course: Path, tmp_path: Path, danceoff: Danceoff) -> None:
    (tmp_path / "when.txt").write_text("18:42 paged\n18:50 calls [loud]\n", encoding="utf-8")
    files = outage(tmp_path, OLD.replace("30s", "200ms"))
    said = danceoff("import", *files, "--code", "jive", "--timeline", str(tmp_path / "when.txt"))
    assert said.code == 0, said.err
    assert "2 -> 2" in said.out
    assert "timeout-too-short" in said.out
    assert "For you to decide:" in said.out
    assert "jive: a draft, ready to be played" in said.out
    assert "calls [loud]" in (course / "jive" / "exercise.yaml").read_text(encoding="utf-8")
    assert danceoff("show", "jive").code == 0
    assert danceoff("import", *files, "--code", "jive").code == 2


def test_what_our_stack_cannot_show_is_said_and_the_draft_names_what_is_missing(
    course: Path, tmp_path: Path, danceoff: Danceoff
) -> None:
    said = danceoff("import", *outage(tmp_path, OLD.replace("10.0.0.1", "10.0.0.2")), "--measure")
    assert said.code == 1
    assert "no: an address or a name" in " ".join(said.out.split())
    assert "patches/the-change.patch" in said.out
    assert (course / "freestyle" / "brief.md").is_file()


def test_no_file_gives_a_traceback(course: Path, tmp_path: Path, danceoff: Danceoff) -> None:
    """A hundred and twenty files: noise, cut configurations, flipped bytes; in either place and as a timeline."""
    draw = random.Random(7)  # noqa: S311 - a test's choice, not a secret
    codes = set()
    for number in range(120):
        content = OLD.replace("30s", "3s").encode()
        match number % 4:
            case 0:
                content = draw.randbytes(draw.randrange(300))
            case 1:
                content = content[: draw.randrange(len(content))]
            case 2:
                spot = draw.randrange(len(content))
                content = content[:spot] + draw.randbytes(2) + content[spot + 1 :]
            case _:
                content = bytes(draw.choice(b" \n\t\"'\\#${}[]@%abfgl09.:-") for _ in range(200))
        old, new = outage(tmp_path, content)
        other = ("--timeline", new) if number % 3 == 0 else ()
        said = danceoff("import", *((old, new) if number % 5 else (new, old)), "--code", f"d{number}", *other)
        codes.add(said.code)
        assert said.code in {0, 1, 2}
        assert "Traceback" not in said.err + said.out
        if said.code == 2:
            assert 1 <= len(said.err.splitlines()) <= 3
            assert said.err.startswith("danceoff: ")
            assert not (course / f"d{number}").exists()
    assert codes >= {0, 2}
