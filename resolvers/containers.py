"""Act on all jobs of a workspace or project; cancel operations."""

from typing import Annotated

import strawberry

from domain.permissions import Permission
from domain.use_cases import cancel_operation as cancelling
from domain.use_cases import delete_project as projects
from domain.use_cases import delete_workspace as workspaces
from domain.use_cases import intermediate_results
from resolvers.answer import answer, answer_action, mutation
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.containers import (
    CancelOperationInput,
    ClearProjectIntermediateResultsInput,
    ClearWorkspaceIntermediateResultsInput,
    DeleteProjectInput,
    DeleteWorkspaceInput,
)
from schema.node import key_of
from schema.operation import JobOperation
from schema.payloads.containers import (
    CancelOperationPayload,
    ClearProjectIntermediateResultsPayload,
    ClearWorkspaceIntermediateResultsPayload,
    DeleteProjectPayload,
    DeleteWorkspacePayload,
)
from schema.project import Project
from schema.workspace import Workspace


@object_type
class ContainerMutations:
    """Fields that act on all jobs of a workspace or project, and on operations."""

    @mutation(Permission.WRITE, ClearWorkspaceIntermediateResultsPayload)
    async def clear_workspace_intermediate_results(
        self,
        info: Info,
        input: Annotated[
            ClearWorkspaceIntermediateResultsInput, strawberry.argument(description="Input.")
        ],
    ) -> ClearWorkspaceIntermediateResultsPayload | None:
        """Clear unused intermediate results of a whole workspace."""
        results = await intermediate_results.clear_workspace_intermediate_results(
            info.context.request,
            input.project_uid,
            input.workspace_uid,
            always_keep_final=input.always_keep_final,
            dry_run=input.dry_run,
        )
        payload = ClearWorkspaceIntermediateResultsPayload
        return await answer_action(info, payload, input, results)

    @mutation(Permission.WRITE, ClearProjectIntermediateResultsPayload)
    async def clear_project_intermediate_results(
        self,
        info: Info,
        input: Annotated[
            ClearProjectIntermediateResultsInput, strawberry.argument(description="Input.")
        ],
    ) -> ClearProjectIntermediateResultsPayload | None:
        """Clear unused intermediate results of a whole project."""
        results = await intermediate_results.clear_project_intermediate_results(
            info.context.request,
            input.project_uid,
            always_keep_final=input.always_keep_final,
            dry_run=input.dry_run,
        )
        payload = ClearProjectIntermediateResultsPayload
        return await answer_action(info, payload, input, results)

    @mutation(Permission.WRITE, CancelOperationPayload)
    async def cancel_operation(
        self,
        info: Info,
        input: Annotated[CancelOperationInput, strawberry.argument(description="Input.")],
    ) -> CancelOperationPayload | None:
        """Stop the part of an operation that has not started."""
        id = key_of(input.operation_id, "JobOperation")
        operation = await cancelling.cancel_operation(info.context.request, id)
        shown = JobOperation.from_document(operation)
        return await answer(info, CancelOperationPayload, input, operation=shown)

    @mutation(Permission.WRITE, DeleteProjectPayload)
    async def delete_project(
        self,
        info: Info,
        input: Annotated[DeleteProjectInput, strawberry.argument(description="Input.")],
    ) -> DeleteProjectPayload | None:
        """Delete a project with all its jobs."""
        deletion = await projects.delete_project(
            info.context.request,
            input.project_uid,
            expected_revision=given(input.expected_revision),
            dry_run=input.dry_run,
        )
        project = Project.from_document(deletion.project)
        payload = DeleteProjectPayload
        shown = await answer_action(info, payload, input, deletion.results, project=project)
        if deletion.operation is not None:
            shown.operation = JobOperation.from_document(deletion.operation)
            shown.written = True
        return shown

    @mutation(Permission.WRITE, DeleteWorkspacePayload)
    async def delete_workspace(
        self,
        info: Info,
        input: Annotated[DeleteWorkspaceInput, strawberry.argument(description="Input.")],
    ) -> DeleteWorkspacePayload | None:
        """Delete a workspace: unlink jobs that are also elsewhere, delete the others, keep
        protected ones."""
        deletion = await workspaces.delete_workspace(
            info.context.request,
            input.project_uid,
            input.workspace_uid,
            expected_revision=given(input.expected_revision),
            dry_run=input.dry_run,
        )
        left = deletion.workspace
        workspace = None if left is None else Workspace.from_document(left)
        payload = DeleteWorkspacePayload
        shown = await answer_action(info, payload, input, deletion.results, workspace=workspace)
        shown.written = shown.written or workspace is None
        return shown
