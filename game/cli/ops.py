"""A terminal in a team's ops container: keys go in, what is printed comes out, the window's size follows."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import sys
import tty
from typing import TYPE_CHECKING

from game.cli.terminal import keep_terminal
from game.lab.containers.ops import open_ops

if TYPE_CHECKING:
    import socket
    from pathlib import Path

CHUNK = 65_536
SHELL = ("bash", "-i")
# Without a terminal here: what comes in is a script.
SCRIPT = ("bash",)
# How a terminal says that there is nothing more to come.
END = b"\x04"


def enter_ops(root: Path) -> int:
    """Run an interactive shell in the run's ops container; returns its exit code."""
    ops = open_ops(root)
    interactive = sys.stdin.isatty()
    made, connection = ops.engine.converse(ops.container, SHELL if interactive else SCRIPT, root / "lb")
    terminal = keep_terminal()

    def resize(*_: object) -> None:
        size = shutil.get_terminal_size()
        ops.engine.resize(made, size.lines, size.columns)

    former = signal.signal(signal.SIGWINCH, resize)
    try:
        if interactive:
            resize()
            tty.setraw(sys.stdin.fileno())
        _carry(connection)
    finally:
        signal.signal(signal.SIGWINCH, former)
        terminal.take_back()
        connection.close()
    return ops.engine.exit_code(made)


def _carry(connection: socket.socket) -> None:
    """Carry bytes both ways until the shell ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is connection:
                    part = connection.recv(CHUNK)
                    if not part:
                        return
                    os.write(sys.stdout.fileno(), part)
                    continue
                typed = os.read(sys.stdin.fileno(), CHUNK)
                if typed:
                    connection.sendall(typed)
                else:
                    selector.unregister(sys.stdin.fileno())
                    connection.sendall(END)
