"""`danceoff list`: level, minutes, path, own best from the journal, what is missing, and what comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from game.core.events import Acknowledged, RunOpened
from game.core.score import score
from game.director.bests import CACHE, DEMONSTRATION, REHEARSAL, own_bests
from game.journal import Journal, sqlite_url
from game.lab.home import home
from game.rehearsal.house import BY
from tests import journals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game.core.events import Event, Recorded
    from tests.unit.cli.conftest import Said

    Danceoff = Callable[..., Said]

PATHS = """\
format: 1
paths:
  - {name: basics, title: The basics, learn: "How it goes.", codes: [beguine, jive, polka]}
  - {name: more, title: More of it, learn: "What else there is.", codes: [jive]}
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, danceoff: Danceoff) -> Path:
    """Two exercises, and two paths of which one names a third."""
    folder = tmp_path / "course"
    folder.mkdir()
    monkeypatch.setenv("DANCEOFF_EXERCISES", str(folder))
    (folder / "paths.yaml").write_text(PATHS, encoding="utf-8")
    for code in ("beguine", "jive"):
        assert danceoff("new", code).code == 0
    return folder


def play(
    run_id: str, recorded: tuple[Recorded, ...], *, exercise: str, team: str = "solo", by: str = "trainee"
) -> int:
    """Write a run into the journal as somebody's; returns the points of it."""

    def as_played(event: Event) -> Event:
        match event:
            case RunOpened():
                return replace(event, exercise=exercise, team=team)
            case Acknowledged():
                return replace(event, by=by)
            case _:
                return event

    facts = [(one.at_ms, one.wall_ms, as_played(one.event)) for one in recorded]
    place = home()
    place.make()
    with Journal.open(sqlite_url(place.journal)) as book, book.writer(run_id) as writer:
        writer.append(facts)
        return score(book.read(run_id)).total


def listed(danceoff: Danceoff, *arguments: str) -> dict[str, Any]:
    said = danceoff("list", "--json", *arguments)
    assert said.code == 0
    return {row["code"]: row for row in json.loads(said.out)}


def test_nobody_has_played_yet(course: Path, danceoff: Danceoff) -> None:
    rows = listed(danceoff)
    assert set(rows) == {path.name for path in course.iterdir() if path.is_dir()}
    assert rows["beguine"]["best"] is None
    assert rows["beguine"]["runs"] == 0
    assert rows["jive"]["paths"] == ["basics", "more"]
    assert rows["jive"]["state"] in {"playable", "missing"}
    assert (rows["jive"]["state"] == "missing") is bool(rows["jive"]["missing"])


@pytest.mark.usefixtures("course")
def test_the_best_run_that_counts_is_remembered(danceoff: Danceoff) -> None:
    good = play("good", journals.perfect(), exercise="beguine")
    worse = play("worse", journals.blind_revert(), exercise="beguine")
    assert worse < good
    play("void", journals.void(), exercise="beguine")
    play("open", journals.still_open(), exercise="beguine")
    play("cut", journals.interrupted(), exercise="beguine")
    play("shown", journals.perfect(), exercise="jive", team=DEMONSTRATION)
    play("proved", journals.perfect(), exercise="jive", by=REHEARSAL)
    rows = listed(danceoff)
    assert (rows["beguine"]["best"], rows["beguine"]["achievable"], rows["beguine"]["runs"]) == (
        good,
        1000,
        2,
    )
    assert rows["jive"]["best"] is None


def test_rehearsals_are_known_by_the_same_name() -> None:
    assert REHEARSAL == BY


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": {"x": 1}}', b"\xff"])
def test_the_cache_only_saves_time(content: bytes) -> None:
    good = play("good", journals.perfect(), exercise="beguine")
    assert own_bests()["beguine"].total == good
    cache = home().cache / CACHE
    assert json.loads(cache.read_text(encoding="utf-8"))
    assert own_bests()["beguine"].total == good
    cache.write_bytes(content)
    assert own_bests()["beguine"].total == good


@pytest.mark.usefixtures("course")
def test_a_path_is_listed_in_its_order_with_what_comes_next(danceoff: Danceoff) -> None:
    assert list(listed(danceoff, "--path", "basics")) == ["beguine", "jive"]
    said = danceoff("list", "--path", "basics")
    assert said.out.startswith("basics: The basics\nHow it goes.\n")
    assert "there is no exercise polka" in said.err
    rows = listed(danceoff)
    if rows["beguine"]["state"] == "missing":
        assert "next on the path" not in said.out
        return
    assert "next on the path basics (0 of 2 done): danceoff play beguine" in said.out
    play("first", journals.perfect(), exercise="beguine")
    assert "next on the path basics (1 of 2 done): danceoff play jive" in danceoff("list").out
    play("second", journals.perfect(), exercise="jive")
    assert "the path basics is danced through" in danceoff("list", "--path", "basics").out


def test_the_whole_course_is_listed_path_by_path(course: Path, danceoff: Danceoff) -> None:
    assert danceoff("new", "polka").code == 0
    assert danceoff("new", "zouk").code == 0
    play("first", journals.perfect(), exercise="jive")
    lines = danceoff("list").out.splitlines()
    places = [lines.index(line) for line in ("basics: The basics", "more: More of it", "on no path")]
    assert places == sorted(places)
    assert [lines[place].split()[0] for place in range(places[0] + 3, places[0] + 6)] == [
        "beguine",
        "jive",
        "polka",
    ]
    assert lines[places[1] + 3].split()[0] == "jive"
    assert lines[places[1] + 4] == ""
    assert [lines[place + 1] for place in places[:2]] == ["1 of 3 done", "1 of 1 done"]
    assert lines[places[2] + 2].startswith("zouk")
    assert any(line.startswith("4 exercises.") for line in lines)
    assert len({path.name for path in course.iterdir() if path.is_dir()}) == 4


@pytest.mark.usefixtures("course")
def test_an_unknown_path_names_the_known_ones(danceoff: Danceoff) -> None:
    said = danceoff("list", "--path", "salsa")
    assert said.code == 2
    assert said.err == "danceoff: there is no learning path 'salsa'\n  next: one of: basics, more\n"


def test_a_broken_exercise_is_counted_and_hides_none(course: Path, danceoff: Danceoff) -> None:
    (course / "jive" / "brief.md").unlink()
    said = danceoff("list")
    assert "(1 problem)" in " ".join(said.out.split())
    assert "danceoff show CODE names the problems" in said.out
    assert listed(danceoff)["beguine"]["problems"] == []


@pytest.mark.usefixtures("course")
def test_what_is_missing_is_named(danceoff: Danceoff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_HAPROXY", "/nonexistent")
    said = danceoff("list")
    assert "needs haproxy" in " ".join(said.out.split())
    assert "danceoff doctor" in said.out
    assert listed(danceoff)["beguine"]["state"] == "missing"
