"""Go on from jobs: clone a chain, build the common next step, answer what a job asks."""

from typing import Annotated

import strawberry

from domain.permissions import Permission
from domain.use_cases.clone_chain import clone_chain
from domain.use_cases.interact import submit_interaction
from domain.use_cases.quick_action import run_quick_action
from resolvers.answer import answer_action, mutation
from resolvers.job_actions import queue_options
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.next_job import CloneJobChainInput, RunQuickActionInput, SubmitInteractionInput
from schema.payloads.next_job import (
    CloneJobChainPayload,
    RunQuickActionPayload,
    SubmitInteractionPayload,
)
from schema.workspace import Workspace


@object_type
class NextJobMutations:
    """Fields that go on from jobs."""

    @mutation(Permission.WRITE, CloneJobChainPayload)
    async def clone_job_chain(
        self,
        info: Info,
        input: Annotated[CloneJobChainInput, strawberry.argument(description="Input.")],
    ) -> CloneJobChainPayload | None:
        """Clone every job between two jobs."""
        destination = given(input.destination)
        placed = await clone_chain(
            info.context.request,
            input.project_uid,
            input.start_job_uid,
            input.end_job_uid,
            given(input.from_workspace_uid),
            destination.destination if destination else None,
            dry_run=input.dry_run,
        )
        workspace = placed.workspace and Workspace.from_document(placed.workspace)
        return await answer_action(
            info, CloneJobChainPayload, input, placed.results, workspace=workspace
        )

    @mutation(Permission.WRITE, RunQuickActionPayload)
    async def run_quick_action(
        self,
        info: Info,
        input: Annotated[RunQuickActionInput, strawberry.argument(description="Input.")],
    ) -> RunQuickActionPayload | None:
        """Build the next job with its inputs connected."""
        queue = given(input.queue)
        results = await run_quick_action(
            info.context.request,
            input.target.target,
            input.key,
            input.workspace_uid,
            queue_options(queue) if queue else None,
        )
        return await answer_action(info, RunQuickActionPayload, input, results)

    @mutation(Permission.WRITE, SubmitInteractionPayload)
    async def submit_interaction(
        self,
        info: Info,
        input: Annotated[SubmitInteractionInput, strawberry.argument(description="Input.")],
    ) -> SubmitInteractionPayload | None:
        """Answer an interactive job that is waiting."""
        results = await submit_interaction(info.context.request, input.target.target, input.data)
        return await answer_action(info, SubmitInteractionPayload, input, results)
