from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from game.catalog.event_file import event_schema, load_event
from game.errors import ExerciseInvalid
from game.lab.data import exercises_dir

README = Path(__file__).parents[3] / "README.md"
GOOD = """\
format: 1
name: spring-ball
title: The spring ball
teams: [Ada and friends, Bob & Co]
open_enrolment: true
rounds:
  - exercise: macarena
    seed: 7
    freeze_after_s: 900
    injects:
      - {after_s: 60, sender: duty manager, text: The press is asking}
      - {after_s: 90, sender: sales, text: A big customer calls, teams: [bob & co]}
  - exercise: macarena
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "event.yaml"
    path.write_text(text)
    return path


def test_a_file_becomes_a_plan(tmp_path: Path) -> None:
    plan = load_event(write(tmp_path, GOOD), exercises_dir())
    assert plan.teams == ("Ada and friends", "Bob & Co")
    assert (plan.opened.name, plan.opened.open_enrolment, plan.opened.change_control) == (
        "spring-ball",
        True,
        "as-exercise",
    )
    first, second = plan.opened.rounds
    assert (first.exercise, first.seed, first.freeze_after_s) == ("macarena", 7, 900)
    assert [inject.teams for inject in first.injects] == [(), ("t2",)]
    assert (second.seed, second.injects) == (1, ())


def test_the_facilitators_command_writes_an_event_of_thirty_teams(tmp_path: Path) -> None:
    written = re.search(r"^1\$ (\{ printf .*> event\.yaml)$", README.read_text(), re.MULTILINE)
    assert written
    subprocess.run(["/bin/sh", "-c", written[1]], cwd=tmp_path, check=True, timeout=10)
    plan = load_event(tmp_path / "event.yaml", exercises_dir())
    assert len(plan.teams) == 30
    assert plan.opened.rounds[0].exercise == "macarena"


def test_the_schema_takes_what_the_reader_takes() -> None:
    schema = event_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(GOOD), schema)
    for broken in ("name: 5", "format: 2", "rounds: []", "unknown: x"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**yaml.safe_load(GOOD), **yaml.safe_load(broken)}, schema)
    json.dumps(schema)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("Bob & Co]", '"ada AND friends!", "\\u200b"]')
        .replace("exercise: macarena\n    seed", "exercise: macaena\n    seed")
        .replace("[bob & co]", "[nobody]")
    )
    with pytest.raises(ExerciseInvalid) as caught:
        load_event(write(tmp_path, text), exercises_dir())
    told = {problem.path.split(" ")[0]: str(problem) for problem in caught.value.problems}
    assert set(told) == {
        "teams[1]",
        "teams[2]",
        "rounds[0].exercise",
        "rounds[0].injects[1].teams[0]",
    }, told
    assert "did you mean macarena?" in told["rounds[0].exercise"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "format: 1", GOOD + "extra: 1\n", GOOD.replace("seed: 7", "seed: yes"), "a: &x 1\nb: *x\n"],
)
def test_a_bad_file_is_refused_with_a_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(ExerciseInvalid) as caught:
        load_event(write(tmp_path, text), exercises_dir())
    assert all(problem.file.startswith("event.yaml") and problem.remedy for problem in caught.value.problems)
