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
class UpdateProjectPayload(MutationPayload):
    """Payload of updateProject."""

    project: Project | None = attribute("The project.", default=None)


@object_type
class AddProjectCollaboratorPayload(MutationPayload):
    """Payload of addProjectCollaborator."""

    project: Project | None = attribute("The project.", default=None)


@object_type
class RemoveProjectCollaboratorPayload(MutationPayload):
    """Payload of removeProjectCollaborator."""

    project: Project | None = attribute("The project.", default=None)


@object_type
class CreateWorkspacePayload(MutationPayload):
    """Payload of createWorkspace."""

    workspace: Workspace | None = attribute("The new workspace.", default=None)


@object_type
class UpdateWorkspacePayload(MutationPayload):
    """Payload of updateWorkspace."""

    workspace: Workspace | None = attribute("The workspace.", default=None)
