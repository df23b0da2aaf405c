"""The whole stack in containers holds what it holds as processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack
from game.lab.containers.runtime import ContainerRuntime
from game.lab.data import stacks_dir
from tests.stack.runtime.contract import RuntimeContract

if TYPE_CHECKING:
    from game.lab.home import Home

pytestmark = pytest.mark.stack


class TestContainers(RuntimeContract):
    """Everything that any runtime holds."""

    def runtime(self, home: Home, run: str) -> ContainerRuntime:
        return ContainerRuntime(load_stack(stacks_dir() / "auth"), home, run)
