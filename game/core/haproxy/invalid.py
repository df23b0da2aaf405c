"""The one error of this package: a text that cannot be read as an HAProxy configuration."""

from __future__ import annotations

from game.errors import UsageError


class ConfigurationInvalid(UsageError):
    """HAProxy would refuse this line, or it says something whose meaning cannot be told from the file alone."""

    def __init__(self, what: str, *, line: int, remedy: str) -> None:
        """Take what is wrong, the line it is on (from 1; 0 is the whole file), and how to mend it."""
        super().__init__(f"haproxy.cfg, line {line}: {what}", hint=remedy)
        self.line = line
        self.remedy = remedy
