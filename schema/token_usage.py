"""GPU tokens: how many are in use, and how many there are."""

from datetime import datetime

import strawberry

from domain.documents import TokenPool
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


@object_type
class TokenUsage:
    """GPU token usage."""

    current_in_use: int = attribute("Sum over instances.")
    max_licenses_available: int | None = attribute("Ceiling; null when unlimited.")
    instances: list[InstanceTokenUsage] = attribute("Per instance.")
    observed_at: datetime = attribute("Measured at.")


async def show_token_usage(context: Context) -> TokenUsage:
    """The tokens of this server; without a limit its ceiling is the number of its GPUs."""
    pool = await context.reads.pool()
    return TokenUsage(
        current_in_use=pool.used,
        max_licenses_available=pool.token_limit,
        instances=[await _show_this_instance(context, pool)],
        observed_at=context.now(),
    )


async def _show_this_instance(context: Context, pool: TokenPool) -> InstanceTokenUsage:
    instance = await context.reads.instance()
    lanes = await context.reads.lanes()
    loads = [await context.reads.lane_load(lane.name) for lane in lanes]
    targets = await context.reads.targets()
    gpus = sum(len(target.slots.get("gpu", {})) for target in targets)
    return InstanceTokenUsage(
        instance_id=strawberry.ID(instance.instance_id),
        alias=instance.name,
        this_instance=True,
        current_in_use=sum(h.tokens for h in pool.held if h.instance_id == instance.instance_id),
        num_queued_jobs=sum(load.queued for load in loads),
        max_licenses_available=gpus if pool.token_limit is None else pool.token_limit,
        reserved_licenses=0,
    )
