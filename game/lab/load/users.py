"""The users of the load as Locust runs them: one class a cohort, one greenlet a user. Only the load worker imports this."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from types import new_class
from typing import TYPE_CHECKING, Any, cast

from gevent.timeout import Timeout
from locust import FastHttpUser, task

from game.core.outcome import Outcome
from game.lab.load.connection import PATIENCE_S, EdgeConnection, SlowBody, reason_of, tls_context
from game.lab.load.journey import Answer, Journey, persona
from game.lab.load.pace import Schedule
from game.lab.load.reasons import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gevent.event import Event

    from game.core.outcome import Operation
    from game.core.roster import User
    from game.lab.load.journey import Persona, Request
    from game.lab.load.pace import Pace
    from game.lab.load.plan import LoadPlan
    from game.lab.load.proof import Verifier
    from game.lab.load.telemetry import Telemetry

# A request that is due but this late is told as not sent: its user still hangs in the former one.
LATE_S = 1.0
NOT_SENT = "not-sent"
LONGEST_WAIT_S = 3600.0
ANY_STATUS = frozenset(range(100, 600))


@dataclass(slots=True)
class World:
    """What all users share. `changed` wakes the waiting ones when the rate changes; `times_anew` counts how often all began anew."""

    plan: LoadPlan
    pace: Pace
    verifier: Verifier
    telemetry: Telemetry
    changed: Event
    times_anew: int = 0


class CohortUser(FastHttpUser):  # type: ignore[misc]  # locust ships no types
    """One user of a cohort: offers requests when they are due, whatever becomes of them."""

    abstract = True
    connection_timeout = network_timeout = PATIENCE_S
    max_redirects = max_retries = 0
    world: World
    context_of_cohort: Any
    members: Iterator[tuple[Persona, Schedule]]

    def __init__(self, environment: Any) -> None:  # noqa: ANN401 - locust ships no types
        self.persona, self.schedule = next(self.members)
        self.host = f"https://{self.persona.host}"
        self.client_pool = EdgeConnection(self.world.plan.target, self.persona.host, self.context_of_cohort)
        super().__init__(environment)
        # Every status is an answer to judge, and the journey keeps the cookies itself.
        self.client.client.valid_response_codes = ANY_STATUS
        self.client.client.cookiejar = None
        self.rng = random.Random(f"{self.world.plan.seed}/journey/{self.persona.user.number}")  # noqa: S311 - a load
        self._begin()

    @task  # type: ignore[untyped-decorator]  # locust ships no types
    def walk(self) -> None:
        """Offer request after request, until Locust ends the user; a task each would cost a tenth more."""
        while True:
            self._offer()

    def _offer(self) -> None:
        """Send the next request when it is due; tell that it was not sent if the user hung in the former for too long."""
        if self.times_anew != self.world.times_anew:
            self._begin()
        due_s = self.schedule.due_s
        operation = self.journey.operation
        if time.monotonic() - due_s > LATE_S:
            self._tell(due_s, operation, NOT_SENT)
        else:
            due_s = self._wait_until_due()
            self._tell(due_s, operation, self._send(self.journey.next()))
        self.schedule.advance()

    def _begin(self) -> None:
        """Begin a walk without cookies and tokens, at its login."""
        self.times_anew = self.world.times_anew
        self.journey = Journey(self.persona, self.world.verifier, self.rng)

    def _wait_until_due(self) -> float:
        while (left_s := self.schedule.due_s - time.monotonic()) > 0:
            self.world.changed.wait(timeout=min(left_s, LONGEST_WAIT_S))
        return self.schedule.due_s

    def _send(self, request: Request) -> str:
        """Send and judge. A kept-alive connection may be closed under a request; as browsers do, try once anew."""
        if request.fresh:
            self.client_pool.reopen()
        kept_alive = self.client_pool.served
        answer = self._exchange(request)
        if answer == CLOSED and kept_alive:
            self.client_pool.reopen()
            answer = self._exchange(request)
        if isinstance(answer, Answer):
            self.client_pool.served = True
            return self.journey.judge(request, answer)
        self.journey.failed(request)
        self.client_pool.reopen()
        return answer

    def _exchange(self, request: Request) -> Answer | str:
        """Do one exchange within the user's patience; a word for what went wrong if there is no answer."""
        pause_s = request.pause_ms / 1000
        try:
            with Timeout(PATIENCE_S + pause_s):
                response = self.client.request(
                    request.method,
                    request.path,
                    data=SlowBody(request.body, pause_s) if pause_s else request.body,
                    headers=dict(request.headers),
                    catch_response=True,
                )
                body = response.content or b""
        except (Exception, Timeout) as error:  # noqa: BLE001 - whatever an odd answer makes the client raise is a bad request
            return reason_of(error)
        unanswered = response.request_meta["exception"]
        if unanswered is not None:
            return reason_of(unanswered)
        return Answer(status=response.status_code, headers=tuple(response.headers.items()), body=body)

    def _tell(self, due_s: float, operation: Operation, reason: str) -> None:
        """Tell what became of a request; it took from when it was due, for that is how long the user waited."""
        telemetry = self.world.telemetry
        telemetry.tell(
            Outcome(
                started_ms=telemetry.clock.at_ms(due_s),
                took_ms=round((time.monotonic() - due_s) * 1000),
                user=self.persona.user.number,
                cohort=self.persona.cohort.name,
                operation=operation,
                ok=not reason,
                reason=reason,
            )
        )


def user_classes(world: World, members: tuple[tuple[User, Schedule], ...]) -> list[type[CohortUser]]:
    """Make a Locust class for each cohort that has users; `members` are those who are run here."""
    classes: list[type[CohortUser]] = []
    inhabited = {user.cohort for user in world.plan.users}
    for cohort in world.plan.cohorts:
        if cohort.name not in inhabited:
            continue
        mine = [
            (persona(world.plan.target, cohort, user), schedule)
            for user, schedule in members
            if user.cohort == cohort.name
        ]
        made = cast("type[CohortUser]", new_class(class_name(cohort.name), (CohortUser,)))
        made.world = world
        made.fixed_count = len(mine)
        made.members = iter(mine)
        made.context_of_cohort = tls_context(world.plan.target.ca, cohort.tls)
        classes.append(made)
    return classes


def class_name(cohort: str) -> str:
    """Name the class of a cohort's users, as Locust's master and workers know it."""
    return f"{cohort.title()}User"


def schedule_of(plan: LoadPlan, pace: Pace, user: User) -> Schedule:
    return Schedule(pace, random.Random(f"{plan.seed}/schedule/{user.number}"))  # noqa: S311 - a load
