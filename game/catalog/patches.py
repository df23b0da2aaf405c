"""What a patch of an exercise may be: a plain unified diff of text files of the load balancer, and nothing else."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@.*")
_FILE = re.compile(r"(?:---|\+\+\+) (?:[ab]/(?P<path>[A-Za-z0-9._/-]+)|/dev/null)")
_HARMLESS = re.compile(r"index [0-9a-f]+\.\.[0-9a-f]+( 100644)?|(new|deleted) file mode 100644")


def fault_in(patch: str) -> str:
    """Why this text is not an acceptable patch; empty if it is."""
    lines = patch.splitlines()
    old = new = 0
    hunks = 0
    for number, line in enumerate(lines, start=1):
        if old > 0 or new > 0:
            old -= line[:1] in {" ", "-", ""}
            new -= line[:1] in {" ", "+", ""}
            if line[:1] not in {" ", "-", "+", "\\", ""} or old < 0 or new < 0:
                return f"line {number}: the hunk does not have the length its header says"
            continue
        hunk = _HUNK.fullmatch(line)
        if hunk:
            old, new = (int(count or 1) for count in hunk.groups())
            hunks += 1
        elif message := _header(line):
            return f"line {number}: {message}"
    if old or new:
        return "the last hunk is cut short"
    return "" if hunks else "there is no hunk (@@ -1,2 +1,3 @@) in it"


def _header(line: str) -> str:
    """Why a line between hunks is refused; empty if it is fine."""
    if line.startswith(("diff --git ", "\\ No newline")) or not line or _HARMLESS.fullmatch(line):
        return ""
    if line.startswith(("--- ", "+++ ")):
        named = _FILE.fullmatch(line)
        if not named:
            return "name files as --- a/haproxy.cfg and +++ b/haproxy.cfg"
        return "" if named["path"] is None else misplaced(named["path"])
    return "only diff, index, ---, +++ and @@ lines stand between hunks (no modes, renames or binary files)"


def misplaced(path: str) -> str:
    """Why a path is not one of the load balancer's files; empty if it is."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or pure.parts[:1] == (".git",):
        return f"{path!a} leads out of the load balancer's folder"
    if path == "haproxy.cfg" or (len(pure.parts) == 2 and pure.parts[0] in {"maps", "errors", "certs"}):
        return ""
    return f"{path!a} is not haproxy.cfg nor a file of maps/, errors/ or certs/"
