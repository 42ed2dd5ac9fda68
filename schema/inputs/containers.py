"""Inputs of the actions on all jobs of a workspace or project, and on operations."""

import strawberry
from strawberry import UNSET

from schema.described import attribute, input_type
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import BigInt, ProjectUid, WorkspaceUid


@input_type
class ClearWorkspaceIntermediateResultsInput:
    """Input of clearWorkspaceIntermediateResults."""

    project_uid: ProjectUid = attribute("Project.")
    workspace_uid: WorkspaceUid = attribute("Workspace.")
    always_keep_final: bool = attribute("Keep final results.", default=True)
    dry_run: bool = attribute("Only report.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class ClearProjectIntermediateResultsInput:
    """Input of clearProjectIntermediateResults."""

    project_uid: ProjectUid = attribute("Project.")
    always_keep_final: bool = attribute("Keep final results.", default=True)
    dry_run: bool = attribute("Only report.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class CancelOperationInput:
    """Input of cancelOperation."""

    operation_id: strawberry.ID = attribute("Operation.")
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class DeleteProjectInput:
    """Input of deleteProject."""

    project_uid: ProjectUid = attribute("Project.")
    dry_run: bool = attribute("Only report what would happen.", default=False)
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the project changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class DeleteWorkspaceInput:
    """Input of deleteWorkspace."""

    project_uid: ProjectUid = attribute("Project.")
    workspace_uid: WorkspaceUid = attribute("Workspace.")
    dry_run: bool = attribute(
        "Only report what would happen; each result says DELETE or UNLINK.", default=False
    )
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the workspace changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
