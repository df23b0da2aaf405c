"""The author's guide: everything it shows is loaded."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.choices import ChoicesFile
from game.catalog.document import ExerciseFile
from game.catalog.load import check_exercise
from game.catalog.reading import read_as
from game.catalog.schema import exercise_schema
from game.catalog.strict_yaml import parse

if TYPE_CHECKING:
    from game.catalog.strict_yaml import Value
    from game.core.stack import Stack

EXERCISES = Path(__file__).parents[3] / "exercises"
GUIDE = (EXERCISES / "README.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", GUIDE, re.DOTALL))
SNIPPETS = re.findall(r"(?<! -->\n)```yaml\n(.*?)```\n", GUIDE, re.DOTALL)
SEEDED = {field.name for field in fields(ChoicesFile)}


@pytest.fixture
def foxtrot(tmp_path: Path) -> Path:
    folder = tmp_path / "foxtrot"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_guides_exercise_loads(foxtrot: Path, stack: Stack) -> None:
    exercise = check_exercise(foxtrot, stack)
    assert exercise.answer.keep == ("referrer",)


def test_its_patches_apply_to_the_stack(foxtrot: Path, tmp_path: Path) -> None:
    lb = tmp_path / "lb"
    lb.mkdir()
    (lb / "haproxy.cfg").write_bytes((EXERCISES.parent / "stacks/auth/haproxy/haproxy.cfg").read_bytes())
    for name in ("old-app.patch", "referrer.patch"):
        command = ["git", "apply", str(foxtrot / name)]
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
    read_as(ExerciseFile, parsed, body)
    choices = read_as(ChoicesFile, parsed, {key: parsed.root[key] for key in SEEDED & set(parsed.root)})
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
