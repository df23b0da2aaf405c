"""`danceoff serve`: an event for several teams, with its board, its facilitator's desk, and the teams' screens."""

from __future__ import annotations

import re
import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from game.catalog.document import CODE_PATTERN
from game.catalog.event_file import load_event
from game.cli.catalogue import folder_of
from game.cli.reach import Reach
from game.cli.runtime import runtime_option, settle
from game.cli.signals import Interrupted, Interruption
from game.core.contest.facts import EventOpened, RoundPlan
from game.core.contest.plan import EventPlan
from game.core.score import RULES
from game.errors import PlatformError, Refused, UsageError
from game.event.hall import open_hall
from game.event.means import Means
from game.event.preflight import preflight
from game.lab.data import exercises_dir
from game.lab.home import home
from game.web.hall_site import hall_app
from game.web.server import Listening
from game.web.server import serve as serve_site
from game.web.tls import Certificate, self_made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.event.hall import Hall
    from game.lab.runtime.choice import Wanted

LONGEST_NAME = 40
PORT = 8080
# Whoever opens the doors to all expects more than one.
SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`fingerprint` of a certificate that was made here, empty for any other."""

    hall: Hall
    address: str
    fingerprint: str = ""


@click.command()
@click.argument("event_file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes any free one."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all."
)
@click.option(
    "--hostname", "names", multiple=True, help="A name that people reach this machine by. May be repeated."
)
@click.option("--store", default="", metavar="URL", help="Journals elsewhere: postgresql+psycopg://...")
@click.option(
    "--name", default="", help="The event's short name; the same one takes it up again. Default: by the day."
)
@click.option(
    "--exercise",
    "codes",
    multiple=True,
    metavar="CODE",
    help="What is played, without an event file; a round each.",
)
@click.option(
    "--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Certificate, PEM."
)
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its key, PEM.")
@click.option(
    "--plain-http", is_flag=True, help="No TLS beyond loopback: everybody on the way can read keys."
)
@click.option("--insist", is_flag=True, help="Begin even where this machine seems too small.")
@runtime_option
def serve(  # noqa: PLR0913 - an option each.
    *,
    event_file: Path | None,
    port: int,
    host: str,
    names: tuple[str, ...],
    store: str,
    name: str,
    codes: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    plain_http: bool,
    insist: bool,
    runtime: Wanted,
) -> int:
    """Hold a dance-off for several teams: EVENT_FILE says which exercises they play, and when.

    Prints the addresses, the join code, and the facilitator's key. Beyond loopback it speaks TLS, with a certificate
    that it makes for itself unless you give it one. Ctrl-C ends it; the same command takes the event up again.
    """
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("a certificate goes with its key", hint="give --tls-cert and --tls-key")
    given = Certificate(chain=tls_cert, key=tls_key) if tls_cert and tls_key else None
    reach = Reach(host=host, names=names)
    plan = planned(event_file, name, codes)
    stands = settle(runtime, teams=len(plan.teams) or SEVERAL)
    preflight(max(1, len(plan.teams)), stands).require(insist=insist)
    certificate = _certificate(given, reach, plain_http=plain_http)
    listening = Listening(host=host, port=port, tls=certificate)
    with Interruption().caught() as interruption:
        try:
            with (
                _open(plan, Means(store=store, runtime=stands), interruption) as hall,
                _serving(hall, reach, listening, insist=insist) as address,
            ):
                made = certificate is not None and given is None
                _tell(
                    Served(
                        hall=hall,
                        address=address,
                        fingerprint=certificate.fingerprint if certificate and made else "",
                    )
                )
                threading.Event().wait()
        except Interrupted:
            click.echo("the event was left as it stands; the same command takes it up again")
    return 0


def planned(event_file: Path | None, name: str, codes: tuple[str, ...]) -> EventPlan:
    """The event as it is to be; without a file a ball of the day, to which teams bring themselves."""
    if name and (len(name) > LONGEST_NAME or not re.fullmatch(CODE_PATTERN, name)):
        raise UsageError(
            f"{name[:60]!r} is no event's name", hint="small letters, digits and dashes, such as spring-ball"
        )
    if event_file is not None:
        if codes:
            raise UsageError(
                "an event file says itself what is played", hint="leave out --exercise, or the file"
            )
        plan = load_event(event_file, exercises_dir())
        return replace(plan, opened=replace(plan.opened, name=name)) if name else plan
    today = datetime.now(UTC)
    opened = EventOpened(
        name=name or f"ball-{today:%Y-%m-%d}",
        title="Dance-off",
        rules=RULES,
        rounds=tuple(
            RoundPlan(exercise=folder_of(code).name, seed=secrets.randbelow(2**31))
            for code in codes or ("macarena",)
        ),
        open_enrolment=True,
    )
    return EventPlan(opened=opened)


def _certificate(given: Certificate | None, reach: Reach, *, plain_http: bool) -> Certificate | None:
    """None for plain HTTP, which is for loopback and for those who insist."""
    if given is not None:
        if plain_http:
            raise UsageError(
                "plain HTTP has no certificate", hint="leave out --plain-http, or the certificate"
            )
        return given
    if plain_http or reach.loopback:
        return None
    return self_made(home().path / "events", reach.hosts)


@contextmanager
def _open(plan: EventPlan, means: Means, interruption: Interruption) -> Iterator[Hall]:
    """The hall, for as long as the block lasts; every stack is down afterwards."""
    with interruption.shield():
        hall = open_hall(plan, means.store, means.runtime)
    try:
        if hall.state.closed is not None:
            raise Refused(f"the event {hall.name} is over", hint="open another one with --name")
        yield hall
    finally:
        with interruption.shield():
            hall.leave()


@contextmanager
def _serving(hall: Hall, reach: Reach, listening: Listening, *, insist: bool) -> Iterator[str]:
    app = hall_app(hall, names=reach.hosts, tls=listening.tls is not None, insist=insist)
    try:
        server = serve_site(app, listening)
    except OSError as error:
        raise PlatformError(
            f"nothing can listen on {listening.host}, port {listening.port}: {error}",
            hint="is another program there? --port 0 takes any free one",
        ) from error
    app.address = reach.address("http" if listening.tls is None else "https", server.port)
    try:
        yield app.address
    finally:
        server.close()


def _tell(served: Served) -> None:
    doors, state = served.hall.doors, served.hall.state
    title = state.opened.title if state.opened else served.hall.name
    click.echo(click.style(f"{title}: the floor is open", bold=True))
    click.echo(f"  board        {served.address}/   projector: {served.address}/?view=wall")
    click.echo(f"  teams        {served.address}/join")
    if doors.open_enrolment:
        click.echo(f"  join code    {doors.code()}   whoever has it may bring a team")
    for team in state.teams:
        click.echo(f"  {doors.code(team.team):<12} {team.name}")
    click.echo(f"  facilitator  {served.address}/join   with this key, which is yours alone:")
    click.echo(f"               {doors.key}")
    if served.fingerprint:
        click.echo(f"  certificate  self-made, so browsers warn; SHA-256 {served.fingerprint}")
    click.echo("Ctrl-C ends it; the same command takes it up again")
