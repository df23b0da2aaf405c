"""Learning paths: the catalogue's own hold together; whatever else stands in the file is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from game.catalog.load import load_catalogue
from game.catalog.paths import load_paths

ROOT = Path(__file__).parents[3]
EXERCISES = ROOT / "exercises"
WANTED = [
    "first-steps", "sessions-and-affinity", "timeouts-and-limits", "tls", "routing-and-headers", "state-and-drift",
    "not-the-load-balancer", "dance-off-classics", "change-control",
]  # fmt: skip


def test_the_catalogues_paths_name_only_what_is_there() -> None:
    found = load_paths(EXERCISES)
    assert found.problems == ()
    assert [path.name for path in found.paths] == WANTED
    for path in found.paths:
        assert path.codes, path.name
        assert path.learn.endswith(".")


def test_every_exercise_is_on_a_path() -> None:
    found = load_paths(EXERCISES)
    there = {path.parent.name for path in EXERCISES.glob("*/exercise.yaml")}
    assert {code for code in there if not found.of(code)} == set()


def test_a_path_never_gets_easier_and_keeps_to_what_is_required_first() -> None:
    levels = {entry.code: entry for entry in load_catalogue(EXERCISES, ROOT / "stacks")}
    for path in load_paths(EXERCISES).paths:
        mine = [levels[code] for code in path.codes if not levels[code].problems]
        assert [entry.level for entry in mine] == sorted(entry.level for entry in mine), path.name
        for entry in mine:
            for first in set(entry.requires) & set(path.codes):
                assert path.codes.index(first) < path.codes.index(entry.code), (path.name, entry.code)


def catalogue(folder: Path, text: str | bytes) -> Path:
    for code in ("tango", "waltz"):
        (folder / code).mkdir()
        (folder / code / "exercise.yaml").touch()
    (folder / "paths.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_a_code_that_is_not_there_is_a_problem_and_the_rest_stays(tmp_path: Path) -> None:
    text = "format: 1\npaths:\n  - {name: a, title: Learn a, learn: What one learns., codes: [tango, walz, tango, polka]}\n"
    found = load_paths(catalogue(tmp_path, text))
    assert [path.codes for path in found.paths] == [("tango",)]
    said = {problem.path: f"{problem.message} ({problem.remedy})" for problem in found.problems}
    assert said["paths[0].codes[1]"] == "there is no exercise walz (did you mean waltz?)"
    assert "twice" in said["paths[0].codes[0]"]
    assert "paths[0].codes[3]" in said
    assert all(problem.file.startswith("paths.yaml:3:") for problem in found.problems)
    assert found.of("tango") == ("a",)
    assert found.named("b") is None


def test_without_the_file_there_are_no_paths(tmp_path: Path) -> None:
    found = load_paths(tmp_path)
    assert (found.paths, found.problems) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "format: 2\npaths: []\n", "paths: []\n", "format: 1\npaths: {}\n", "format: 1\npaths: [a]\n", b"\xff\xfe",
        "format: 1\npaths:\n  - {name: A b, title: t, learn: x, codes: []}\n", "a: *b\n", "x" * 300_000, "format: 1\npathes: []\n",
        "format: 1\npaths:\n  - {name: a, title: Learn a, learn: What one learns., codes: ['../x']}\n",
    ],
)  # fmt: skip
def test_anything_else_is_told_and_hides_nothing(text: str | bytes, tmp_path: Path) -> None:
    found = load_paths(catalogue(tmp_path, text))
    assert found.paths == ()
    assert found.problems
    assert all(problem.remedy for problem in found.problems)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "paths.yaml").symlink_to("/etc/passwd")
    assert load_paths(tmp_path).problems


def test_two_paths_of_one_name(tmp_path: Path) -> None:
    row = "  - {name: a, title: Learn a, learn: What one learns., codes: [tango]}\n"
    found = load_paths(catalogue(tmp_path, f"format: 1\npaths:\n{row}{row}"))
    assert [problem.path for problem in found.problems] == ["paths[0].name", "paths[1].name"]
