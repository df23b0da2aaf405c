from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from game.errors import Tampered, UsageError
from game.journal import Journal, load_export, sqlite_url
from tests.unit.journal.test_journal import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROUNDS = 1_000


def _flip_byte(lines: list[str], chance: random.Random) -> list[str]:
    text = bytearray("\n".join(lines).encode())
    place = chance.randrange(len(text))
    text[place] = (text[place] + chance.randrange(1, 95) - 32) % 95 + 32
    return text.decode().split("\n")


def _delete(lines: list[str], chance: random.Random) -> list[str]:
    del lines[chance.randrange(len(lines))]
    return lines


def _cut(lines: list[str], chance: random.Random) -> list[str]:
    return lines[: chance.randrange(1, len(lines))]


def _swap(lines: list[str], chance: random.Random) -> list[str]:
    one, two = chance.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    return lines


def _repeat(lines: list[str], chance: random.Random) -> list[str]:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return lines


def _later(lines: list[str], chance: random.Random) -> list[str]:
    """An honest-looking edit: a time moved, the line still canonical."""
    place = chance.randrange(1, len(lines))
    record = json.loads(lines[place])
    record["at_ms"] -= chance.randrange(1, 60_000)
    lines[place] = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return lines


def _blank(lines: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(len(lines))
    lines[place] = chance.choice(
        ("", " " + lines[place], lines[place] + " ", lines[place][:-1], "null", "[]")
    )
    return lines


WAYS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    _flip_byte, _delete, _cut, _swap, _repeat, _later, _blank,
)  # fmt: skip


def test_tampered_exports_are_found(journal: Journal) -> None:
    written(journal)
    lines = list(journal.export("run"))
    head = journal.head("run").digest
    found = 0
    for number in range(ROUNDS):
        chance = random.Random(number)  # noqa: S311 - ways to tamper, repeatable
        changed = chance.choice(WAYS)(list(lines), chance)
        if changed == lines:  # A byte that was replaced by itself, a line swapped with its like.
            changed = [*lines, lines[-1]]
        try:
            load_export(changed, head=head)
        except (Tampered, UsageError):
            found += 1
    print(f"tampered exports found: {found} of {ROUNDS}")  # noqa: T201 - a figure to hold is printed
    assert found == ROUNDS


def test_the_first_bad_record_is_named(journal: Journal) -> None:
    written(journal)
    lines = list(journal.export("run"))
    for seq in range(1, len(lines)):
        changed = list(lines)
        changed[seq] = changed[seq].replace('"at_ms":', '"at_ms":1')
        with pytest.raises(Tampered, match=f"record {seq} ") as caught:
            load_export(changed)
        assert caught.value.seq == seq
    with pytest.raises(Tampered) as caught:
        load_export(lines[:-2])
    assert caught.value.seq == len(lines) - 2


EDITS = (
    ("update events set at_ms = at_ms - 1 where seq = ?", 5),
    ("update events set wall_ms = wall_ms + 1 where seq = ?", 5),
    ("update events set wall_ms = 'noon' where seq = ?", 5),
    ("update events set at_ms = 9e999 where seq = ?", 5),
    ("update events set kind = 'drift_cleared' where seq = ?", 5),
    ("update events set payload = payload || ' ' where seq = ?", 5),
    ("update events set payload = x'7b7d' where seq = ?", 5),
    ("update events set payload = '[]' where seq = ?", 5),
    ("update events set payload = replace(payload, 'solo', 'else') where seq = ?", 9),
    ("update events set previous = hash where seq = ?", 5),
    ("update events set hash = previous where seq = ?", 5),
    ("update events set once = 'diagnosis:7' where seq = ?", 5),
    ("update events set once = null where seq = ?", 1),
    ("update events set run_id = 'other' where seq = ?", 5),
    ("update events set seq = 99 where seq = ?", 5),
    ("update events set seq = 'x' where seq = ?", 16),
    ("delete from events where seq = ?", 5),
    ("delete from events where seq = ?", 17),
    ("delete from events where seq > ?", 10),
    ("update writers set seq = seq - 1 where seq > ?", 0),
    ("update writers set seq = 'many' where seq > ?", 0),
    ("update writers set head = hex(zeroblob(32)) where seq > ?", 0),
    ("delete from writers where seq > ?", 0),
)


@pytest.mark.parametrize(("statement", "seq"), EDITS)
def test_an_edited_database_is_found(tmp_path: Path, statement: str, seq: int) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(sqlite_url(path)) as journal:
        written(journal)
        journal.verify("run")
        with closing(sqlite3.connect(path)) as database, database:
            assert database.execute(statement, (seq,)).rowcount > 0
        with pytest.raises(Tampered) as caught:
            journal.verify("run")
        if (
            statement.startswith("update events set")
            and "seq =" not in statement.split("where", maxsplit=1)[0]
        ):
            assert caught.value.seq == seq
