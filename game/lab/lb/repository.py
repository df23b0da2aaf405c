"""The load balancer's configuration repository: a real git repository in which the trainee works, too.

The game commits through an index of its own, so that a trainee's unfinished work is neither committed nor lost.
"""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import Refused, UsageError
from game.lab.lb.commit import Commit, Committed
from game.lab.lb.files import is_load_balancers, read_files
from game.lab.lb.git import Git, Person
from game.lab.lb.patching import apply_patch
from game.lab.placeholders import fill

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from game.core.exercise import Change
    from game.lab.lb.files import Files

BRANCH = "main"
FOUNDER = "platform team"
FIRST_MESSAGE = "Import the load balancer's configuration\n\nUntil now it was edited on the machine itself."
# How long before the oldest change the repository was begun.
FOUNDED_BEFORE_S = 47 * 24 * 3600
TRAINEE = "trainee"
KNOWN_REVISIONS = 64
# What git in a trainee's shell is told: who commits, and that nothing of the system's hooks or keys has a say.
SETTINGS = """\
[user]
\tname = {name}
\temail = {mail}
[commit]
\tgpgSign = false
[core]
\thooksPath = /dev/null
"""

_REVISION = re.compile(r"[0-9A-Za-z][0-9A-Za-z_./-]{0,60}(?:[~^][0-9]{0,3}){0,5}")
# Nothing but a whole revision always means the same.
_WHOLE = re.compile(r"[0-9a-f]{40}")
_FIELDS = "%H%x1f%an%x1f%ae%x1f%at%x1f%s%x1f%b%x1e"


