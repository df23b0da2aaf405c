"""Where the servers are in their images.

Those on an image's search path are called by name, so that another image may have them elsewhere; PostgreSQL's look for
one another beside themselves.
"""

from __future__ import annotations

from pathlib import Path

PATHS = {
    "haproxy": Path("haproxy"),
    "postgres": Path("/usr/lib/postgresql/bin/postgres"),
    "redis-server": Path("redis-server"),
    "toxiproxy-server": Path("toxiproxy-server"),
    "prometheus": Path("prometheus"),
}
