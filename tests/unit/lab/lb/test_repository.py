from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from game.core.exercise import Change
from game.errors import Refused, UsageError
from game.lab.lb.patching import ideal, patched
from game.lab.lb.repository import LbRepository

if TYPE_CHECKING:
    from pathlib import Path

NOW_S = 1_750_000_000
CONFIGURATION = """global
    maxconn 2000

backend be_auth
    balance roundrobin
    cookie SRVID insert indirect nocache
    timeout server 10s
    option redispatch
    option log-health-checks
    server auth1 @auth1.https@ cookie a1
    server auth2 @auth2.https@ cookie a2
"""
FILES = {"haproxy.cfg": CONFIGURATION, "maps/tenants.map": "acme.example.test acme\n"}
VALUES = {"auth1.https": "127.0.0.1:20001", "auth2.https": "127.0.0.1:20002"}

RENEWAL = Change(
    id="limit",
    author="capacity team",
    message="Raise the limit of connections",
    patch="""--- a/haproxy.cfg
+++ b/haproxy.cfg
@@ -1,4 +1,4 @@
 global
-    maxconn 2000
+    maxconn 3000

 backend be_auth
""",
    age_minutes=300,
)
FAULT = Change(
    id="the-guilty-one",
    author="identity team",
    message="Tidy up the pool",
    patch="""--- a/haproxy.cfg
+++ b/haproxy.cfg
@@ -7,5 +7,5 @@
     timeout server 10s
     option redispatch
     option log-health-checks
-    server auth1 @auth1.https@ cookie a1
+    server auth1 @auth1.https@ cookie a2
     server auth2 @auth2.https@ cookie a2
""",
)
LATER = Change(
    id="later",
    author="platform team",
    message="Give servers more time",
    patch="""--- a/haproxy.cfg
+++ b/haproxy.cfg
@@ -4,7 +4,7 @@
 backend be_auth
     balance roundrobin
     cookie SRVID insert indirect nocache
-    timeout server 10s
+    timeout server 12s
     option redispatch
     option log-health-checks
     server auth1 @auth1.https@ cookie a2
""",
)


@pytest.fixture
def repository(tmp_path: Path) -> LbRepository:
    made = LbRepository(tmp_path / "lb", VALUES)
    made.create(FILES, (RENEWAL,), NOW_S)
    return made


def test_the_history_is_plausible(tmp_path: Path) -> None:
    made = LbRepository(tmp_path / "lb", VALUES)
    committed = made.create(FILES, (RENEWAL,), NOW_S)

    newest, oldest = made.log()
    assert (newest.number, oldest.number) == (2, 1)
    assert (newest.author, newest.mail) == ("capacity team", "capacity-team@example.test")
    assert newest.at_s == NOW_S - 300 * 60
    assert oldest.at_s < newest.at_s
    assert committed[0].change == "limit"
    assert committed[0].revision == newest.revision
    assert made.dirty() == ()
    assert "127.0.0.1:20001" in made.worktree()["haproxy.cfg"]
    assert "@" not in made.worktree()["haproxy.cfg"]


def test_blame_names_who_changed_a_line(repository: LbRepository) -> None:
    blamed = subprocess.run(
        ["git", "blame", "-L2,2", "haproxy.cfg"],
        cwd=repository.path,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    ).stdout
    assert "capacity team" in blamed
    assert "maxconn 3000" in blamed


def test_a_change_does_not_betray_its_id(repository: LbRepository) -> None:
    revision = repository.commit_change(FAULT, NOW_S)
    shown = subprocess.run(
        ["git", "show", "--format=raw", revision],
        cwd=repository.path,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    ).stdout
    assert "cookie a2" in shown
    assert "guilty" not in shown


def test_revert_undoes_one_commit_and_keeps_the_later_one(repository: LbRepository) -> None:
    guilty = repository.commit_change(FAULT, NOW_S)
    repository.commit_change(LATER, NOW_S)
    assert "cookie a2\n    server auth2" in repository.worktree()["haproxy.cfg"]

    reverted = repository.revert(guilty[:9], "trainee")

    text = repository.files_at(reverted)["haproxy.cfg"]
    assert "auth1 127.0.0.1:20001 cookie a1" in text
    assert "timeout server 12s" in text
    assert repository.log()[0].subject == 'Revert "Tidy up the pool"'
    assert repository.log()[0].author == "trainee"
    assert repository.dirty() == ()


def test_a_conflicting_revert_is_refused_and_leaves_no_trace(repository: LbRepository) -> None:
    guilty = repository.commit_change(FAULT, NOW_S)
    text = repository.worktree()["haproxy.cfg"]
    (repository.path / "haproxy.cfg").write_text(text.replace("20001 cookie a2", "20001 cookie zz"))
    head = repository.commit_worktree("trainee", "Another value")

    with pytest.raises(Refused, match=r"conflicts with later changes in haproxy\.cfg"):
        repository.revert(guilty, "trainee")

    assert repository.head() == head
    assert repository.dirty() == ()
    assert "<<<<" not in repository.worktree()["haproxy.cfg"]
    assert not (repository.path / ".git/REVERT_HEAD").exists()


def test_reverting_twice_the_first_or_with_edits_is_refused(repository: LbRepository) -> None:
    guilty = repository.commit_change(FAULT, NOW_S)
    repository.revert(guilty, "trainee")
    with pytest.raises(Refused, match="already undone"):
        repository.revert(guilty, "trainee")
    with pytest.raises(Refused, match="first commit"):
        repository.revert("1", "trainee")
    (repository.path / "haproxy.cfg").write_text("global\n")
    with pytest.raises(Refused, match=r"while haproxy\.cfg has uncommitted"):
        repository.revert("2", "trainee")
    assert repository.worktree()["haproxy.cfg"] == "global\n"


