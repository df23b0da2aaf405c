from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import check_exercise, load_catalogue, load_exercise
from game.catalog.source import read_source
from game.core.exercise import LbChange
from game.errors import ExerciseInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.stack import Stack


def problems(folder: Path, stack: Stack) -> dict[str, Problem]:
    """What is wrong, by path within the file."""
    with pytest.raises(ExerciseInvalid) as caught:
        check_exercise(folder, stack)
    return {problem.path: problem for problem in caught.value.problems}


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "exercise.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_exercise_becomes_core_types(macarena: Path, stack: Stack) -> None:
    playable = load_exercise(macarena, stack, seed=3)
    exercise = playable.exercise
    assert exercise.briefing.code == "macarena"
    assert exercise.seed == 3
    assert re.fullmatch("[0-9a-f]{64}", exercise.digest)
    assert exercise.answer.component == "haproxy"
    assert exercise.answer.change == "next-step"
    assert exercise.answer.keep == tuple(change.id for change in exercise.later)
    assert "next-step" not in [change.id for change in (*exercise.history, *exercise.later)]
    fault = exercise.faults[0]
    assert isinstance(fault, LbChange)
    assert "@low@" not in fault.change.patch
    assert exercise.wrong_turns[5].patch.startswith("--- a/haproxy.cfg")
    assert playable.stack.users == 50


def test_the_digest_covers_every_file(copied: Path, stack: Stack) -> None:
    before = load_exercise(copied, stack, 0).exercise.digest
    assert load_exercise(copied, stack, 1).exercise.digest == before
    (copied / "notes.txt").write_text("x", encoding="utf-8")
    after = load_exercise(copied, stack, 0).exercise.digest
    assert after != before
    (copied / "notes.txt").rename(copied / "note.txt")
    assert load_exercise(copied, stack, 0).exercise.digest not in {before, after}


