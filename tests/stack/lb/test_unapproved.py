"""Files that HAProxy loads, or that lie on its disk, though nobody approved them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.errors import ServiceFailed
from game.lab.lb.apply import Applied
from game.lab.lb.examination import Refusal

if TYPE_CHECKING:
    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

from tests.stack.lb.submitting import changed, state, submission

pytestmark = pytest.mark.stack


def test_a_first_start_refuses_files_that_nobody_approved(idle: LoadBalancer) -> None:
    path = idle.path()
    assert isinstance(path.install_first(idle.files), Applied)
    (idle.place.live / "maps/tenants.map").write_text("acme.example.test else\n")
    with pytest.raises(ServiceFailed, match="not the approved"):
        path.adopt()


def test_what_overwrites_a_file_lasts_through_a_restart_and_ends_with_the_next_apply(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    before = state(balancer)
    foreign = {**balancer.files, "maps/tenants.map": "acme.example.test else\n"}
    ready: list[object] = []
    assert path.overwrite(foreign, lambda: ready.append(balancer.get())) is None
    assert ready == [(200, "acme")], "all is ready before users can feel it"
    assert balancer.get() == (200, "else")
    assert state(balancer)[3] == before[3], "nothing was recorded"
    assert path.approved_files == balancer.files
    found = path.drift()
    assert "maps/tenants.map on disk: changed" in found
    assert any("a worker serves that no apply started" in words for words in found)
    assert any("acme.example.test: acme approved, else running" in words for words in found)
    balancer.processes[-1].kill()
    balancer.processes[-1].wait()
    balancer.serve()
    path.adopt()
    assert balancer.get() == (200, "else")
    assert "maps/tenants.map on disk: changed" in path.drift()
    assert isinstance(path.submit(submission(balancer.files)), Applied)
    assert balancer.get() == (200, "acme")
    assert path.drift() == ()


def test_what_haproxy_does_not_take_overwrites_nothing(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    before = state(balancer)
    assert isinstance(path.overwrite(changed(balancer.files, "mode http", "mode nonsense")), Refusal)
    assert state(balancer) == before
    assert path.drift() == ()


def test_what_is_only_loaded_runs_while_disk_and_records_stay_as_they_are(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    before = state(balancer)
    stale = changed(balancer.files, "X-Tenant %[var(txn.tenant)]", "X-Tenant stale")
    assert path.load_only(stale) is None
    assert balancer.get() == (200, "stale")
    assert state(balancer)[0] == before[0], "the files are the approved ones"
    assert state(balancer)[3] == before[3], "nothing was recorded"
    assert path.approved_files == balancer.files
    found = path.drift()
    assert len(found) == 1
    assert "a worker serves that no apply started" in found[0]
    assert isinstance(path.submit(submission(balancer.files)), Applied)
    assert balancer.get() == (200, "acme")
    assert path.drift() == ()
    refused = path.load_only(changed(balancer.files, "mode http", "mode nonsense"))
    assert isinstance(refused, Refusal)
    assert path.drift() == ()
