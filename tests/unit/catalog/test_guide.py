"""The author's guide: everything it shows is loaded."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.choices import ChoicesFile
from game.catalog.document import ExerciseFile
from game.catalog.draft import files_of
from game.catalog.importing.draft import draft_of
from game.catalog.importing.outage import Edge, compare, read_configuration
from game.catalog.importing.timeline import read_timeline
from game.catalog.load import check_exercise
from game.catalog.paths import load_paths
from game.catalog.reading import read_as
from game.catalog.scaffold import place
from game.catalog.schema import exercise_schema
from game.catalog.strict_yaml import parse
from game.catalog.variants import all_choices, fill
from game.cli.commands import COMMANDS

if TYPE_CHECKING:
    from game.catalog.strict_yaml import Value
    from game.core.stack import Stack

EXERCISES = Path(__file__).parents[3] / "exercises"
GUIDE = (EXERCISES / "README.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", GUIDE, re.DOTALL))
SNIPPETS = re.findall(r"(?<! -->\n)```yaml\n(.*?)```\n", GUIDE, re.DOTALL)
EXERCISE = ("exercise.yaml", "brief.md", "debrief.md", "old-app.patch", "referrer.patch")
COMMANDS_SHOWN = re.findall(r"(?:^|`)danceoff ([a-z]+(?:-[a-z]+)*)([^`\n]*)", GUIDE, re.MULTILINE)
SEEDED = {field.name for field in fields(ChoicesFile)}


@pytest.fixture
def galop(tmp_path: Path) -> Path:
    folder = tmp_path / "galop"
    folder.mkdir()
    for name in EXERCISE:
        (folder / name).write_text(FILES[name], encoding="utf-8")
    return folder


def test_the_guides_exercise_loads(galop: Path, stack: Stack) -> None:
    exercise = check_exercise(galop, stack)
    assert exercise.answer.keep == ("referrer",)


def test_its_patches_apply_to_the_stack(galop: Path, tmp_path: Path) -> None:
    lb = tmp_path / "lb"
    lb.mkdir()
    (lb / "haproxy.cfg").write_bytes((EXERCISES.parent / "stacks/auth/haproxy/haproxy.cfg").read_bytes())
    for name in ("old-app.patch", "referrer.patch"):
        command = ["git", "apply", str(galop / name)]
        done = subprocess.run(command, cwd=lb, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, done.stderr
    assert "Referrer-Policy" in (lb / "haproxy.cfg").read_text(encoding="utf-8")


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_every_snippet_is_read(snippet: str) -> None:
    whole = parse(FILES["exercise.yaml"].encode(), "README.md").root
    parsed = parse(snippet.encode(), "README.md")
    assert isinstance(whole, dict)
    assert isinstance(parsed.root, dict)
    body: Value = {**whole, **{key: value for key, value in parsed.root.items() if key not in SEEDED}}
    choices = read_as(ChoicesFile, parsed, {key: parsed.root[key] for key in SEEDED & set(parsed.root)})
    for choice in all_choices(choices):
        read_as(ExerciseFile, parsed, fill(body, choice))
    assert bool(choices.variants) == ("variants" in parsed.root)


def test_every_field_of_the_format_is_in_the_guide() -> None:
    shown = set(re.findall(r"^([a-z_0-9]+):", "\n".join([FILES["exercise.yaml"], *SNIPPETS]), re.MULTILINE))
    known = {field.name for field in (*fields(ExerciseFile), *fields(ChoicesFile))}
    assert shown == known


def test_the_schema_beside_the_guide_is_the_codes_own() -> None:
    stored = (EXERCISES / "exercise.schema.json").read_text(encoding="utf-8")
    assert json.loads(stored) == exercise_schema(), (
        "write it anew: danceoff schema > exercises/exercise.schema.json"
    )


def test_its_outage_becomes_a_draft(tmp_path: Path, stack: Stack) -> None:
    lb = EXERCISES.parent / "stacks/auth/haproxy"
    edge = Edge(
        text=(lb / "haproxy.cfg").read_text(encoding="utf-8"),
        files=frozenset({"maps/tenants.map", "certs/edge.pem", "certs/tenant.pem", "certs/ca.pem"})
        | {f"errors/{path.name}" for path in (lb / "errors").iterdir()},
    )
    before, after = (read_configuration(FILES[name], name) for name in ("before.cfg", "after.cfg"))
    outage = compare(before, after, edge)
    assert outage.mechanism == "affinity-ambiguous"
    assert [hunk.made for hunk in outage.hunks] == [True]
    imported = draft_of("galop", outage, read_timeline(FILES["timeline.txt"], "timeline.txt"))
    assert [said.text for said in imported.draft.messages] == [
        "customer care: people are logged out while they shop"
    ]
    _, problems = place("galop", files_of(imported.draft), tmp_path, stack)
    assert problems == ()


def test_its_path_is_read(galop: Path) -> None:
    (galop.parent / "paths.yaml").write_text(FILES["paths.yaml"], encoding="utf-8")
    found = load_paths(galop.parent)
    assert found.problems == ()
    assert found.named("first-steps") is not None


@pytest.mark.parametrize(("name", "rest"), COMMANDS_SHOWN)
def test_every_command_it_shows_is_known_with_its_options(name: str, rest: str) -> None:
    module, _, attribute = COMMANDS[name].target.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    options = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z]+", rest)) <= options
