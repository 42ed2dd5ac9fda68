"""GPU tokens: how many are in use, and how many there are."""

from datetime import datetime

import strawberry

from domain.documents import Instance, TokenPool
from schema.context import Context
from schema.described import attribute, object_type


@object_type
class InstanceTokenUsage:
    """GPU token usage of one instance."""

    instance_id: strawberry.ID = attribute("Instance.")
    alias: str | None = attribute("Alias.")
    this_instance: bool = attribute("This server.")
    current_in_use: int = attribute("Tokens in use.")
    num_queued_jobs: int = attribute("Queued jobs.")
    max_licenses_available: int = attribute("Ceiling.")
    reserved_licenses: int = attribute("Reserved.")
    alive: bool = attribute("It has been heard of lately; what a dead one holds is given back.")


@object_type
class TokenUsage:
    """GPU token usage."""

    current_in_use: int = attribute("Sum over instances.")
    max_licenses_available: int | None = attribute("Ceiling; null when unlimited.")
    instances: list[InstanceTokenUsage] = attribute("Per instance.")
    observed_at: datetime = attribute("Measured at.")


async def show_token_usage(context: Context) -> TokenUsage:
    """The tokens of the pool; without a limit this server's ceiling is the number of its GPUs."""
    pool, instance = await context.reads.pool(), await context.reads.instance()
    others = [id for id in sorted(pool.members) if id != instance.instance_id]
    return TokenUsage(
        current_in_use=pool.used,
        max_licenses_available=pool.token_limit,
        instances=[
            await _show_this_instance(context, pool, instance),
            *(_show_other_instance(id, pool) for id in others),
        ],
        observed_at=context.now(),
    )


async def _show_this_instance(
    context: Context, pool: TokenPool, instance: Instance
) -> InstanceTokenUsage:
    lanes = await context.reads.lanes()
    loads = [await context.reads.lane_load(lane.name) for lane in lanes]
    targets = await context.reads.targets()
    gpus = sum(len(target.slots.get("gpu", {})) for target in targets)
    return InstanceTokenUsage(
        instance_id=strawberry.ID(instance.instance_id),
        alias=instance.name,
        this_instance=True,
        current_in_use=pool.used_by(instance.instance_id),
        num_queued_jobs=sum(load.queued for load in loads),
        max_licenses_available=_ceiling(pool, instance.instance_id, gpus),
        reserved_licenses=pool.reserved.get(instance.instance_id, 0),
        alive=True,
    )


def _show_other_instance(id: str, pool: TokenPool) -> InstanceTokenUsage:
    member = pool.members[id]
    return InstanceTokenUsage(
        instance_id=strawberry.ID(id),
        alias=member.name,
        this_instance=False,
        current_in_use=pool.used_by(id),
        num_queued_jobs=member.queued,
        max_licenses_available=_ceiling(pool, id, pool.used_by(id)),
        reserved_licenses=pool.reserved.get(id, 0),
        alive=member.alive,
    )


def _ceiling(pool: TokenPool, instance_id: str, without_limit: int) -> int:
    """The most tokens that the instance can have at once: what others have reserved is not its."""
    if pool.token_limit is None:
        return without_limit
    others = sum(tokens for id, tokens in pool.reserved.items() if id != instance_id)
    return max(0, pool.token_limit - others)
