"""What the load is: whom it knocks at, who the users are, how fast. Told to the worker program in one line."""

from __future__ import annotations

from dataclasses import dataclass

from game.core.roster import User
from game.core.stack import Cohort

LOGIN_HOST = "login.example.test"
TENANT_DOMAIN = "example.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The edge as users see it: `address` and `port` are where it really listens, names are asked for by SNI and Host.

    `ca` is the path of the PEM file that the edge's certificates must be signed by; `public_key` the PEM text of the
    Ed25519 key that the service's answers must be signed with.
    """

    address: str
    port: int
    ca: str
    public_key: str
    login_host: str = LOGIN_HOST
    tenant_domain: str = TENANT_DOMAIN

    def host(self, cohort: Cohort) -> str:
        """Tell the public name that this kind of user opens."""
        return f"{cohort.tenant}.{self.tenant_domain}" if cohort.tenant else self.login_host


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """A whole load. `origin_ns` is the reading of CLOCK_MONOTONIC, in ns, at which the run clock stood at 0.

    `workers` is how many processes offer it; who the users are and when their requests are due is the same with any number.
    """

    target: Target
    cohorts: tuple[Cohort, ...]
    users: tuple[User, ...]
    seed: int
    requests_per_second: float
    origin_ns: int
    workers: int = 1

    def cohort(self, name: str) -> Cohort:
        return next(cohort for cohort in self.cohorts if cohort.name == name)
