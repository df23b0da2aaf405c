"""A process with a hall: `host.py play` conducts an event until it is killed, `host.py resume` takes it up and shows its board.

Prints one line a deed, after it was acknowledged; the board as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from game.event.hall import open_hall
from tests.events import event_plan

if TYPE_CHECKING:
    from game.event.hall import Hall

READY_WITHIN_S = 500.0


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def act(hall: Hall) -> None:
    """Deeds that are counted, one after the other, as fast as they are acknowledged."""
    number = 0
    while True:
        number += 1
        hall.steering.correct(f"c{number}", "t1", 1, "one more")
        say(f"ack correction c{number}")
        hall.steering.announce(f"word {number}")
        say(f"ack announcement word {number}")
        hall.doors.join(hall.doors.code("t2"), f"Eve {number % 10}")
        time.sleep(0.01)  # Others on this machine want to live as well.


def play() -> None:
    hall = open_hall(event_plan("Ada", "Bob", exercise="macarena", rounds=2))
    say("open")
    threading.Thread(target=act, args=(hall,), daemon=True).start()
    hall.rounds.prepare()
    say("prepared")
    assert hall.wait_for(lambda _: len(hall.rounds.ready()) == 2, READY_WITHIN_S)
    say("ready")
    hall.rounds.go()
    say("go")
    threading.Event().wait()


def resume() -> None:
    began = time.monotonic()
    hall = open_hall(event_plan())
    board = hall.board()
    took_s = time.monotonic() - began
    facts = [type(one.event).__name__ for one in hall.noted()]
    hall.leave()
    say(json.dumps({"board": asdict(board), "took_s": took_s, "facts": facts}))


if __name__ == "__main__":
    {"play": play, "resume": resume}[sys.argv[1]]()
