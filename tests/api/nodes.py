"""A machine for a lane, so that jobs can be queued to it."""

from domain import clock
from domain.documents import Target
from domain.resources import empty_slots


async def add_node(lane: str) -> None:
    """A node of four cores without GPUs, named for its lane."""
    name = f"{lane}-node"
    await Target(
        id=name,
        type="node",
        lane=lane,
        title=name,
        hostname=name,
        cpu_cores=4,
        ram_gb=32,
        slots=empty_slots(4, 32, []),
        created_at=clock.now(),
    ).insert()
