"""Measuring again before a failure is believed: a proof is a measurement, and something else on the machine can spoil one."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from game.rehearsal.proof import Verified


class Prove(Protocol):
    """Prove one exercise for one seed: `alone` when it has the machine to itself."""

    def __call__(self, code: str, seed: int, *, alone: bool) -> Verified:
        """Play and judge it once."""
        ...


def proved(
    wanted: Sequence[tuple[str, int]], prove: Prove, *, attempts: int, at_once: int
) -> Iterator[Verified]:
    """Prove exercises, by code and seed, beside each other, and then what failed, one at a time: the machine is its own by then.

    Yields each as soon as it is believed; the record says how many attempts it took, and seconds are of all of them.
    """
    failed: list[Verified] = []
    with crew(at_once) as pool:
        running = [pool.submit(prove, code, seed, alone=False) for code, seed in wanted]
        for done in as_completed(running):
            first = done.result()
            if first.ok or attempts == 1:
                yield first
            else:
                failed.append(first)
    for first in failed:
        yield _alone(first, prove, attempts)


def _alone(last: Verified, prove: Prove, attempts: int) -> Verified:
    while not last.ok and last.attempts < attempts:
        last = _again(last, prove(last.code, last.seed, alone=True))
    return last


@contextmanager
def crew(workers: int) -> Iterator[Executor]:
    """Threads for rehearsals, which nobody waits for once somebody interrupts."""
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _again(before: Verified, now: Verified) -> Verified:
    """The record of an attempt after others: what they kept is evidence as long as the exercise is not proved."""
    for root in before.evidence if now.ok else ():
        shutil.rmtree(root, ignore_errors=True)
    return replace(
        now,
        attempts=before.attempts + 1,
        spoilt=before.spoilt + before.failures,
        seconds=round(before.seconds + now.seconds, 1),
        evidence=() if now.ok else before.evidence + now.evidence,
    )
