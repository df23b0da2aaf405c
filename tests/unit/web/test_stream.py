"""Streams: rendered once for all, coalesced, resumed by the id seen last, and never kept by somebody slow or gone."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

import pytest

from game.errors import Refused
from game.web import stream
from game.web.stream import COMMENT, RETRY, Pace, Picture, Streams, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.web.stream import Listener

TICK_S = 0.02
WITHIN_S = 30.0


class Source:
    """A picture whose facts tests move on; counts how often it was looked at."""

    def __init__(self) -> None:
        self.seq = 0
        self.rendered = 0
        self.error: Exception | None = None

    def __call__(self) -> Picture:
        self.rendered += 1
        if self.error is not None:
            raise self.error
        seq = self.seq  # once: a test may move it on meanwhile
        return Picture(seq=seq, parts={"now": f"at {seq}", "still": "the same"})


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def subject(source: Source) -> Subject:
    return Subject("test", source, Pace(tick_s=TICK_S))


def until(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not met():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.005)


def parts(told: bytes) -> list[tuple[str, str]]:
    return re.findall(r"event: (\w+)\ndata: (.*)", told.decode())


def last_id(told: bytes) -> str:
    return str(re.findall(r"id: (.*)", told.decode())[-1])


def first(listener: Listener) -> bytes:
    assert next(listener) == RETRY
    return next(listener)


def test_a_newcomer_sees_everything_and_then_what_changes(subject: Subject, source: Source) -> None:
    listener = subject.listen()
    assert parts(first(listener)) == [("now", "at 0"), ("still", "the same")]
    source.seq = 1
    told = next(listener)
    assert parts(told) == [("now", "at 1")]
    assert last_id(told).startswith("1-")


def test_nothing_new_is_nothing_sent_but_a_comment(subject: Subject) -> None:
    listener = subject.listen(silence_s=0.1)
    first(listener)
    assert next(listener) == COMMENT


def test_it_is_rendered_once_for_everybody(source: Source) -> None:
    subject = Subject("test", source, Pace(tick_s=60))
    listeners = [subject.listen() for _ in range(50)]
    assert len({first(listener) for listener in listeners}) == 1
    assert source.rendered == 1


def test_who_comes_back_gets_what_was_missed_and_nothing_twice(subject: Subject, source: Source) -> None:
    listener = subject.listen()
    told = first(listener)
    listener.close()
    stays = subject.listen()
    first(stays)
    for source.seq in (1, 2):
        next(stays)
    assert [text for _, text in parts(first(subject.listen(last_id(told))))] == ["at 1", "at 2"]


def test_who_missed_nothing_is_told_nothing(subject: Subject) -> None:
    told = first(subject.listen())
    assert first(subject.listen(last_id(told))) == COMMENT


def test_an_unknown_or_too_old_id_gets_the_whole_picture(subject: Subject, source: Source) -> None:
    stays = subject.listen()
    old = last_id(first(stays))
    for source.seq in range(1, stream.BACKLOG + 3):
        next(stays)
    for given in (old, "7-other.3", "nonsense", "\x00"):
        assert len(parts(first(subject.listen(given)))) == 2


def test_a_slow_listener_gets_the_latest_whole_and_costs_no_queue(subject: Subject, source: Source) -> None:
    slow, quick = subject.listen(), subject.listen()
    first(slow)
    first(quick)
    for source.seq in range(1, 40):
        next(quick)
    assert parts(next(slow)) == [("now", "at 39"), ("still", "the same")]
    assert len(subject._frames) <= stream.BACKLOG


def test_a_listener_a_little_behind_misses_no_number(subject: Subject, source: Source) -> None:
    slow, quick = subject.listen(), subject.listen()
    first(slow)
    first(quick)
    for source.seq in (1, 2, 3):
        next(quick)
    assert [text for _, text in parts(next(slow))] == ["at 1", "at 2", "at 3"]


def test_who_goes_is_gone_and_the_thread_ends(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LINGER_S", 0.05)
    subject = Subject("test", source, Pace(tick_s=TICK_S))
    listener = subject.listen()
    first(listener)
    listener.close()
    listener.close()
    assert subject.listeners == 0
    until(lambda: subject._thread is None, "the end of the renderer's thread")
    assert parts(first(subject.listen()))


def test_a_failing_renderer_is_told_of_and_tried_again(source: Source) -> None:
    told: list[Exception] = []
    subject = Subject("test", source, Pace(tick_s=TICK_S, failed=told.append))
    source.error = ValueError("not now")
    listener = subject.listen()
    until(lambda: len(told) > 1, "two failures")
    source.error = None
    assert parts(first(listener))


def test_there_is_an_end_to_listeners(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_OF_ONE_SUBJECT", 2)
    kept = [subject.listen(), subject.listen()]
    with pytest.raises(Refused):
        subject.listen()
    kept[0].close()
    subject.listen()


def test_closing_sends_everybody_away_at_once(source: Source) -> None:
    streams = Streams(Pace(tick_s=60))
    listener = streams.listen("a", source)
    first(listener)
    ended = threading.Event()

    def wait() -> None:
        assert list(listener) == []
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    streams.close()
    assert ended.wait(WITHIN_S)
    thread.join()
    with pytest.raises(Refused):
        streams.listen("a", source)


def test_lines_of_a_part_stay_lines() -> None:
    assert stream.encoded("1", {"a": "one\ntwo"}) == b"id: 1\nevent: a\ndata: one\ndata: two\n\n"
    assert b"\nevent: evil" not in stream.encoded("1", {"a": "x\r\revent: evil\n\nevent: evil\rdata: y"})
