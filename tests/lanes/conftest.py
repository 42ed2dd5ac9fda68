from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lanes.node import Node


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    node = Node(tmp_path)
    yield node
    await node.clean_up()
