"""Payloads of the mutations of projects and workspaces."""

from schema.described import attribute, object_type
from schema.payloads.mutation import MutationPayload
from schema.project import Project
from schema.workspace import Workspace


@object_type
class CreateProjectPayload(MutationPayload):
    """Payload of createProject."""

    project: Project | None = attribute("The new project.", default=None)


@object_type
class CreateWorkspacePayload(MutationPayload):
    """Payload of createWorkspace."""

    workspace: Workspace | None = attribute("The new workspace.", default=None)
