"""The name server for the stack's own zone: one datagram in, at most one out.

Every name has one answer: an IPv4 address, `nxdomain` (there is no such name), or `silence` (no answer at all).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dnslib import QTYPE, RCODE, RR, A, DNSError, DNSRecord

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

NXDOMAIN = "nxdomain"
SILENCE = "silence"
# Whoever asks again a second later gets what is true by then.
TTL_S = 1
DATAGRAM_BYTES = 4096
ZONE: Mapping[str, str] = {
    f"{host}.auth.test": "127.0.0.1"
    for host in ("auth1", "auth2", "auth3", "auth4", "staging", "legacy", "resolver")
}
log = logging.getLogger("names")


def answer_queries(sock: socket.socket, changed: Mapping[str, str]) -> None:
    """Answer until the process is told to stop; `changed` are the names of the zone that are answered otherwise."""
    zone = {**ZONE, **changed}
    log.info("zone auth.test: %s", ", ".join(f"{name} {answer}" for name, answer in sorted(zone.items())))
    while True:
        try:
            query, client = sock.recvfrom(DATAGRAM_BYTES)
        except ConnectionError:  # somebody whom we answered has gone: no reason to go as well
            continue
        answer = answered(query, zone)
        if answer:
            sock.sendto(answer, client)


def answered(query: bytes, zone: Mapping[str, str]) -> bytes:
    """Return the answer to a query, empty for none: what is no query gets none either."""
    try:
        record = DNSRecord.parse(query)
        name = str(record.q.qname).rstrip(".").lower()
    except DNSError:
        return b""
    if record.header.qr:
        return b""
    found = zone.get(name, NXDOMAIN)
    if found == SILENCE:
        return b""
    reply = record.reply()
    if found == NXDOMAIN:
        reply.header.rcode = RCODE.NXDOMAIN
    elif record.q.qtype == QTYPE.A:
        reply.add_answer(RR(record.q.qname, QTYPE.A, ttl=TTL_S, rdata=A(found)))
    return bytes(reply.pack())
