"""What the parent process is told on its first line, parsed once at the boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["auth", "staging", "legacy", "resolver"]
ROLES: tuple[Role, ...] = ("auth", "staging", "legacy", "resolver")
NO_ADDRESS = ("nxdomain", "silence")


class OrderInvalid(Exception):
    """A line that does not say what is needed; the text says which field and what it must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    host: str
    port: int
    name: str
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that all replicas share. `hosts` maps each public name to its tenant (empty: the default tenant)."""

    database: Database
    redis: Redis
    private_key: str
    certificate: Path
    certificate_key: Path
    logs: Path
    hosts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What one replica does differently. `error_share` is a share 0-1 of its logins."""

    login_delay_ms: float = 0.0
    error_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The order to start one replica. `names`: what a name server answers otherwise than its zone says."""

    replica: str
    role: Role
    host: str
    port: int
    overrides: Overrides
    names: Mapping[str, str] = field(default_factory=dict)


def parse_settings(data: Mapping[str, object]) -> Settings:
    database = _object(data, "database")
    redis = _object(data, "redis")
    hosts = _object(data, "hosts")
    return Settings(
        database=Database(
            host=_text(database, "host"),
            port=_port(database),
            name=_text(database, "dbname"),
            user=_text(database, "user"),
            password=_text({"password": "", **database}, "password"),
        ),
        redis=Redis(host=_text(redis, "host"), port=_port(redis)),
        private_key=_text(data, "private_key"),
        certificate=Path(_text(data, "certificate")),
        certificate_key=Path(_text(data, "certificate_key")),
        logs=Path(_text(data, "logs")),
        hosts={host.lower(): _text(hosts, host) for host in hosts},
    )


def parse_start(order: Mapping[str, object]) -> Start:
    role = _text(order, "role")
    if role not in ROLES:
        raise OrderInvalid(f"role is {role!r}; it must be one of {', '.join(ROLES)}")
    overrides = _object({"settings": {}, **order}, "settings")
    if role == "resolver":
        return Start(
            replica=replica_name(order),
            role=role,
            host=_text(order, "host"),
            port=_port(order),
            overrides=Overrides(),
            names={name: _answer(overrides, name) for name in overrides},
        )
    unknown = sorted(overrides.keys() - {"login_delay_ms", "error_share"})
    if unknown:
        raise OrderInvalid(
            f"settings has unknown names {', '.join(unknown)}; known: login_delay_ms, error_share"
        )
    return Start(
        replica=replica_name(order),
        role=role,
        host=_text(order, "host"),
        port=_port(order),
        overrides=Overrides(
            login_delay_ms=_number(overrides, "login_delay_ms", most=60_000),
            error_share=_number(overrides, "error_share", most=1),
        ),
    )


def replica_name(order: Mapping[str, object]) -> str:
    """Read the name of a replica; it becomes a file name, so it holds nothing but letters, digits, `-` and `_`."""
    name = _text(order, "replica")
    if not name or not name.replace("-", "").replace("_", "").isalnum():
        raise OrderInvalid(f"replica is {name!r}; it must consist of letters, digits, - and _")
    return name


def _object(data: Mapping[str, object], name: str) -> dict[str, object]:
    value = data.get(name)
    if not isinstance(value, dict):
        raise OrderInvalid(f"{name} must be an object")
    return value


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise OrderInvalid(f"{name} must be text")
    return value


def _answer(data: Mapping[str, object], name: str) -> str:
    value = _text(data, name)
    if value in NO_ADDRESS:
        return value
    try:
        return str(IPv4Address(value))
    except AddressValueError as error:
        raise OrderInvalid(
            f"{name} is {value!r}; it must be an IPv4 address, {' or '.join(NO_ADDRESS)}"
        ) from error


def _port(data: Mapping[str, object]) -> int:
    value = data.get("port")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65536:
        raise OrderInvalid("port must be a number from 1 to 65535")
    return value


def _number(data: Mapping[str, object], name: str, *, most: float) -> float:
    value = data.get(name, 0)
    try:
        number = float(value) if isinstance(value, (int, float, str)) else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise OrderInvalid(f"{name} is {value!r}; it must be a number from 0 to {most:g}")
    return number
