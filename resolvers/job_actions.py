"""Act on jobs: queue, kill, clear."""

from typing import Annotated

import strawberry

from domain.permissions import Permission
from domain.use_cases.clear import clear
from domain.use_cases.kill import kill
from domain.use_cases.queue import QueueOptions, queue
from resolvers.answer import answer_action, mutation
from resolvers.job_building import cluster_vars
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.job_actions import ClearJobInput, KillJobInput, QueueJobInput
from schema.payloads.job_actions import ClearJobPayload, KillJobPayload, QueueJobPayload


@object_type
class ActionMutations:
    """Fields that act on jobs."""

    @mutation(Permission.WRITE, QueueJobPayload)
    async def queue_job(
        self,
        info: Info,
        input: Annotated[QueueJobInput, strawberry.argument(description="Input.")],
    ) -> QueueJobPayload | None:
        """Queue a job to a lane."""
        results = await queue(
            info.context.request, [input.target.target], _options(input), dry_run=input.dry_run
        )
        return await answer_action(info, QueueJobPayload, input, results)

    @mutation(Permission.WRITE, KillJobPayload)
    async def kill_job(
        self,
        info: Info,
        input: Annotated[KillJobInput, strawberry.argument(description="Input.")],
    ) -> KillJobPayload | None:
        """Kill a job that is launched, started, running or waiting."""
        targets = [input.target.target]
        results = await kill(info.context.request, targets, dry_run=input.dry_run)
        return await answer_action(info, KillJobPayload, input, results)

    @mutation(Permission.WRITE, ClearJobPayload)
    async def clear_job(
        self,
        info: Info,
        input: Annotated[ClearJobInput, strawberry.argument(description="Input.")],
    ) -> ClearJobPayload | None:
        """Erase a job's results and return it to building."""
        targets = [input.target.target]
        results = await clear(info.context.request, targets, dry_run=input.dry_run)
        return await answer_action(info, ClearJobPayload, input, results)


def _options(input: QueueJobInput) -> QueueOptions:
    gpus, chosen = given(input.gpus), given(input.cluster_custom_vars)
    return QueueOptions(
        lane=given(input.lane),
        hostname=given(input.hostname),
        gpus=None if gpus is None else tuple(gpus),
        no_check_inputs_ready=input.no_check_inputs_ready,
        priority=given(input.priority),
        cluster_custom_vars=None if chosen is None else cluster_vars(chosen),
    )
