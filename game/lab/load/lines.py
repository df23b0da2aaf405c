"""Lines on a pipe, read in a program that gevent runs. Only the load worker imports this."""

from __future__ import annotations

import gevent.os

READ_BYTES = 65_536
LONGEST_LINE = 4 * 1024 * 1024


class Lines:
    """Lines that somebody else writes, read without holding up the users."""

    def __init__(self, descriptor: int) -> None:
        gevent.os.make_nonblocking(descriptor)
        self._descriptor = descriptor
        self._rest = b""

    def next(self) -> bytes | None:
        """Wait for the next whole line; None when the writer has gone."""
        while b"\n" not in self._rest:
            read = gevent.os.nb_read(self._descriptor, READ_BYTES)
            if not read or len(self._rest) > LONGEST_LINE:
                return None
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line
