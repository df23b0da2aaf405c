"""An event whose journal is in PostgreSQL: the tests of the one in SQLite."""

from __future__ import annotations

import pytest

from tests.unit.event.conftest import hall
from tests.unit.event.test_hall import (
    test_a_closed_event_takes_nothing_more,
    test_a_correction_counts_once_and_has_a_reason,
    test_acts_at_the_wrong_moment_are_refused,
    test_eight_at_once_enrol_one_team,
    test_everything_is_there_after_a_restart,
    test_the_exports_are_harmless_and_complete,
    test_who_has_a_code_comes_in_and_is_known_again,
)

__all__ = [
    "hall",
    "test_a_closed_event_takes_nothing_more",
    "test_a_correction_counts_once_and_has_a_reason",
    "test_acts_at_the_wrong_moment_are_refused",
    "test_eight_at_once_enrol_one_team",
    "test_everything_is_there_after_a_restart",
    "test_the_exports_are_harmless_and_complete",
    "test_who_has_a_code_comes_in_and_is_known_again",
]
pytestmark = pytest.mark.stack


@pytest.fixture
def store(url: str) -> str:
    return url
