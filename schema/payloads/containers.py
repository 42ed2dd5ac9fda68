"""Payloads of the actions on all jobs of a workspace or project, and on operations."""

from schema.described import attribute, object_type
from schema.operation import JobOperation
from schema.payloads.mutation import JobsActionPayload, MutationPayload
from schema.project import Project
from schema.workspace import Workspace


@object_type
class ClearWorkspaceIntermediateResultsPayload(JobsActionPayload):
    """Payload of clearWorkspaceIntermediateResults."""


@object_type
class ClearProjectIntermediateResultsPayload(JobsActionPayload):
    """Payload of clearProjectIntermediateResults."""


@object_type
class CancelOperationPayload(MutationPayload):
    """Payload of cancelOperation."""

    operation: JobOperation | None = attribute("The operation.", default=None)


@object_type
class DeleteProjectPayload(JobsActionPayload):
    """Payload of deleteProject."""

    project: Project | None = attribute("The project; null once deleted.", default=None)


@object_type
class DeleteWorkspacePayload(JobsActionPayload):
    """Payload of deleteWorkspace."""

    workspace: Workspace | None = attribute("The workspace; null once deleted.", default=None)
