from __future__ import annotations

import pytest

from tests.unit.lab.load.signing import Signer


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()
