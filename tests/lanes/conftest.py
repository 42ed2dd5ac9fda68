import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.cluster_templates import ClusterSystem
from tests.lanes.batch import QUICK, SOON, Batch, BatchLane
from tests.lanes.cluster import ClusterLane
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


@pytest_asyncio.fixture
async def lane(
    cluster: Slurm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ClusterLane]:
    """On the `cluster` of the module, which the next test finds idle."""
    monkeypatch.setenv("SLURM_CONF", cluster.env["SLURM_CONF"])
    lane = ClusterLane(cluster, tmp_path)
    yield lane
    await lane.leave_idle()


@pytest.fixture(params=[ClusterSystem.PBS, ClusterSystem.SGE])
def batch(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Batch:
    batch = Batch(request.param, tmp_path / "batch")
    monkeypatch.setenv("PATH", f"{batch.bin}:{os.environ['PATH']}")
    return batch


@pytest_asyncio.fixture
async def site(batch: Batch, tmp_path: Path) -> AsyncIterator[BatchLane]:
    lane = BatchLane(batch, tmp_path, QUICK)
    yield lane
    await lane.executor.close()
    batch.end_all()


@pytest_asyncio.fixture
async def hasty(batch: Batch, tmp_path: Path) -> AsyncIterator[BatchLane]:
    """Like `site`; it gives up soon."""
    lane = BatchLane(batch, tmp_path, SOON)
    yield lane
    await lane.executor.close()
    batch.end_all()
