from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from game.catalog.document import LoadFile
from game.catalog.stack import busier, load_stack
from game.core.stack import ServiceKind, Stack
from game.errors import ExerciseInvalid

AUTH = Path(__file__).parents[3] / "stacks" / "auth" / "stack.yaml"


def test_the_auth_stack(stack: Stack) -> None:
    assert stack.name == "auth"
    assert stack.users == 50
    legacy = stack.service("legacy")
    assert legacy is not None
    assert legacy.kind is ServiceKind.REPLICA
    mobile = next(cohort for cohort in stack.cohorts if cohort.name == "mobile")
    assert (mobile.client, mobile.upload_pause_ms) == ("app", 120)


def test_cohorts_are_scaled_by_largest_remainder(stack: Stack) -> None:
    double = busier(stack, LoadFile(users=100, requests_per_second=90))
    assert double.requests_per_second == 90
    assert [cohort.users for cohort in double.cohorts] == [2 * cohort.users for cohort in stack.cohorts]
    for users in (1, 7, 33, 51, 120):
        assert busier(stack, LoadFile(users=users)).users == users


def test_the_load_can_be_shared_out(stack: Stack) -> None:
    assert stack.load_workers == 1
    assert busier(stack, LoadFile(workers=3)).load_workers == 3
    assert busier(stack, LoadFile(users=100)).load_workers == 1


def test_some_cohorts_can_be_reweighed(stack: Stack) -> None:
    changed = busier(stack, LoadFile(cohorts={"web": 6, "tls12": 11}))
    assert changed.users == 50
    assert [cohort.users for cohort in changed.cohorts if cohort.name in {"web", "tls12"}] == [6, 11]
    assert changed.cohorts[1] == stack.cohorts[1]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: auth\n", "name: mail\n", "folder's name"),
        ("{name: auth2,", "{name: auth1,", "auth1 stands here 2 times"),
        ("{name: nat, ", "{name: web, ", "web stands here 2 times"),
        ("kind: database", "kind: databse", "services[7].kind"),
        ("success: 0.995", "success: 99.5", "objective.success"),
        ("users: 16", "users: 61", "cohorts[0].users"),
        ("address: shared", "adress: shared", "did you mean address?"),
        ('tls: "1.2"', "tls: 1.2", "cohorts[8].tls"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = AUTH.read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "auth"
    folder.mkdir()
    (folder / "stack.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExerciseInvalid) as caught:
        load_stack(folder)
    assert words in str(caught.value)


def test_a_missing_stack(tmp_path: Path) -> None:
    with pytest.raises(ExerciseInvalid, match=r"nowhere/stack\.yaml"):
        load_stack(tmp_path / "nowhere")
    shutil.copytree(AUTH.parent, tmp_path / "mail", ignore=shutil.ignore_patterns("service"))
    with pytest.raises(ExerciseInvalid, match="write name: mail"):
        load_stack(tmp_path / "mail")
