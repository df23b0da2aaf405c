"""One user's walk through the service, in words: what `danceoff request` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.lab.load.probe import ProbeResult, ProbeStep

MOST_VALUE = 90
MOST_BODY = 200


def walk(result: ProbeResult) -> Iterator[str]:
    """Every step with its headers, oldest first."""
    yield f"{result.username} of cohort {result.cohort}, from {result.address}, asks {result.host}"
    if result.connected is None:
        yield "  no TLS connection came about"
    else:
        names = ", ".join(result.connected.certificate)
        yield f"  {result.connected.protocol}, {result.connected.cipher}, certificate for {names}"
    for step in result.steps:
        yield from _step(step)


def verdict(result: ProbeResult) -> str:
    """One sentence: served, or where it broke."""
    if result.ok:
        return f"served: all {len(result.steps)} steps answered and their signatures verify"
    broken = next((step for step in result.steps if not step.ok), None)
    if broken is None:
        return "not served: no connection"
    return f"not served: {broken.operation} failed ({broken.reason})"


def _step(step: ProbeStep) -> Iterator[str]:
    yield ""
    yield f"  {step.method} {step.path}  {step.request_bytes} bytes"
    for name, value in step.request_headers:
        yield f"    > {name}: {_short(value, MOST_VALUE)}"
    outcome = "fine, signature verified" if step.ok else f"BAD: {step.reason}"
    server = f", affinity cookie {step.server}" if step.server else ", no affinity cookie"
    yield f"  {step.status or 'no answer'} after {step.took_ms} ms: {outcome}{server}"
    for name, value in step.response_headers:
        yield f"    < {name}: {_short(value, MOST_VALUE)}"
    if step.body and not step.ok:
        yield f"    {_short(step.body.strip(), MOST_BODY)}"


def _short(text: str, most: int) -> str:
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return printable if len(printable) <= most else f"{printable[:most]}... ({len(printable)} characters)"
