"""A full house at the server itself: teams and spectators listen while real stacks run, join at the door, and submit.

    python -m tests.benchmarks.an_evening [--playing 4] [--teams 30] [--members 5] [--spectators 500] [--seconds 60]

`danceoff serve` runs as a process of its own with `--playing` teams on real stacks whose fault is in; the other teams came
late and watch their waiting page. The delay of an update is from the moment at which the facilitator's announcement is
acknowledged to the moment at which a spectator's stream has carried it; for playing teams, a message's.
With `--seconds 1800` it is a soak: the server's memory is printed every five minutes. Then 500 people come through the door
within 10 s, and 150 notes and diagnoses are handed in within 5 s.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.benchmarks.visitors import Answer, Stream, send
from tests.stack.game.traces import runs, seconds_until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READY_S, GO_S, UPDATE_S = 600.0, 60.0, 15.0
ROUND_S = 1.8
WEIGH_EVERY_S = 300.0
JOINS, JOINS_S, MEMBERS = 500, 10.0, 11
SUBMISSIONS, SUBMISSIONS_S = 150, 5.0
MOST_P99_S, MOST_RSS_MB = 1.0, 300.0


@dataclass
class House:
    """What `danceoff serve` printed, and its process."""

    port: int
    code: str
    key: str
    process: psutil.Process

    async def facilitator(self, path: str, **form: str) -> Answer:
        answer = await send(
            self.port, "POST", f"/facilitator{path}", form=form, Authorization=f"Bearer {self.key}"
        )
        if answer.status >= 400:
            raise SystemExit(f"{path}: {answer.status}\n{answer.body[:600]}")
        return answer

    async def desk(self) -> str:
        return (await send(self.port, "GET", "/facilitator", Authorization=f"Bearer {self.key}")).body

    async def bring(self, team: str, member: str) -> Answer:
        """A member comes with a new team."""
        return await send(
            self.port, "POST", "/join", form={"code": self.code, "team": team, "member": member}
        )

    async def join(self, code: str, member: str) -> Answer:
        return await send(self.port, "POST", "/join", form={"code": code, "member": member})

    async def code_of(self, number: int) -> str:
        page = await send(
            self.port, "GET", f"/facilitator?team=t{number}", Authorization=f"Bearer {self.key}"
        )
        return _found(r'comes in with</dt><dd class="mono nowrap">([^<]+)', page.body)


@contextmanager
def opened(home: Path) -> Iterator[House]:
    command = [
        sys.executable, "-m", "game.cli.main", "serve",
        "--port", "0", "--name", "evening", "--exercise", "macarena", "--insist",
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "DANCEOFF_HOME": str(home)}
    ) as process:
        assert process.stdout is not None
        text = ""
        for line in process.stdout:
            text += line
            if line.startswith("Ctrl-C"):
                break
        try:
            yield House(
                port=int(_found(r"teams +http://[^:]+:(\d+)/join", text)),
                code=_found(r"join code +(\S+)", text),
                key=_found(r"yours alone:\s+(\S+)", text),
                process=psutil.Process(process.pid),
            )
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)


async def evening(house: House, chosen: argparse.Namespace) -> bool:
    playing = [f"Team {number}" for number in range(1, chosen.playing + 1)]
    late = [f"Team {number}" for number in range(chosen.playing + 1, chosen.teams + 1)]
    cookies = {team: (await house.bring(team, "Member 1")).cookie for team in playing}
    await house.facilitator("/rounds", insist="1")
    await _until(house, f"<b>{len(playing)} of {len(playing)}</b> teams are ready", READY_S)
    await house.facilitator("/start")
    await asyncio.sleep(GO_S / 4)
    cookies |= {team: (await house.bring(team, "Member 1")).cookie for team in late}
    print(f"{len(playing)} stacks run, {len(cookies)} teams are in; server {_weight(house)}", flush=True)
    teams = [
        Stream(house.port, "/team/stream", cookie)
        for cookie in cookies.values()
        for _ in range(chosen.members)
    ]
    players = teams[: len(playing) * chosen.members]
    spectators = [Stream(house.port, "/board/stream") for _ in range(chosen.spectators)]
    good = await _listened(house, spectators, players, teams, chosen.seconds)
    await _joined(house, [await house.code_of(number) for number in range(1, chosen.teams + 1)])
    await _submitted(house, [cookies[team] for team in playing])
    return good


async def _listened(
    house: House, spectators: list[Stream], players: list[Stream], teams: list[Stream], seconds: float
) -> bool:
    everybody = [*spectators, *teams]
    began = time.monotonic()
    tasks = [asyncio.create_task(one.listen()) for one in everybody]
    await asyncio.wait_for(asyncio.gather(*(one.opened.wait() for one in everybody)), READY_S)
    print(f"{len(everybody)} streams served after {time.monotonic() - began:.1f} s", flush=True)
    before, started = house.process.cpu_times(), time.monotonic()
    delays: dict[str, list[float]] = {"spectators": [], "players": []}
    draw = random.Random(1)  # noqa: S311 - moments to try, no secret
    lost = number = 0
    weighed = started
    while time.monotonic() - started < seconds:
        number += 1
        if time.monotonic() - weighed > WEIGH_EVERY_S:
            weighed = time.monotonic()
            print(f"after {(weighed - started) / 60:.0f} min: {_weight(house)}", flush=True)
        word, message = f"word-{number}-to-everybody", f"message-{number}-to-teams"
        for one in spectators:
            one.awaited = {word.encode(): 0.0}
        for one in players:
            one.awaited = {message.encode(): 0.0}
        await house.facilitator("/announcement", text=word)
        announced = asyncio.get_running_loop().time()
        await house.facilitator("/injects", sender="care", text=message, teams="")
        sent = asyncio.get_running_loop().time()
        # Not in step with the server's own ticks.
        await asyncio.sleep(ROUND_S + draw.random())
        for name, group, since in (("spectators", spectators, announced), ("players", players, sent)):
            came = [when for one in group for when in one.awaited.values() if when]
            lost += len(group) - len(came)
            delays[name] += [max(0.0, when - since) for when in came]
    after = house.process.cpu_times()
    busy = (after.user + after.system - before.user - before.system) / (time.monotonic() - started)
    missing = sum(one.missing for one in everybody)
    ended = sum(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for name, found in delays.items():
        print(f"{len(found)} updates at {name} in {number} rounds: delay {_spread(found)}")
    p99 = max(_share(sorted(found), 0.99) for found in delays.values())
    rss = house.process.memory_info().rss / 2**20
    print(f"{lost} updates not within {ROUND_S} s; missing ids {missing}; streams that ended {ended}")
    print(
        f"server: {_weight(house)}, CPU {busy * 100:.0f} % of a core, the teams' directors included",
        flush=True,
    )
    return p99 <= MOST_P99_S and rss <= MOST_RSS_MB and not missing and not lost and not ended


async def _joined(house: House, codes: Sequence[str]) -> None:
    """A team takes a dozen at most: some come twice, from another device, and are the same."""

    async def one(number: int) -> tuple[int, float]:
        await asyncio.sleep(number * JOINS_S / JOINS)
        began = time.monotonic()
        answer = await house.join(codes[number % len(codes)], f"Guest {number // len(codes) % MEMBERS}")
        return answer.status, time.monotonic() - began

    _report(
        f"{JOINS} joins in {JOINS_S:.0f} s", await asyncio.gather(*(one(number) for number in range(JOINS)))
    )


async def _submitted(house: House, cookies: Sequence[str]) -> None:
    async def one(number: int) -> tuple[int, float]:
        await asyncio.sleep(number * SUBMISSIONS_S / SUBMISSIONS)
        cookie = cookies[number % len(cookies)]
        began = time.monotonic()
        if number < len(cookies) * 4:
            path, form = "/team/diagnoses", {
                "id": f"s{number}", "component": "haproxy", "mechanism": "weight-skew", "change": "",
                "percent": "10", "cohort": "all",
            }  # fmt: skip
        else:
            path, form = "/team/notes", {"text": f"note {number}"}
        answer = await send(house.port, "POST", path, form=form, Cookie=cookie)
        return answer.status, time.monotonic() - began

    answers = await asyncio.gather(*(one(number) for number in range(SUBMISSIONS)))
    _report(f"{SUBMISSIONS} submissions in {SUBMISSIONS_S:.0f} s", answers)


def _report(what: str, answers: Sequence[tuple[int, float]]) -> None:
    by_status = ", ".join(
        f"{status}: {count}" for status, count in sorted(Counter(one for one, _ in answers).items())
    )
    print(f"{what}: answers {by_status}; {_spread([seconds for _, seconds in answers])}", flush=True)


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    shares = (("p50", 0.5), ("p99", 0.99), ("most", 1.0))
    return ", ".join(f"{name} {_share(ordered, share) * 1000:.0f} ms" for name, share in shares)


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def _until(house: House, words: str, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while words not in (page := await house.desk()):
        if time.monotonic() > deadline:
            raise SystemExit(f"waited for {words!r} in vain:\n{re.sub('<[^>]+>', ' ', page)[-1500:]}")
        await asyncio.sleep(1)


def _weight(house: House) -> str:
    return f"RSS {house.process.memory_info().rss / 2**20:.0f} MB, {house.process.num_threads()} threads"


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"{pattern!r} is not in what it printed:\n{text}")
    return found[1]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--playing", type=int, default=4)
    parser.add_argument("--teams", type=int, default=30)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--spectators", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="de-", dir="/tmp"))
    home.chmod(0o711)
    try:
        with opened(home) as house:
            good = asyncio.run(evening(house, chosen))
    finally:
        for root in runs(home):
            seconds_until_gone(root)
        shutil.rmtree(home)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