def test_all_errors_at_once_with_path_line_and_remedy(copied: Path, stack: Stack) -> None:
    edit(copied, "level: 2", "level: 9")
    edit(copied, "minutes: 40", "minuets: 40")
    edit(copied, "kind: lb_change", "kind: lb_chnage")
    edit(copied, "component: haproxy", "component: haproxi")
    edit(copied, "window_s: 10", 'window_s: "10"')
    found = problems(copied, stack)
    assert set(found) == {
        "level",
        "minutes",
        "minuets",
        "faults[0]",
        "answer.component",
        "pages[0].window_s",
    }
    assert found["minuets"].remedy == "did you mean minutes?"
    assert found["faults[0]"].remedy == "did you mean lb_change?"
    assert found["answer.component"].remedy == "did you mean haproxy?"
    assert re.fullmatch(r"macarena/exercise\.yaml:5:8", found["level"].file)


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("code: macarena", "code: foxtrot", "code", "folder's name"),
        ("code: macarena", "code: Macarena!", "code", "form"),
        ("stack: auth", "stack: mail", "stack", "auth"),
        ("change: next-step", "change: next-stop", "answer.change", "did you mean next-step?"),
        ("change: next-step", "change: keep-alive", "answer.change", "no fault's id"),
        ("revert: [next-step]", "revert: [nothing]", "answer.rollback.revert[0]", "no fault's id"),
        ("revert: [next-step]}", "revert: [], keep: [nobody]}", "answer.rollback.keep[0]", "not the id"),
        ("cohort: all", "cohort: wbe", "answer.scope.cohort", "did you mean web?"),
        ("mechanism: canary-misrouted", "mechanism: canary", "answer.mechanism", "canary-misrouted"),
        ("guards: [canary-step", "guards: [hope", "answer.guards[0]", "taxonomy"),
        ("[0.24, 0.36]", "[0.36, 0.24]", "expect.bad_share", "swap"),
        ("[0.24, 0.36]", "[0.24]", "expect.bad_share", "entries"),
        ("[0.24, 0.36]", "[0.24, 1.2]", "expect.bad_share[1]", "out of bounds"),
        ("[0.24, 0.36]", "[0.6, 0.7]", "answer.scope.share", "expect.bad_share"),
        ("within_s: 12", "cohorts: {mobil: [0, 1]}", "expect.cohorts.mobil", "did you mean mobile?"),
        ("share: 0.30", "share: 30 %", "answer.scope.share", "number"),
        ("share: 0.30", "share: yes", "answer.scope.share", "number"),
        ("patches/keep-alive.patch", "patches/keep-alife.patch", "history[2].patch", "did you mean"),
        ("patches/keep-alive.patch", "../x.patch", "history[2].patch", "leads out"),
        ("patches/keep-alive.patch", "/etc/passwd", "history[2].patch", "leads out"),
        ("patches/keep-alive.patch", "brief.md", "history[2].patch", "git diff"),
        ("id: keep-alive", "id: next-step", "history[2].id", "not unique"),
        ("age_minutes: 7290", "age_minutes: 1", "history[3].age_minutes", "oldest first"),
        ('title: "A third', 'title: "HAProxy: a third', "title", "gives the answer away"),
        ("AUTH-SLO: more", "AUTH-SLO: canary: more", "pages[0].text", "gives the answer away"),
        ("alert: login-success", "alert: load-balancer", "pages[0].alert", "gives the answer away"),
        ("level: 2", "level: two", "level", "whole number"),
        ("level: 2", "level: 0", "level", "at least 1"),
        ("level: 2", "level: true", "level", "whole number"),
        ("author: netops", "author: no", "history[2].author", ""),
        ("author: netops", "author: 7", "history[2].author", "quotes"),
        ("  - cost: 30", "  - cots: 30", "hints[0].cots", "did you mean cost?"),
        ("restart:postgres", "restart:postgre", "wrong_turns[0].do[0]", "postgre"),
        ("restart:postgres", "reboot:postgres", "wrong_turns[0].do[0]", "unknown"),
        ("flush:redis", "flush:postgres", "wrong_turns[3].do[0]", "flush"),
        ("patch:patches/answer", "patch:patches/anser", "wrong_turns[5].do[0]", "did you mean"),
        ("revert:referrer-policy", "revert:referer", "wrong_turns[7].do[0]", "referer"),
        ("proxy: postgres", "proxy: postgers", "red_herrings[0].toxic.proxy", "did you mean postgres?"),
        ("layer: postgres", "layer: database", "red_herrings[0].layer", "no layer"),
        ("attributes: {latency: 4", "attributes: {latency: x", "red_herrings[0].toxic.attributes.latency", "whole"),
        ("acknowledge_s: 60", "acknowledge_s: 600", "par", "follow"),
        ("users: 50", "users: 400", "load.users", "accounts"),
        ("users: 50", "cohorts: {webb: 2}", "load.cohorts.webb", "did you mean web?"),
        ('author: "@step_author@"', 'author: "@step_auhtor@"', "(the file)", "did you mean step_author?"),
        ("  - [queue-patience, one-more-try,", "  - [queue-patience, one-more,", "orders[0]", "one-more"),
        ("{low: 6, top: 35}", "{low: yes, top: [1]}", "variants.band[1]", "text or a number"),
    ],
)  # fmt: skip
def test_each_check(copied: Path, stack: Stack, old: str, new: str, path: str, words: str) -> None:
    edit(copied, old, new)
    if not words:
        check_exercise(copied, stack)
        return
    found = problems(copied, stack)
    assert path in found
    assert words in f"{found[path].message} {found[path].remedy}"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "brief.md").unlink(), "brief.md is missing"),
        (lambda folder: (folder / "debrief.md").write_text(" \n"), "debrief.md is missing or empty"),
        (lambda folder: (folder / "exercise.yaml").unlink(), "there is no such file"),
        (lambda folder: (folder / "link.md").symlink_to("/etc/passwd"), "links are not allowed"),
        (lambda folder: (folder / "link").symlink_to("/"), "links are not allowed"),
        (lambda folder: os.mkfifo(folder / "pipe"), "not a plain file"),
        (lambda folder: (folder / "big.bin").write_bytes(b"x" * 300_000), "300000 bytes"),
        (lambda folder: (folder / "a/b/c/d").mkdir(parents=True), "nested too deep"),
        (lambda folder: (folder / "brief.md").write_bytes(b"\xff\xfe"), "not UTF-8"),
        (lambda folder: (folder / "exercise.yaml").write_bytes(b"a\0b"), "NUL"),
        (lambda folder: (folder / "exercise.yaml").write_text("[]"), "not a mapping"),
        (lambda folder: (folder / "exercise.yaml").write_text(""), "not a mapping"),
        (lambda folder: (folder / "exercise.yaml").rename(folder / "x") and (folder / "exercise.yaml").mkdir(), "no such file"),
        (lambda folder: [(folder / f"{n}.txt").touch() for n in range(200)], "more than 100 files"),
    ],
)  # fmt: skip
def test_folders_that_are_not_exercises(
    copied: Path, stack: Stack, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(copied)
    with pytest.raises(ExerciseInvalid, match=re.escape(words)):
        check_exercise(copied, stack)


def test_a_missing_folder(tmp_path: Path, stack: Stack) -> None:
    with pytest.raises(ExerciseInvalid, match="No such file"):
        load_exercise(tmp_path / "tango", stack, 0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("+++ b/haproxy.cfg", "+++ b/../../etc/passwd", "leads out"),
        ("+++ b/haproxy.cfg", "+++ b/.git/config", "leads out"),
        ("+++ b/haproxy.cfg", "+++ b/service/app.py", "is not haproxy.cfg"),
        ("+++ b/haproxy.cfg", "+++ haproxy.cfg", "name files as"),
        ("--- a/haproxy.cfg", "old mode 100644\n--- a/haproxy.cfg", "no modes"),
        (",7 @@", ",9 @@", "hunk"),
        (",7 @@", ",3 @@", "hunk"),
        ("@@ -", "@@ @@ -", "only diff"),
    ],
)
def test_patches_are_plain_diffs(copied: Path, stack: Stack, old: str, new: str, words: str) -> None:
    patch = copied / "patches" / "keep-alive.patch"
    text = patch.read_text(encoding="utf-8")
    assert old in text
    patch.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert words in problems(copied, stack)["history[2].patch"].message


