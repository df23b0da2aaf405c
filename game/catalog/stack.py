"""`stacks/<name>/stack.yaml` -> core's Stack, and a stack as an exercise's `load:` wants it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from game.catalog.faults import NAME_PATTERN, Share
from game.catalog.fields import About
from game.catalog.folder import read_file
from game.catalog.reading import read_as
from game.catalog.strict_yaml import Parsed, parse
from game.core.roster import ACCOUNTS_PER_COHORT
from game.core.stack import Cohort, Objective, Service, ServiceKind, Stack
from game.errors import ExerciseInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from game.catalog.document import LoadFile

Name = Annotated[str, About("A short name.", pattern=NAME_PATTERN, high=40)]
Small = Annotated[int, About("A whole number.", low=0, high=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFile:
    """One server process."""

    name: Name
    kind: Literal["load-balancer", "replica", "database", "cache", "proxy", "monitoring", "resolver"]
    layer: Annotated[
        str, About("Under which layer time spent looking at it is counted.", pattern=NAME_PATTERN)
    ]
    ports: Annotated[tuple[Name, ...], About("Names of its ports.", low=1, high=10)]
    role: Annotated[str, About("What a replica plays: auth, staging, legacy, resolver.", high=40)] = ""
    restartable: bool = True
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortFile:
    """One kind of user."""

    name: Name
    users: Annotated[int, About("How many.", low=0, high=ACCOUNTS_PER_COHORT)]
    client: Literal["browser", "app"] = "browser"
    address: Literal["own", "shared", "ipv6"] = "own"
    user_agent: Annotated[str, About("User-Agent header.", low=1, high=200)] = "Mozilla/5.0"
    tenant: Annotated[str, About("A tenant; empty for the default one.", high=40)] = ""
    cookie_bytes: Small = 0
    body_bytes: Small = 0
    password_chars: Annotated[int, About("Length of the password.", low=8, high=256)] = 16
    upload_pause_ms: Small = 0
    tls: Literal["1.2", "1.3"] = "1.3"
    what: Annotated[str, About("Who they are, in words.", high=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveFile:
    """The service level objective."""

    success: Share
    p95_ms: Annotated[int, About("95th percentile of latency in ms.", low=1, high=60_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFile:
    """What is operated."""

    format: Annotated[int, About("Version of this format.", low=1, high=1)]
    name: Name
    requests_per_second: Annotated[int, About("Offered requests per second.", low=1, high=2000)]
    objective: ObjectiveFile
    services: Annotated[tuple[ServiceFile, ...], About("Servers.", low=1, high=50)]
    cohorts: Annotated[tuple[CohortFile, ...], About("Kinds of users.", low=1, high=30)]
    load_workers: Annotated[int, About("Processes that offer the load.", low=1, high=4)] = 1


def load_stack(directory: Path) -> Stack:
    """Read `stack.yaml` of a stack's folder; raises ExerciseInvalid with every problem."""
    file = f"{directory.name}/stack.yaml"
    parsed = parse(read_file(directory / "stack.yaml", file), file)
    document = read_as(StackFile, parsed, parsed.root)
    problems = [*_twice(parsed, "services", document.services), *_twice(parsed, "cohorts", document.cohorts)]
    if document.name != directory.name:
        problems.append(
            parsed.problem("name", "differs from the folder's name", f"write name: {directory.name}")
        )
    if not sum(cohort.users for cohort in document.cohorts):
        problems.append(parsed.problem("cohorts", "there are no users", "give a cohort some"))
    if problems:
        raise ExerciseInvalid(tuple(problems))
    return _stack(document)


def busier(stack: Stack, load: LoadFile) -> Stack:
    """The stack with an exercise's `load:`: first the cohorts it names, then all scaled to `users`."""
    named = load.cohorts or {}
    cohorts = tuple(replace(cohort, users=named.get(cohort.name, cohort.users)) for cohort in stack.cohorts)
    if load.users is not None:
        cohorts = _scaled(cohorts, load.users)
    rate = stack.requests_per_second if load.requests_per_second is None else load.requests_per_second
    objective = stack.objective if load.slow_ms is None else replace(stack.objective, slow_ms=load.slow_ms)
    return replace(
        stack,
        cohorts=cohorts,
        requests_per_second=rate,
        objective=objective,
        load_workers=load.workers or stack.load_workers,
    )


def _scaled(cohorts: tuple[Cohort, ...], users: int) -> tuple[Cohort, ...]:
    """Hand out `users` in proportion, the left-over ones to the largest remainders (ties: the earlier cohort)."""
    total = sum(cohort.users for cohort in cohorts)
    if not total:
        return cohorts
    shares = [divmod(cohort.users * users, total) for cohort in cohorts]
    left = users - sum(whole for whole, _ in shares)
    order = sorted(range(len(cohorts)), key=lambda place: -shares[place][1])
    lucky = set(order[:left])
    return tuple(
        replace(cohort, users=shares[place][0] + (place in lucky)) for place, cohort in enumerate(cohorts)
    )


def _twice(parsed: Parsed, where: str, items: Iterable[ServiceFile | CohortFile]) -> list[Problem]:
    counts = Counter(item.name for item in items)
    return [
        parsed.problem(where, f"the name {name} stands here {count} times", "give each its own name")
        for name, count in counts.items()
        if count > 1
    ]


def _stack(document: StackFile) -> Stack:
    return Stack(
        name=document.name,
        requests_per_second=document.requests_per_second,
        load_workers=document.load_workers,
        objective=Objective(success=document.objective.success, p95_ms=document.objective.p95_ms),
        services=tuple(
            Service(
                name=service.name,
                kind=ServiceKind(service.kind),
                layer=service.layer,
                ports=service.ports,
                role=service.role,
                restartable=service.restartable,
                optional=service.optional,
            )
            for service in document.services
        ),
        cohorts=tuple(
            Cohort(
                name=cohort.name,
                users=cohort.users,
                client=cohort.client,
                address=cohort.address,
                user_agent=cohort.user_agent,
                tenant=cohort.tenant,
                cookie_bytes=cohort.cookie_bytes,
                body_bytes=cohort.body_bytes,
                password_chars=cohort.password_chars,
                upload_pause_ms=cohort.upload_pause_ms,
                tls=cohort.tls,
                what=cohort.what,
            )
            for cohort in document.cohorts
        ),
    )
