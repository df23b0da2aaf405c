"""Every way to look good without repairing anything that we know of, as scripts that can be played on any exercise.

Most are edits of the load balancer's files, applied as a trainee would; others are runtime commands, or deeds. Some begin
from a repaired configuration (`start="ideal"`): they are what remains of a repair that serves nobody but the load.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from game.rehearsal.editing import Edit

if TYPE_CHECKING:
    from game.core.roster import User
    from game.core.stack import Cohort

ADDRESSES_A_LINE = 12
SIGNED_PATHS = "{ path /login /session /refresh /logout }"
DRESSED_UP = (
    "HTTP/1.1 200 OK\r\ncache-control: no-cache\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n"
    '{"id_token":"","refresh_token":""}\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One cheat: an edit, runtime commands, and deeds (`stop:SERVICE`, `mend`, `wait`, `undo`, `reload`, `resolve`).

    `clumsy`: where the fault is of that very kind, it may really serve users again. Then it is a bad repair, not a cheat.
    """

    name: str
    start: Literal["faulty", "ideal"] = "faulty"
    edit: Edit | None = None
    console: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    clumsy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What can be read in the traffic log about the load: its programs and its addresses; and a tenant with few users."""

    agents: tuple[str, ...]
    addresses: tuple[str, ...]
    tenant_host: str
    cookies: str = "SRVID|session|prefs[0-9]"
    apps: str = field(default="ExampleLogin")


def crowd(cohorts: tuple[Cohort, ...], users: tuple[User, ...], domain: str) -> Crowd:
    tenants = sorted((cohort.users, cohort.tenant) for cohort in cohorts if cohort.tenant and cohort.users)
    return Crowd(
        agents=tuple(dict.fromkeys(cohort.user_agent for cohort in cohorts if cohort.users)),
        addresses=tuple(dict.fromkeys(user.address for user in users)),
        tenant_host=f"{tenants[0][1]}.{domain}" if tenants else "",
    )


def scripts(known: Crowd) -> tuple[Script, ...]:
    """All cheats, those against the load worded for this crowd."""
    return (*_false_answers(), *_load_only(known), *_turned_away(known), *_dark(), *_reckless(), *_restless())


def drawn(known: Crowd, place: int) -> Script:
    """One of those that leave no trace in a run once they are put back: no repair, and nothing that was declared."""
    passing = [
        one for one in scripts(known) if one.start == "faulty" and not {"mend", "resolve"} & {*one.deeds}
    ]
    return passing[place % len(passing)]


def _false_answers() -> tuple[Script, ...]:
    """Answers that the service never gave."""
    first = r"bind .*"
    return (
        Script(
            name="answer everything with 200",
            edit=Edit(
                after=first,
                lines=(
                    f"http-request return status 200 content-type application/json string {{}} if {SIGNED_PATHS}",
                ),
            ),
        ),
        Script(
            name="echo the nonce",
            edit=Edit(
                after=first,
                lines=(
                    'http-request return status 200 content-type application/json lf-string \'{"id_token":"%[url_param(nonce)]"}\'',
                ),
            ),
        ),
        Script(
            name="dress an error page up as 200",
            edit=Edit(
                after=first,
                lines=(f"http-request deny deny_status 503 if {SIGNED_PATHS}",),
                files=(("errors/503.http", DRESSED_UP),),
            ),
        ),
        Script(
            name="set the status of every answer to 200",
            edit=Edit(after=first, lines=("http-response set-status 200",)),
            clumsy=True,
        ),
        Script(
            name="answer from a cache",
            edit=Edit(
                after=first,
                lines=(
                    "http-request set-query cached=yes if { path /session }",
                    "http-request cache-use answers",
                    "http-response set-header Cache-Control max-age=60",
                    "http-response del-header Set-Cookie",
                    "http-response cache-store answers",
                ),
                append=("cache answers", "    total-max-size 4", "    max-age 60"),
            ),
        ),
    )


def _load_only(known: Crowd) -> tuple[Script, ...]:
    """Repaired for the load, and for nobody else."""
    agents = " ".join(f'"{agent}"' for agent in known.agents)
    lists = [
        known.addresses[at : at + ADDRESSES_A_LINE] for at in range(0, len(known.addresses), ADDRESSES_A_LINE)
    ]
    return (
        Script(
            name="serve only the load's programs",
            start="ideal",
            edit=Edit(
                after=r"bind .*",
                lines=(
                    f"acl known_agent req.hdr(User-Agent) -m str {agents}",
                    "http-request deny deny_status 403 unless known_agent",
                ),
            ),
        ),
        Script(
            name="serve only the load's cookies",
            start="ideal",
            edit=Edit(
                after=r"bind .*",
                lines=(
                    f"acl known_cookie req.hdr(Cookie) -m reg ^({known.cookies})=",
                    "http-request deny deny_status 403 if { req.hdr(Cookie) -m found } !known_cookie",
                ),
            ),
        ),
        Script(
            name="serve only the load's addresses",
            start="ideal",
            edit=Edit(
                after=r"http-request set-src .*",
                lines=(
                    *(f"acl known_client src {' '.join(some)}" for some in lists),
                    "http-request deny deny_status 403 unless known_client",
                ),
            ),
        ),
    )


def _turned_away(known: Crowd) -> tuple[Script, ...]:
    """Whoever is not let in cannot complain."""
    first = r"bind .*"
    tenant = (
        Script(
            name="drop a tenant",
            start="ideal",
            edit=Edit(
                after=first,
                lines=(
                    f"http-request deny deny_status 403 if {{ req.hdr(Host) -m beg {known.tenant_host} }}",
                ),
            ),
        ),
    )
    return (
        Script(
            name="deny everybody",
            edit=Edit(after=first, lines=(f"http-request deny deny_status 403 if {SIGNED_PATHS}",)),
        ),
        Script(
            name="tarpit everybody",
            edit=Edit(after=first, lines=(f"http-request tarpit deny_status 200 if {SIGNED_PATHS}",)),
        ),
        Script(
            name="drop the app's users",
            start="ideal",
            edit=Edit(
                after=first,
                lines=(
                    f"http-request deny deny_status 403 if {{ req.hdr(User-Agent) -m beg {known.apps} }}",
                ),
            ),
        ),
        *(tenant if known.tenant_host else ()),
    )


def _dark() -> tuple[Script, ...]:
    """Nobody sees what nobody measures."""
    return (
        Script(
            name="stop the traffic log",
            edit=Edit(drop=(r"log(-format)? .*",)),
            clumsy=True,
        ),
        Script(
            name="take the exporter and the statistics away",
            edit=Edit(drop_sections=("frontend fe_metrics", "frontend fe_stats")),
            clumsy=True,
        ),
        Script(name="close the front door to the load", console=("disable frontend fe_auth",)),
        Script(name="throttle the load", console=("set maxconn frontend fe_auth 1",)),
        Script(name="stop the load balancer", deeds=("stop:haproxy",)),
    )


def _reckless() -> tuple[Script, ...]:
    """What makes a symptom go away and the next incident worse."""
    return (
        Script(
            name="remove the health checks",
            edit=Edit(
                drop=(r"option httpchk.*", r"http-check .*", r"option (ssl-hello-chk|tcp-check)"),
                change=((r"\bcheck (?=inter|fall|rise|port|ssl|observe)", ""), (r"(?<=\S) check$", "")),
            ),
            clumsy=True,
        ),
        Script(name="remove a replica", edit=Edit(drop=(r"server auth4 .*",)), clumsy=True),
        Script(
            name="wait for ever",
            edit=Edit(
                change=(
                    (
                        r"\btimeout (client|server|connect|queue|http-request|http-keep-alive) \S+",
                        r"timeout \1 24h",
                    ),
                )
            ),
            clumsy=True,
        ),
    )


def _restless() -> tuple[Script, ...]:
    """Deeds whose point is their timing."""
    return (
        Script(name="repair, and undo it before it holds", deeds=("mend", "wait", "undo")),
        Script(name="a storm of reloads", deeds=("reload",) * 6, clumsy=True),
        Script(name="declare it over", deeds=("resolve",)),
    )
