"""The environment that keeps OpenSSL from reading configuration or modules of anybody's choosing.

A library that was built in a temporary folder looks there for `openssl.cnf` on every start, and so would load whatever
another user of the machine puts there.
"""

from __future__ import annotations

ISOLATED = (
    ("OPENSSL_CONF", "/dev/null"),
    ("OPENSSL_MODULES", "/nonexistent"),
    ("OPENSSL_ENGINES", "/nonexistent"),
)
