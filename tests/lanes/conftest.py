from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.lanes.far_node import FarNode
from tests.lanes.node import Node
from tests.lanes.slurm import Slurm, private_slurm
from tests.lanes.sshd import Sshd, running_sshd


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    node = Node(tmp_path)
    yield node
    await node.clean_up()


@pytest.fixture
async def sshd(tmp_path: Path) -> AsyncIterator[Sshd]:
    async with running_sshd(tmp_path / "sshd") as sshd:
        yield sshd


@pytest.fixture
async def far(sshd: Sshd, tmp_path: Path) -> AsyncIterator[FarNode]:
    far = FarNode(tmp_path, sshd)
    yield far
    await far.clean_up()


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """One private Slurm for all tests that leave its daemons alone."""
    with private_slurm(tmp_path_factory.mktemp("slurm")) as running:
        yield running
