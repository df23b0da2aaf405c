"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says something about the machine, nothing about the code: times are measured in benchmarks.
settings.register_profile("danceoff", deadline=None)
settings.load_profile("danceoff")
