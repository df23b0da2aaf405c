from __future__ import annotations

import errno
import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.errors import ServiceFailed, StorageFailed
from game.lab.lb.apply import Applied
from game.lab.lb.drift import drift
from game.lab.lb.examination import Refusal
from game.lab.lb.observation import observe
from tests.stack.lb.submitting import changed, state, submission

if TYPE_CHECKING:
    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack


def test_a_valid_change_is_served_by_a_new_worker_and_recorded(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    before = balancer.master.serving_pid()
    files = changed(
        balancer.files,
        "weight 1" if "weight 1" in balancer.files["haproxy.cfg"] else "maxconn 200",
        "maxconn 120",
    )
    files["maps/tenants.map"] = "acme.example.test dancers\n"

    applied = path.submit(submission(files))

    assert isinstance(applied, Applied), applied
    assert applied.number == 2
    assert applied.worker_pid == balancer.master.serving_pid() != before
    assert balancer.get() == (200, "dancers")
    assert len(applied.meaning) == 1
    assert "maxconn" in applied.meaning[0]
    record = json.loads((balancer.place.approved / "2" / "record.json").read_text())
    assert (record["digest"], record["worker_pid"]) == (applied.digest, applied.worker_pid)
    assert (balancer.place.approved / "2/files/maps/tenants.map").read_text() == files["maps/tenants.map"]
    assert path.approved_files == files


@pytest.mark.parametrize(
    ("stage", "old", "new", "said"),
    [
        ("size", "maxconn 400", "# " + "x" * 300_000 + "\n    maxconn 400", "kB"),
        ("syntax", "maxconn 400", 'maxconn "400', "line 2"),
        ("allow-list", "maxconn 400", "lua-load /tmp/hostile.lua", "line 2"),
        ("allow-list", "map(maps/tenants.map,none)", "map(/dev/zero)", "line 19"),
        ("check", "default_backend be_auth", "default_backend be_nowhere", "be_nowhere"),
    ],
)
def test_a_refusal_names_its_stage_and_changes_nothing(
    serving: tuple[LoadBalancer, ApplyPath], stage: str, old: str, new: str, said: str
) -> None:
    balancer, path = serving
    before = state(balancer)

    refused = path.submit(submission(changed(balancer.files, old, new)))

    assert isinstance(refused, Refusal), refused
    assert refused.stage == stage
    assert said in " ".join(refused.words)
    assert str(balancer.place.root) not in " ".join(refused.words)
    assert state(balancer) == before
    assert path.baseline is not None
    assert drift(path.baseline, observe(balancer.master, balancer.place.live)) == ()
    assert not list(balancer.place.root.glob("check-*"))


def test_haproxys_words_point_at_the_line_that_was_submitted(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    # HAProxy allows a weight from 0 to 256 and sees only at its check that the sample does not exist here.
    files = changed(balancer.files, "cookie a2 maxconn 50", "cookie a2 maxconn 50 check-sni")
    files = changed(
        files, "    timeout check 1s\n", "    timeout check 1s\n\n    # a comment moves the lines\n\n"
    )
    line = (
        files["haproxy.cfg"]
        .splitlines()
        .index(next(row for row in files["haproxy.cfg"].splitlines() if "check-sni" in row))
        + 1
    )

    refused = path.submit(submission(files))

    assert isinstance(refused, Refusal)
    assert f"line {line}" in " ".join(refused.words)


def test_an_address_that_is_taken_is_refused_before_it_costs_users_anything(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    before = state(balancer)
    spare = f"bind 127.0.0.1:{balancer.spare}"
    for address, said in ((balancer.origin, "is taken by another program"), (balancer.edge, "by line")):
        refused = path.submit(submission(changed(balancer.files, spare, f"bind 127.0.0.1:{address}")))
        assert isinstance(refused, Refusal), refused
        assert refused.stage == "check"
        assert said in refused.words[0]
    assert state(balancer) == before


def test_a_failed_reload_puts_the_old_files_back(
    serving: tuple[LoadBalancer, ApplyPath], monkeypatch: pytest.MonkeyPatch
) -> None:
    balancer, path = serving
    before = state(balancer)
    # As if the address had been taken in the moment between looking and reloading.
    monkeypatch.setattr("game.lab.lb.apply.taken", lambda *_: ())
    files = changed(balancer.files, f"bind 127.0.0.1:{balancer.spare}", f"bind 127.0.0.1:{balancer.origin}")

    refused = path.submit(submission(files))

    assert isinstance(refused, Refusal), refused
    assert refused.stage == "reload"
    assert any("bind" in words or "Starting" in words for words in refused.words), refused.words
    assert state(balancer) == before
    assert path.baseline is not None
    assert drift(path.baseline, observe(balancer.master, balancer.place.live)) == ()
    applied = path.submit(submission(changed(balancer.files, "maxconn 200", "maxconn 150")))
    assert isinstance(applied, Applied), applied


def test_a_dead_haproxy_is_the_platforms_failure_and_the_files_are_put_back(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    live = (balancer.place.live / "haproxy.cfg").read_bytes()
    balancer.processes[-1].kill()
    balancer.processes[-1].wait()
    with pytest.raises(ServiceFailed, match="does not answer"):
        path.submit(submission(changed(balancer.files, "maxconn 200", "maxconn 150")))
    assert (balancer.place.live / "haproxy.cfg").read_bytes() == live


def test_check_says_what_submit_would_say(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    before = state(balancer)
    assert path.check(balancer.files) is None
    refused = path.check(changed(balancer.files, "default_backend be_auth", "default_backend be_nowhere"))
    assert refused is not None
    assert refused.stage == "check"
    assert state(balancer) == before


def test_submissions_at_the_same_time_are_taken_one_after_the_other(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    results: list[Applied | Refusal] = []

    def submit(limit: int) -> None:
        results.append(path.submit(submission(changed(balancer.files, "maxconn 200", f"maxconn {limit}"))))

    threads = [threading.Thread(target=submit, args=(100 + number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    applied = [result for result in results if isinstance(result, Applied)]
    assert len(applied) == 6, results
    assert sorted(each.number for each in applied) == [2, 3, 4, 5, 6, 7]
    assert len({each.worker_pid for each in applied}) == 6
    latest = max(applied, key=lambda each: each.number)
    assert latest.worker_pid == balancer.master.serving_pid()
    assert path.baseline is not None
    assert drift(path.baseline, observe(balancer.master, balancer.place.live)) == ()


def test_a_record_that_cannot_be_written_takes_the_change_out_of_service_again(
    serving: tuple[LoadBalancer, ApplyPath], monkeypatch: pytest.MonkeyPatch
) -> None:
    balancer, path = serving
    live = (balancer.place.live / "haproxy.cfg").read_bytes()

    def full(_source: object, _target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    # The last step of recording; a disk really fills up at any of them.
    monkeypatch.setattr(Path, "rename", full)
    files = {**balancer.files, "maps/tenants.map": "acme.example.test dancers\n"}
    with pytest.raises(StorageFailed, match="No space left"):
        path.submit(submission(files))

    assert balancer.get() == (200, "acme")
    assert (balancer.place.live / "haproxy.cfg").read_bytes() == live
    assert path.drift() == ()
    assert [found.name for found in balancer.place.approved.iterdir()] == ["1"]
    monkeypatch.undo()
    assert isinstance(path.submit(submission(files)), Applied)
    assert balancer.get() == (200, "dancers")


def test_drift_is_not_seen_from_the_middle_of_an_apply(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    done = threading.Event()
    seen: list[tuple[str, ...]] = []

    def look() -> None:
        while not done.is_set():
            seen.append(path.drift())

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for limit in range(100, 108):
            looks = len(seen)
            assert isinstance(
                path.submit(submission(changed(balancer.files, "maxconn 200", f"maxconn {limit}"))), Applied
            )
            # A lock is not fair: without this wait the looker might get no turn at all.
            deadline = time.monotonic() + 30
            while len(seen) < looks + 2:
                assert time.monotonic() < deadline, "nobody looked"
                time.sleep(0.002)
    finally:
        done.set()
        looker.join(30)
    assert set(seen) == {()}