def test_a_push_neither_commits_nor_loses_unfinished_work(repository: LbRepository) -> None:
    path = repository.path / "haproxy.cfg"
    path.write_text(path.read_text().replace("maxconn 3000", "maxconn 3333"))
    (repository.path / "notes.txt").write_text("mine\n")

    revision = repository.commit_change(FAULT, NOW_S)

    assert "maxconn 3000" in repository.files_at(revision)["haproxy.cfg"]
    assert "maxconn 3333" in path.read_text()
    assert "20001 cookie a2" in path.read_text()
    assert set(repository.dirty()) == {"haproxy.cfg", "notes.txt"}


def test_a_change_is_undone_by_its_author_over_the_trainees_edits(repository: LbRepository) -> None:
    before = repository.files_at("HEAD")
    repository.commit_change(FAULT)
    file = repository.path / "haproxy.cfg"
    file.write_text(file.read_text().replace("maxconn 3000", "maxconn 2500"))
    done = repository.commit_change(replace(FAULT, message="Take it back"), undo=True)
    assert repository.files_at(done) == before
    assert repository.log()[0].subject == "Take it back"
    assert "maxconn 2500" in file.read_text()
    assert "cookie a1" in file.read_text()


def test_restore_brings_an_old_state_back_by_a_new_commit(repository: LbRepository) -> None:
    repository.commit_change(FAULT, NOW_S)
    restored = repository.restore("1")
    assert "maxconn 2000" in repository.files_at(restored)["haproxy.cfg"]
    assert len(repository.log()) == 4
    assert repository.restore("1") == restored


def test_files_of_a_revision_are_read_whole_and_stay_what_they_were(repository: LbRepository) -> None:
    odd = {
        "errors/none.http": "",
        "errors/bytes.http": "\udcff no line's end",
        "maps/long.map": "x y\n" * 5_000,
    }
    (repository.path / "errors").mkdir()
    for path, text in odd.items():
        (repository.path / path).write_bytes(text.encode(errors="surrogateescape"))
    made = repository.commit_worktree("trainee", "Odd files")
    assert made is not None
    found = repository.files_at(made)
    assert {path: found[path] for path in odd} == odd
    found.clear()
    assert repository.files_at(made) == repository.files_at("HEAD")
    assert repository.files_at("HEAD").keys() == {*FILES, *odd}
    (repository.path / "maps/long.map").write_text("z z\n")
    later = repository.commit_worktree("trainee", "Shorter")
    assert repository.files_at("HEAD") == repository.files_at(str(later)) != repository.files_at(made)


def test_a_worktree_without_changes_makes_no_commit(repository: LbRepository) -> None:
    assert repository.commit_worktree("trainee", "nothing") is None
    (repository.path / "maps/tenants.map").write_text("x.example.test x\n")
    made = repository.commit_worktree("trainee", "A tenant")
    assert made == repository.head()


def test_commits_are_found_by_number_beginning_and_name(repository: LbRepository) -> None:
    newest = repository.log()[0].revision
    assert {repository.resolve(text) for text in ("2", newest, newest[:8], "HEAD", "main")} == {newest}
    assert repository.resolve("HEAD~1") == repository.resolve("1")
    for nonsense in ("", "17", "--help", "HEAD~9", "zzz", "HEAD; rm -rf /", "x" * 300, "a\0b"):
        with pytest.raises(UsageError, match="no commit"):
            repository.resolve(nonsense)


def test_hooks_and_settings_of_the_trainee_have_no_say(repository: LbRepository, tmp_path: Path) -> None:
    hook = repository.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    hook.chmod(0o755)
    for setting in (
        "core.hooksPath=.git/hooks",
        "commit.gpgSign=true",
        "core.fsmonitor=.git/hooks/pre-commit",
    ):
        subprocess.run(["git", "config", *setting.split("=")], cwd=repository.path, check=True, timeout=10)
    (repository.path / "maps/tenants.map").write_text("x.example.test x\n")
    assert repository.commit_worktree("trainee", "A tenant")
    assert not (tmp_path / "ran").exists()


def test_links_and_pipes_in_the_worktree_are_refused(repository: LbRepository) -> None:
    (repository.path / "maps/secret.map").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="cannot be read"):
        repository.worktree()
    (repository.path / "maps/secret.map").unlink()
    (repository.path / "errors").symlink_to("/etc")
    (repository.path / "maps/big.map").write_bytes(b"x" * 300_000)
    with pytest.raises(Refused, match="larger than"):
        repository.worktree()


def test_the_ideal_end_state_is_the_history_without_the_fault(repository: LbRepository) -> None:
    files = repository.files_at("1")
    limit, fault, later = (repository.filled(change) for change in (RENEWAL, FAULT, LATER))
    kept = ideal(files, (limit, later))
    assert "20001 cookie a1" in kept["haproxy.cfg"]
    assert "12s" in kept["haproxy.cfg"]
    assert "20001 cookie a2" in ideal(files, (limit, fault, later))["haproxy.cfg"]
    assert kept["maps/tenants.map"] == FILES["maps/tenants.map"]
    with pytest.raises(UsageError, match="change limit: its patch does not apply"):
        patched(kept, limit)


def test_a_patch_cannot_leave_its_folder(repository: LbRepository) -> None:
    for path in ("../outside", ".git/config"):
        patch = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n"
        with pytest.raises(UsageError, match="does not apply"):
            patched(repository.worktree(), Change(id="evil", author="x", message="x", patch=patch))
