"""The load balancer's files as people edit them through a page: read, write, throw away; applying is the desk's.

Several of a team may edit at once, and a shell may as well. So who writes says which text they started from, by its digest,
and is refused when there is another one by now: nobody's work is overwritten unseen.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from game.core.views import FilesView, FileView, LinesView, Reply
from game.errors import Refused, UsageError
from game.lab.lb.files import MAX_FILE_BYTES, MAX_FILES, is_load_balancers, write_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.director.stage import Stage


class Workbench:
    """`looked` records a look, `require_open` raises Refused once the run is over."""

    def __init__(
        self, stage: Stage, looked: Callable[[str, str], None], require_open: Callable[[], None]
    ) -> None:
        self._stage = stage
        self._looked = looked
        self._require_open = require_open
        self._writing = threading.Lock()

    def files(self) -> FilesView:
        """Every file with its text's digest; the texts are left out."""
        repository = self._stage.repository
        edited = repository.dirty()
        found = repository.worktree()
        return FilesView(
            files=tuple(
                FileView(path=path, text="", digest=digest(text), edited=path in edited)
                for path, text in found.items()
            )
        )

    def read(self, path: str) -> FileView:
        """One file as it lies in the working tree."""
        _require_path(path)
        self._looked("haproxy", f"edit {path}")
        repository = self._stage.repository
        text = repository.worktree().get(path)
        if text is None:
            known = ", ".join(repository.worktree())
            raise UsageError(f"there is no file {path!r}", hint=f"one of: {known}")
        return FileView(path=path, text=text, digest=digest(text), edited=path in repository.dirty())

    def write(self, path: str, text: str, started_from: str) -> Reply:
        """Write a file into the working tree. `started_from`: digest of the text that was edited; empty for a new file."""
        self._require_open()
        _require_path(path)
        content = _content(path, text)
        with self._writing:
            files = self._stage.repository.worktree()
            present = digest(files[path]) if path in files else ""
            if present != started_from:
                raise Refused(
                    f"{path} was changed by somebody else since you opened it; nothing was written",
                    hint="open it again, and bring your change into that text",
                )
            if path not in files and len(files) >= MAX_FILES:
                raise Refused(f"there are {MAX_FILES} files already", hint="use one of them")
            self._put(path, content)
        return Reply(words=f"{path} is saved; nothing is in service yet: check it, then apply it")

    def discard(self, path: str) -> Reply:
        """Put a file back to how it is in the latest commit."""
        self._require_open()
        _require_path(path)
        repository = self._stage.repository
        with self._writing:
            committed = repository.files_at(repository.head()).get(path)
            if committed is None:
                raise Refused(f"{path} is in no commit", hint="edit it, or leave it")
            self._put(path, committed.encode(errors="surrogateescape"))
        return Reply(words=f"{path} is as it was committed last")

    def _put(self, path: str, content: bytes) -> None:
        """Write within the repository: a shell may have made a link of the folder."""
        target = self._stage.repository.path / path
        if target.parent.is_symlink():
            raise Refused(f"{target.parent.name}/ is a link", hint="make it a real folder")
        write_file(target, content)

    def pending(self) -> LinesView:
        """What is edited and not committed, as a unified diff."""
        return LinesView(lines=tuple(self._stage.repository.pending().splitlines()))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _require_path(path: str) -> None:
    if not is_load_balancers(path):
        raise UsageError(
            f"the load balancer has no file {path[:80]!r}", hint="haproxy.cfg, maps/*.map, errors/*.http"
        )


def _content(path: str, text: str) -> bytes:
    """Browsers send line ends as networks do; files have them as Unix does, and one at their end."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    content = (unix if unix.endswith("\n") or not unix else f"{unix}\n").encode(errors="surrogateescape")
    if len(content) > MAX_FILE_BYTES:
        raise Refused(f"{path} would be larger than {MAX_FILE_BYTES // 1024} kB", hint="shorten it")
    return content
