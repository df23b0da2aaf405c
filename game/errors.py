"""Every error the project raises on purpose.

DanceoffError
├── UsageError            what was asked for cannot be done: wrong argument, unknown code, wrong moment   exit 2
│   ├── ExerciseInvalid   an exercise or a stack description does not hold; carries every problem at once
│   └── Refused           the game's rules forbid it now (the run's phase, a limit, the allow-list)
│       ├── AlreadyRecorded  what may be in a journal once is there already
│       └── WrongCode        a code that opens no door: guesses are counted
├── PlatformError         the machine or a server failed; nobody's fault, evidence is kept                exit 3
│   ├── MissingProgram    a binary is not there or does not start
│   ├── ServiceFailed     a service of the stack did not come up, died, or did not answer in time
│   │   └── EngineSilent  the container engine is not there, or went away
│   ├── NoAnswer          the game of a run does not answer any more: it has ended, by itself or not
│   ├── GroundLost        what a stack stood on is gone for good, such as a node of a cluster
│   └── StorageFailed     the journal cannot be written or read (disk full, locked, damaged)
└── Tampered              a journal does not verify                                                       exit 4

A message says what happened, where, and what to do next. CLI and web each word errors in one place.
"""

from __future__ import annotations

from dataclasses import dataclass


class DanceoffError(Exception):
    """Root of the tree; `exit_code` is what the command returns."""

    exit_code = 1

    def __init__(self, what: str, *, hint: str = "") -> None:
        """Take what happened (and where) and what to do next."""
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} ({self.hint})" if self.hint else self.what


class UsageError(DanceoffError):
    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a file: `path` is the place within it, such as `faults[0].patch`."""

    file: str
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message} ({self.remedy})"


class ExerciseInvalid(UsageError):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Take every problem found, so that an author mends them all at once."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Refused(UsageError):
    pass


class WrongCode(Refused):
    """A code or key that opens no door."""


class AlreadyRecorded(Refused):
    """`seq` is the number under which the fact has been in the journal since the first time."""

    def __init__(self, what: str, *, seq: int, hint: str = "") -> None:
        """Take what came twice, and the number of the first."""
        super().__init__(what, hint=hint)
        self.seq = seq


class PlatformError(DanceoffError):
    exit_code = 3


class MissingProgram(PlatformError):
    pass


class ServiceFailed(PlatformError):
    pass


class EngineSilent(ServiceFailed):
    pass


class NoAnswer(PlatformError):
    """The game of a run that was found does not answer at its address."""


class GroundLost(PlatformError):
    pass


class StorageFailed(PlatformError):
    pass


class Tampered(DanceoffError):
    """`seq` is the number of the first bad record; 0 when the journal as a whole is bad."""

    exit_code = 4

    def __init__(self, what: str, *, hint: str = "", seq: int = 0) -> None:
        """Take what does not verify, and where it begins."""
        super().__init__(what, hint=hint)
        self.seq = seq
