"""Metrics of a run: HAProxy's exporter and the auth services, scraped; or a question to Prometheus where it runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import requests

from game.core.stack import ServiceKind
from game.errors import UsageError

if TYPE_CHECKING:
    from game.core.stack import Stack
    from game.lab.places import Endpoint, Place

TIMEOUT_S = 2
REPLICA_NAME = "auth.internal"
MOST_LINES = 400


def scrape_lines(stack: Stack, place: Place, query: str) -> tuple[str, ...]:
    """Lines `service metric{labels} value` that contain the query; PromQL's answer when Prometheus understands it."""
    if query:
        answer = _ask_prometheus(place, query)
        if answer is not None:
            return answer
    targets = [(service.name, service.kind) for service in stack.services]
    with ThreadPoolExecutor(max_workers=8) as pool:
        scraped = pool.map(lambda target: _scrape(place, *target), targets)
    lines = [line for text in scraped for line in text if query in line]
    if len(lines) > MOST_LINES:
        return (
            *lines[:MOST_LINES],
            f"... {len(lines) - MOST_LINES} more lines: name a part of a metric's name or labels",
        )
    return tuple(lines)


def _scrape(place: Place, service: str, kind: ServiceKind) -> tuple[str, ...]:
    if kind is ServiceKind.LOAD_BALANCER:
        endpoint = place.endpoint(f"{service}.exporter")
        answer = _get(f"http://{endpoint.host}:{endpoint.port}/metrics")
    elif kind is ServiceKind.REPLICA:
        endpoint = place.endpoint(f"{service}.https")
        answer = _get_verified(endpoint, place)
    else:
        return ()
    if answer is None:
        return (f"# {service} does not answer",)
    return tuple(f"{service} {line}" for line in answer.splitlines() if line and not line.startswith("#"))


def _get(url: str) -> str | None:
    try:
        response = requests.get(url, timeout=TIMEOUT_S)
    except requests.RequestException:
        return None
    return response.text if response.ok else None


def _get_verified(endpoint: Endpoint, place: Place) -> str | None:
    """Over TLS, verified against the run's authority for the replicas' name, though addressed by number."""
    with requests.Session() as session:
        session.mount("https://", _Named())
        try:
            response = session.get(
                f"https://{endpoint.host}:{endpoint.port}/metrics",
                verify=str(place.live / "certs" / "ca.pem"),
                timeout=TIMEOUT_S,
            )
        except requests.RequestException:
            return None
    return response.text if response.ok else None


class _Named(requests.adapters.HTTPAdapter):
    """Checks the certificate for the replicas' name instead of the address."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **words: Any) -> None:  # noqa: ANN401 - as requests declares it
        super().init_poolmanager(
            connections, maxsize, block, server_hostname=REPLICA_NAME, assert_hostname=REPLICA_NAME, **words
        )


def _ask_prometheus(place: Place, query: str) -> tuple[str, ...] | None:
    """Answer lines; None where no Prometheus runs."""
    endpoint = next((endpoint for endpoint in place.endpoints if endpoint.name == "prometheus.http"), None)
    if endpoint is None:
        return None
    try:
        response = requests.get(
            f"http://{endpoint.host}:{endpoint.port}/api/v1/query", params={"query": query}, timeout=TIMEOUT_S
        )
        answer = response.json()
    except requests.RequestException:
        return None
    if answer.get("status") != "success":
        raise UsageError(
            f"Prometheus: {answer.get('error', 'no answer')}", hint="see its documentation on PromQL"
        )
    return tuple(_sample(one) for one in answer["data"]["result"][:MOST_LINES])


def _sample(one: object) -> str:
    match one:
        case {"metric": dict(labels), "value": [_, value]}:
            inside = ",".join(
                f'{name}="{text}"' for name, text in sorted(labels.items()) if name != "__name__"
            )
            return f"{labels.get('__name__', '')}{{{inside}}} {value}"
        case _:
            return str(one)