def test_other_kinds_of_fault(copied: Path, stack: Stack) -> None:
    (copied / "tenants.map").write_text("login.example.test acme\n", encoding="utf-8")
    edit(
        copied,
        "faults:\n",
        "faults:\n"
        '  - {kind: lb_runtime, commands: ["set weight be_auth/auth1 1%"], revert: ["set weight be_auth/auth1 100%"], actor: netops}\n'
        "  - {kind: lb_file, path: maps/tenants.map, content: tenants.map, actor: netops}\n"
        "  - {kind: lb_stale, patch: patches/keep-alive.patch, actor: netops}\n"
        "  - {kind: toxic, proxy: redis, toxic: latency, attributes: {latency: 900}, toxicity: 0.5}\n"
        "  - {kind: service, service: auth2, action: reconfigure, settings: {pool: '1'}}\n",
    )
    exercise = load_exercise(copied, stack, 0).exercise
    assert [fault.kind for fault in exercise.faults] == [
        "lb_runtime",
        "lb_file",
        "lb_stale",
        "toxic",
        "service",
        "lb_change",
    ]
    edit(copied, "settings: {pool: '1'}}", "settings: {pool: '1'}}\n  - {kind: none}")
    assert "false alarm" in problems(copied, stack)["faults[5]"].message
    edit(copied, "lb_stale, patch: patches/keep-alive.patch", "lb_stale, patch: patches/none.patch")
    assert "faults[2].patch" in problems(copied, stack)
    edit(copied, "path: maps/tenants.map", "path: ../tenants.map")
    assert "leads out" in problems(copied, stack)["faults[1].path"].message
    edit(copied, "path: ../tenants.map", "path: certs/edge.pem")
    assert "no map and no error page" in problems(copied, stack)["faults[1].path"].message


def test_the_catalogue_lists_the_sound_and_the_broken(copied: Path) -> None:
    stacks = Path(__file__).parents[3] / "stacks"
    (copied.parent / "tango").mkdir()
    (copied.parent / "README.md").touch()
    (copied.parent / "samba").mkdir()
    (copied.parent / "samba" / "exercise.yaml").write_text("a: *b", encoding="utf-8")
    entries = {entry.code: entry for entry in load_catalogue(copied.parent, stacks)}
    assert set(entries) == {"macarena", "tango", "samba"}
    assert entries["macarena"].problems == ()
    assert entries["macarena"].level == 2
    assert "no such file" in entries["tango"].problems[0].message
    assert "aliases" in entries["samba"].problems[0].message


def test_a_source_can_be_read_without_a_stack(macarena: Path) -> None:
    assert set(read_source(macarena).choices.variants) == {"band", "step_author", "step_message"}
