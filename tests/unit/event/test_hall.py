"""An event before its first round, and after a restart: everything that needs no stack."""

from __future__ import annotations

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from game.core.contest import facts as fact
from game.errors import AlreadyRecorded, Refused, StorageFailed, UsageError
from game.event.doors import MOST_MEMBERS, Guest
from game.event.exports import Exports
from game.event.hall import Hall, open_hall
from game.journal import load_export
from tests.events import event_plan

if TYPE_CHECKING:
    from pathlib import Path


def names_of(hall: Hall) -> list[str]:
    return [row.name for row in hall.board().rows]


def test_who_has_a_code_comes_in_and_is_known_again(hall: Hall) -> None:
    credential = hall.doors.join(hall.doors.code("t1").lower(), " Ada  Lovelace ")
    guest = hall.doors.guest(credential)
    assert guest == Guest(role="trainee", team="t1", member="m1", name="Ada Lovelace")
    assert hall.doors.join(hall.doors.code("t1"), "ada lovelace") == credential
    other = hall.doors.guest(hall.doors.join(hall.doors.code("t1"), "Grace"))
    assert other is not None
    assert other.member == "m2"
    assert hall.doors.guest(hall.doors.key) == Guest(role="facilitator")
    token = hall.doors.guest(hall.doors.token("t2"))
    assert token is not None
    assert (token.team, token.member) == ("t2", "api")
    for nobody in ("", "x", credential[:-1], credential.replace("t1", "t2")):
        assert hall.doors.guest(nobody) is None


def test_a_wrong_code_opens_nothing(hall: Hall) -> None:
    for wrong in ("", "00000-00000", hall.doors.code(), hall.doors.code("t3")):
        with pytest.raises(Refused, match="opens no door"):
            hall.doors.join(wrong, "Eve")
    with pytest.raises(Refused):
        hall.doors.join(hall.doors.code("t1"), "\u202e")
    for number in range(MOST_MEMBERS):
        hall.doors.join(hall.doors.code("t1"), f"Member {number}")
    with pytest.raises(Refused, match="members"):
        hall.doors.join(hall.doors.code("t1"), "one more")


def test_presence_and_roles(hall: Hall) -> None:
    guest = hall.doors.guest(hall.doors.join(hall.doors.code("t1"), "Ada"))
    assert guest is not None
    assert not hall.doors.present("t1", "m1")
    hall.doors.seen(guest)
    hall.doors.take_role(guest, "commander")
    (member,) = hall.floor().teams[0].members
    assert (member.name, member.role, member.present) == ("Ada", "commander", True)


def test_eight_at_once_enrol_one_team(hall: Hall) -> None:
    def enrol(number: int) -> int:
        try:
            return len([hall.doors.enrol("Zoë" + "." * number)])
        except Refused:
            return 0

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert sum(pool.map(enrol, range(8))) == 1
    assert sorted(names_of(hall)) == [
        "Ada",
        "Bob",
        next(name for name in names_of(hall) if name.startswith("Zo")),
    ]


def test_acts_at_the_wrong_moment_are_refused(hall: Hall) -> None:
    for act in (
        hall.rounds.go,
        hall.steering.freeze,
        hall.steering.reveal,
        lambda: hall.steering.extend(5, "late"),
        lambda: hall.steering.hint("t1", "look"),
        lambda: hall.steering.inject("boss", "and?"),
        lambda: hall.rounds.late("t1"),
        lambda: hall.rounds.restart("t1", "broken"),
        lambda: hall.rounds.void("t1", "broken"),
        lambda: hall.rounds.end("over"),
    ):
        with pytest.raises(Refused):
            act()
    for nonsense in (
        lambda: hall.steering.extend(0, "late"),
        lambda: hall.steering.correct("1", "t1", 0, "x"),
        lambda: hall.steering.correct("1", "t9", 5, "x"),
        lambda: hall.rounds.prepare(fact.RoundPlan(exercise="../etc", seed=1)),
    ):
        with pytest.raises(UsageError):
            nonsense()
    assert [type(one.event).__name__ for one in hall.noted()] == [
        "EventOpened",
        "TeamEnrolled",
        "TeamEnrolled",
    ]


def test_a_correction_counts_once_and_has_a_reason(hall: Hall) -> None:
    hall.steering.correct("c1", "t2", 25, "the projector fell")
    with pytest.raises(AlreadyRecorded):
        hall.steering.correct("c1", "t2", 25, "the projector fell")
    with pytest.raises(Refused):
        hall.steering.correct("c2", "t2", 25, " ")
    assert [(row.name, row.points) for row in hall.board().rows] == [("Bob", 25), ("Ada", 0)]


def test_everything_is_there_after_a_restart(hall: Hall, store: str) -> None:
    credential = hall.doors.join(hall.doors.code("t1"), "Ada")
    hall.steering.announce("We begin at ten")
    hall.steering.correct("c1", "t1", 10, "help with the chairs")
    before, codes, key = hall.board(), hall.doors.code("t2"), hall.doors.key
    with pytest.raises(StorageFailed, match="written by another process"):
        open_hall(event_plan("Ada", "Bob"), store)
    hall.leave()
    hall.leave()
    again = open_hall(event_plan("Somebody else"), store)
    try:
        after = again.board()
        assert after.rows == before.rows
        assert (after.announcement, after.stage) == ("We begin at ten", "enrolling")
        assert (again.doors.code("t2"), again.doors.key) == (codes, key)
        guest = again.doors.guest(credential)
        assert guest is not None
        assert guest.name == "Ada"
        assert isinstance(again.noted()[-1].event, fact.Reopened)
    finally:
        again.leave()


def test_the_exports_are_harmless_and_complete(hall: Hall, tmp_path: Path) -> None:
    hall.doors.enrol("=cmd|' /C calc'!A0")
    hall.doors.enrol("<script>alert(1)</script>")
    exports = Exports(hall)
    path = exports.write(tmp_path / "out" / "ball.zip")
    with zipfile.ZipFile(path) as archive:
        assert {name.removeprefix("ball/") for name in archive.namelist()} == set(exports.index())
    rows = list(csv.reader(io.StringIO(exports.read("standings.csv"))))
    assert rows[0][:3] == ["place", "shared", "team"]
    assert "'=cmd|' /C calc'!A0" in {row[2] for row in rows}
    assert "<script>" not in exports.read("certificates/t4.svg")
    assert "<script>" not in exports.read("standings.md")
    loaded = load_export(exports.read("event.jsonl").splitlines())
    assert loaded.contest == hall.noted()
    assert hall.doors.key not in exports.read("event.jsonl")
    assert hall.doors.code("t1") not in exports.read("event.jsonl")
    with pytest.raises(Refused):
        exports.read("../../etc/passwd")


def test_a_closed_event_takes_nothing_more(hall: Hall) -> None:
    hall.close("the hall is locked")
    assert hall.state.closed == "the hall is locked"
    with pytest.raises(Refused, match="closed"):
        hall.doors.enrol("late")
    with pytest.raises(Refused, match="closed"):
        hall.rounds.prepare()
