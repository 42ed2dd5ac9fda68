"""Stop and go on starting jobs: on a lane, on a target, or everywhere."""

from domain.documents import Instance, Lane, Target
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.use_cases.instance_settings import update_instance_settings
from domain.use_cases.lanes import write_lane
from domain.use_cases.target_changes import write_target


async def set_lane_drained(
    request: Request, name: str, *, drained: bool, expected_revision: int | None = None
) -> Lane:
    """Running jobs go on, none is started; raises Forbidden, NotFound, RevisionConflict."""
    require(request.viewer, Permission.ADMIN)
    return await write_lane(name, {"drained": drained}, expected_revision)


async def set_target_drained(
    request: Request, name: str, *, drained: bool, expected_revision: int | None = None
) -> Target:
    """Running jobs go on, none is started; raises Forbidden, NotFound, RevisionConflict."""
    require(request.viewer, Permission.ADMIN)
    return await write_target(name, {"drained": drained}, expected_revision)


async def set_maintenance(
    request: Request, *, drained: bool, expected_revision: int | None = None
) -> Instance:
    """Drain the instance, which is its maintenance; raises Forbidden, RevisionConflict."""
    return await update_instance_settings(
        request, {"maintenance": drained}, expected_revision=expected_revision
    )
