"""The parts of the auth service that hold no connection. They are loaded as the service does, by their plain names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from game.lab.runtime import passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVICE = Path(__file__).parents[3] / "stacks/auth/service"


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Import a module of the service; afterwards none of its plain names stays in the process."""
    monkeypatch.syspath_prepend(str(SERVICE))
    names = {path.stem for path in SERVICE.glob("*.py")}
    yield importlib.import_module
    for name in names & sys.modules.keys():
        del sys.modules[name]


def test_sliding_window_admits_so_many_in_any_window(part: Callable[[str], Any]) -> None:
    window = part("limits").SlidingWindow(most=3, window_s=5.0)
    assert [window.admit("a", now) for now in (0.0, 1.0, 2.0, 3.0, 4.9)] == [True, True, True, False, False]
    assert window.admit("b", 4.9)
    assert window.admit("a", 5.0)  # the first has left the window
    assert not window.admit("a", 5.5)
    assert window.admit("a", 6.0)


def test_sliding_window_forgets_the_address_unseen_for_longest(part: Callable[[str], Any]) -> None:
    window = part("limits").SlidingWindow(most=1, window_s=5.0, keys_held=2)
    assert [window.admit(key, 0.0) for key in ("a", "b", "a", "c")] == [True, True, False, True]
    assert not window.admit("a", 0.1)
    assert window.admit("b", 0.1)


def test_sessions_end_and_are_bounded(part: Callable[[str], Any]) -> None:
    sessions = part("sessions").Sessions(lifetime_s=10.0, held=2)
    first = sessions.open("ann", "", 0.0)
    assert sessions.find(first, 9.9).username == "ann"
    assert sessions.find(first, 10.0) is None
    second, third, fourth = (sessions.open(name, "", 11.0) for name in ("b", "c", "d"))
    assert len(sessions) == 2
    assert [sessions.find(name, 12.0) is None for name in (first, second, third, fourth)] == [
        True,
        True,
        False,
        False,
    ]
    sessions.close(third)
    sessions.close(third)
    assert sessions.find(third, 12.0) is None


@pytest.mark.parametrize(
    ("order", "word"),
    [
        ({}, "role must be text"),
        ({"role": "auth"}, "replica must be text"),
        ({"role": "auth", "replica": "a b"}, "letters, digits"),
        ({"role": "auth", "replica": "a", "host": "::1", "port": True}, "port must be"),
        ({"role": "auth", "replica": "a", "settings": []}, "settings must be an object"),
        (
            {"role": "auth", "replica": "a", "host": "h", "port": 1, "settings": {"error_share": "many"}},
            "from 0 to 1",
        ),
        (
            {"role": "auth", "replica": "a", "host": "h", "port": 1, "settings": {"error_share": "nan"}},
            "from 0 to 1",
        ),
    ],
)
def test_orders_are_refused_with_the_field_named(
    part: Callable[[str], Any], order: dict[str, object], word: str
) -> None:
    settings = part("settings")
    with pytest.raises(settings.OrderInvalid, match=word):
        settings.parse_start(order)


def test_settings_are_read_once(part: Callable[[str], Any]) -> None:
    settings = part("settings").parse_settings(
        {
            "database": {"host": "127.0.0.1", "port": 1, "dbname": "auth", "user": "auth"},
            "redis": {"host": "127.0.0.1", "port": 2},
            "private_key": "key",
            "certificate": "/c",
            "certificate_key": "/k",
            "logs": "/l",
            "hosts": {"Login.Example.Test": ""},
        }
    )
    assert (settings.database.password, settings.redis.port, settings.hosts) == (
        "",
        2,
        {"login.example.test": ""},
    )


def test_game_and_service_hash_alike(part: Callable[[str], Any]) -> None:
    accounts = part("accounts")
    names = ("SCRYPT_N", "SCRYPT_R", "SCRYPT_P", "SCRYPT_BYTES")
    assert [getattr(accounts, name) for name in names] == [getattr(passwords, name) for name in names]
    salt = passwords.salt_of("ann")
    account = accounts.Account(
        username="ann", tenant="", salt=salt, password_hash=passwords.hash_password("pass", salt)
    )
    assert accounts.matches(account, "pass")
    assert not accounts.matches(account, "Pass")
    assert not accounts.matches(accounts.NOBODY, "")


def test_background_accounts_are_many_and_stable() -> None:
    rows = list(passwords.background_accounts(500))
    assert len({row.username for row in rows}) == len({row.password_hash for row in rows}) == 500
    assert rows == list(passwords.background_accounts(500))
    assert {(len(row.salt), len(row.password_hash), row.tenant) for row in rows} == {(16, 32, "")}


def test_a_name_server_answers_by_its_zone(part: Callable[[str], Any]) -> None:
    names, dnslib = part("names"), importlib.import_module("dnslib")
    zone = {"a.auth.test": "127.0.0.5", "b.auth.test": names.NXDOMAIN, "c.auth.test": names.SILENCE}

    def ask(name: str, kind: str = "A") -> tuple[int, list[str]]:
        question = dnslib.DNSRecord.question(name, kind)
        reply = dnslib.DNSRecord.parse(names.answered(bytes(question.pack()), zone))
        assert reply.header.id == question.header.id
        return reply.header.rcode, [str(record.rdata) for record in reply.rr]

    assert ask("A.auth.TEST.") == (0, ["127.0.0.5"])
    assert ask("a.auth.test", "AAAA") == (0, [])
    assert ask("b.auth.test") == ask("nobody.auth.test") == (dnslib.RCODE.NXDOMAIN, [])
    silent = bytes(dnslib.DNSRecord.question("c.auth.test").pack())
    assert names.answered(silent, zone) == b""
    answer = names.answered(bytes(dnslib.DNSRecord.question("a.auth.test").pack()), zone)
    assert names.answered(answer, zone) == b"", "an answer is no question"
    for noise in (b"", b"\0" * 11, b"\xff" * 40, b"\0\1\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"):
        assert names.answered(noise, zone) == b""


@pytest.mark.parametrize("answer", ["127.0.0.9", "nxdomain", "silence"])
def test_a_name_server_may_be_told_of_single_names(part: Callable[[str], Any], answer: str) -> None:
    order = {"replica": "resolver", "role": "resolver", "host": "127.0.0.1", "port": 5300}
    start = part("settings").parse_start({**order, "settings": {"auth1.auth.test": answer}})
    assert start.names == {"auth1.auth.test": answer}


def test_a_name_server_is_not_told_nonsense(part: Callable[[str], Any]) -> None:
    settings = part("settings")
    order = {"replica": "resolver", "role": "resolver", "host": "127.0.0.1", "port": 5300}
    with pytest.raises(settings.OrderInvalid, match="IPv4 address"):
        settings.parse_start({**order, "settings": {"auth1.auth.test": "somewhere"}})