class LbRepository:
    """The repository at one path; `values` are what its placeholders stand for."""

    def __init__(self, path: Path, values: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._values = dict(values or {})
        self._git = Git(folder=path)
        # What a revision holds never changes, and asking git for it takes some processes each time.
        self._known = lru_cache(maxsize=KNOWN_REVISIONS)(self._read)

    def create(self, files: Files, history: Iterable[Change], now_s: int) -> tuple[Committed, ...]:
        """Make the repository with the stack's files and every change of the history, dated before `now_s`.

        Returns the revisions of the history, oldest first.
        """
        changes = tuple(history)
        self.path.mkdir(parents=True, exist_ok=True)
        self._git.must("init", "-q", f"--initial-branch={BRANCH}", "--template=", writes=True)
        with (self.path / ".git" / "config").open("a") as settings:
            settings.write(SETTINGS.format(name=TRAINEE, mail=_mail(TRAINEE)))
        for path, text in files.items():
            target = self.path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            filled = fill(text, self._values, where=path)
            target.write_bytes(filled.encode(errors="surrogateescape"))
        begun_s = now_s - max((change.age_minutes for change in changes), default=0) * 60 - FOUNDED_BEFORE_S
        self._git.must("add", "-A", writes=True)
        first = self._commit(Person(name=FOUNDER, mail=_mail(FOUNDER), at_s=begun_s), FIRST_MESSAGE)
        revisions = self._built(first, map(self.filled, changes), now_s)
        if revisions:
            self._git.must("reset", "-q", "--hard", revisions[-1], writes=True)
        return tuple(
            Committed(change=change.id, revision=revision)
            for change, revision in zip(changes, revisions, strict=True)
        )

    def fill(self, text: str, where: str = "a runtime command") -> str:
        """Return a text with the run's addresses in place of its placeholders."""
        return fill(text, self._values, where=where)

    def filled(self, change: Change) -> Change:
        """Return a change with its placeholders filled."""
        return replace(change, patch=fill(change.patch, self._values, where=f"change {change.id}"))

    def commit_change(self, change: Change, now_s: int | None = None, *, undo: bool = False) -> str:
        """Commit a change (or its undoing) on top of the history and bring it into the worktree; returns the revision.

        The trainee's uncommitted edits stay. Where they touch the same lines, the worktree keeps the trainee's version,
        as a colleague's push does not change anybody's checkout.
        """
        change = self.filled(change)
        now_s = int(time.time()) if now_s is None else now_s
        clean, back = not self.dirty(), ("--reverse",) if undo else ()
        head = self.head()
        (revision,) = self._built(head, (change,), now_s, *back)
        reason = f"commit: {change.message.strip().splitlines()[0]}"
        self._git.must("update-ref", "-m", reason, "HEAD", revision, head, writes=True)
        if clean:
            self._git.must("reset", "-q", "--hard", writes=True)
        else:
            self._git.must("reset", "-q", "--mixed", writes=True)
            self._git.run(
                "apply",
                "--whitespace=nowarn",
                *back,
                "-",
                stdin=change.patch.encode(errors="surrogateescape"),
            )
        return revision

    def _built(self, head: str, changes: Iterable[Change], now_s: int, *back: str) -> tuple[str, ...]:
        """Build a commit for each change, the first one upon `head`, through an index of their own; nothing points to them yet.

        The index stands beside the repository, below the run: whoever clears the run away has cleared it away, too.
        """
        revisions: list[str] = []
        with tempfile.TemporaryDirectory(prefix="index-", dir=self.path.parent) as folder:
            aside = replace(self._git, index=Path(folder) / "index")
            aside.must("read-tree", head, writes=True)
            for change in changes:
                apply_patch(aside, change, "--cached", *back)
                at_s = now_s - change.age_minutes * 60
                made = aside.must(
                    "commit-tree", aside.line("write-tree"), "-p", revisions[-1] if revisions else head,
                    stdin=f"{change.message.strip()}\n".encode(),
                    person=Person(name=change.author, mail=_mail(change.author), at_s=at_s),
                )  # fmt: skip
                revisions.append(made.text.strip())
        return tuple(revisions)

    def commit_worktree(self, author: str, message: str) -> str | None:
        """Commit everything in the worktree; returns the revision, or None when there is nothing to commit."""
        self._git.must("add", "-A", writes=True)
        if self._git.run("diff", "--cached", "--quiet", "HEAD").code == 0:
            return None
        return self._commit(_now(author), message)

    def revert(self, revision: str, author: str) -> str:
        """Undo one commit by a new one; returns the new revision. Refused, with the tree as it was, if it conflicts."""
        target = self.commit(revision)
        self._refuse_dirty("revert")
        if target.number == 1:
            raise Refused(
                "the first commit cannot be reverted",
                hint="it is the whole configuration; revert a later one",
            )
        undone = self._git.run("revert", "--no-commit", "--no-edit", target.revision, writes=True)
        if undone.code != 0:
            touched = ", ".join(self._unmerged()) or "the files it changed"
            self._git.must("reset", "-q", "--hard", "HEAD", writes=True)
            raise Refused(
                f"reverting {target.revision[:8]} conflicts with later changes in {touched}; nothing was changed",
                hint=f"look at `git show {target.revision[:8]}`, undo its lines by hand, then apply",
            )
        if self._git.run("diff", "--cached", "--quiet", "HEAD").code == 0:
            self._git.must("reset", "-q", "--hard", "HEAD", writes=True)
            raise Refused(
                f"{target.revision[:8]} is already undone: reverting it changes nothing",
                hint="look at `git log -p`",
            )
        message = f'Revert "{target.subject}"\n\nThis reverts commit {target.revision}.'
        return self._commit(_now(author), message)

    def restore(self, revision: str, author: str = TRAINEE) -> str:
        """Make all files what they were at a revision, by a new commit; returns it, or HEAD if nothing differs."""
        target = self.commit(revision)
        self._refuse_dirty("restore")
        self._git.must("read-tree", "-u", "--reset", target.revision, writes=True)
        if self._git.run("diff", "--cached", "--quiet", "HEAD").code == 0:
            return self.head()
        return self._commit(
            _now(author), f"Restore the configuration of {target.revision[:8]}\n\n{target.subject}"
        )

    def take_back(self, before: str) -> None:
        """Forget the commit that was just made, as if it had never been; its files were clean before it."""
        self._git.must("reset", "-q", "--hard", before, writes=True)

    def log(self) -> tuple[Commit, ...]:
        """List all commits that HEAD builds on, newest first."""
        records = self._git.must("log", "--date-order", f"--format={_FIELDS}").text.split("\x1e")
        rows = [record.lstrip("\n").split("\x1f") for record in records if record.strip()]
        return tuple(
            Commit(
                number=len(rows) - index,
                revision=row[0],
                author=row[1],
                mail=row[2],
                at_s=int(row[3]),
                subject=row[4],
                body=row[5].strip(),
            )
            for index, row in enumerate(rows)
        )

    def head(self) -> str:
        return self._git.line("rev-parse", "HEAD")

    def commit(self, text: str) -> Commit:
        """Find a commit by number, revision, its beginning, or a name such as HEAD~1. Refused if there is none."""
        revision = self.resolve(text)
        found = next((commit for commit in self.log() if commit.revision == revision), None)
        if found is None:
            raise Refused(f"{text} is not in the history of what is checked out", hint="`git log` lists it")
        return found

    def resolve(self, text: str) -> str:
        """Return the full revision that a number, a beginning of a revision, or a name such as HEAD~1 means."""
        text = text.strip()
        if text.isdigit() and len(text) < 4:
            numbered = next((commit for commit in self.log() if commit.number == int(text)), None)
            if numbered is not None:
                return numbered.revision
        elif _REVISION.fullmatch(text):
            found = self._git.run("rev-parse", "--verify", "-q", "--end-of-options", f"{text}^{{commit}}")
            if found.code == 0:
                return found.text.strip()
        raise UsageError(
            f"no commit `{text[:60]}` in the load balancer's repository",
            hint="name one by its number, the first characters of its revision, or HEAD~1; `git log` lists them",
        )

    def diff(self, revision: str) -> str:
        """Return what a commit changed, as a unified diff."""
        return self._git.must(
            "show", "--format=", "--no-ext-diff", "--no-textconv", self.resolve(revision)
        ).text

    def pending(self) -> str:
        """Return what the worktree changes in tracked files, as a unified diff."""
        return self._git.must("diff", "--no-ext-diff", "--no-textconv", "HEAD").text

    def files_at(self, revision: str) -> dict[str, str]:
        """Return the load balancer's files as they were at a revision."""
        return dict(self._known(revision if _WHOLE.fullmatch(revision) else self.resolve(revision)))

    def _read(self, revision: str) -> Files:
        listed = self._git.must("ls-tree", "-r", "-z", self.resolve(revision)).text
        # Ordinary files have mode 100644 or 100755; links and submodules have others.
        entries = [entry.partition("\t") for entry in listed.split("\0") if entry.startswith("100")]
        blobs = {path: about.split()[2] for about, _, path in entries if is_load_balancers(path)}
        contents = self._git.blobs(tuple(blobs.values()))
        return dict(zip(blobs, contents, strict=True))

    def worktree(self) -> dict[str, str]:
        """Return the load balancer's files as they lie in the worktree. Refused for links and huge files."""
        return read_files(self.path)

    def dirty(self) -> tuple[str, ...]:
        """List the paths with uncommitted changes, new files included."""
        listed = self._git.must("status", "--porcelain", "-z", "--no-renames").text
        return tuple(entry[3:] for entry in listed.split("\0") if entry)

    def _commit(self, person: Person, message: str) -> str:
        options = (
            "-q",
            "--no-verify",
            "--no-gpg-sign",
            "--cleanup=whitespace",
            "--allow-empty-message",
            "-F",
            "-",
        )
        self._git.must("commit", *options, stdin=message.encode(), person=person, writes=True)
        return self.head()

    def _unmerged(self) -> tuple[str, ...]:
        listed = self._git.run("diff", "--name-only", "-z", "--diff-filter=U").text
        return tuple(path for path in listed.split("\0") if path)

    def _refuse_dirty(self, what: str) -> None:
        listed = self._git.must("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no").text
        changed = [entry[3:] for entry in listed.split("\0") if entry]
        if changed:
            raise Refused(
                f"cannot {what} while {', '.join(changed)} has uncommitted changes",
                hint="commit them, or throw them away with `git checkout -- .`",
            )


def _now(author: str) -> Person:
    return Person(name=author, mail=_mail(author), at_s=int(time.time()))


def _mail(role: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", role.lower()).strip("-") + "@example.test"
