"""Give back by hand what a server that is gone for good holds of a shared pool."""

from domain import tokens
from domain.documents import Instance
from domain.documents.instance import INSTANCE_ID
from domain.errors import BadInput, NotFound
from domain.permissions import Permission, require
from domain.use_cases.context import Request


async def release_instance_tokens(
    request: Request, instance_id: str, *, drop_reservation: bool = False
) -> int:
    """Vouch for it that no job of a dead server runs; how many tokens came back.

    Safe to repeat. Raises Forbidden, NotFound, BadInput for a server that lives and for this one:
    those give back themselves; OperationFailed.
    """
    require(request.viewer, Permission.ADMIN)
    instance, pool = await Instance.get(INSTANCE_ID), await tokens.read()
    if pool is None or instance_id not in pool.members:
        raise NotFound("No such server shares the pool of GPU tokens.")
    released = None
    if instance is None or instance_id != instance.instance_id:
        released = await tokens.release_all(instance_id)
    if released is None:
        name = pool.members[instance_id].name
        message = f"{name} is alive: it gives its tokens back itself, as its jobs end."
        raise BadInput(message, path=["instanceId"])
    if drop_reservation:
        await tokens.drop_reservation(instance_id)
    return released
