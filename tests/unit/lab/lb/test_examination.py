"""What may be said of names, peers and tables in a submitted configuration."""

from __future__ import annotations

from game.lab.lb.examination import Examined, Refusal, examine

BY_NAME = """
resolvers internal
    nameserver own 127.0.0.1:20053

backend be_own
    server auth3 auth3.auth.test:20013 resolvers {section} init-addr none
"""
SHARED = """
peers edges
    peer edge 127.0.0.1:20099

backend st_refused
    stick-table type string len 64 size 1k expire 8h store gpc0 peers edges
"""


def examined(text: str) -> Examined | Refusal:
    return examine({"haproxy.cfg": text}, frozenset(), None)


def test_a_server_may_have_a_name_that_a_section_of_the_same_file_looks_up() -> None:
    assert isinstance(examined(BY_NAME.format(section="internal")), Examined)
    other = examined(BY_NAME.format(section="default"))
    assert isinstance(other, Refusal)
    assert "auth3.auth.test" in other.words[0]


def test_a_nameserver_elsewhere_is_refused() -> None:
    outside = examined(BY_NAME.format(section="internal").replace("127.0.0.1:20053", "192.0.2.1:20053"))
    assert isinstance(outside, Refusal)


def test_tables_may_be_shared_with_peers_on_loopback() -> None:
    assert isinstance(examined(SHARED), Examined)
    assert isinstance(
        examined(SHARED.replace("peers edges\n    peer edge", "peers x\n    peer edge")), Refusal
    )
    assert isinstance(examined(SHARED.replace("127.0.0.1:20099", "192.0.2.1:20099")), Refusal)
