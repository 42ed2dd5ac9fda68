"""Projects and workspaces: find, make and change them."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.permissions import Permission
from domain.uids import workspace_id
from domain.use_cases import collaborators, edit_project, projects, workspaces
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import field, object_type
from schema.given import given
from schema.inputs.projects import (
    AddProjectCollaboratorInput,
    CreateProjectInput,
    CreateWorkspaceInput,
    RemoveProjectCollaboratorInput,
    UpdateProjectInput,
    UpdateWorkspaceInput,
)
from schema.paging import After, Before, First, Last, Window
from schema.payloads.projects import (
    AddProjectCollaboratorPayload,
    CreateProjectPayload,
    CreateWorkspacePayload,
    RemoveProjectCollaboratorPayload,
    UpdateProjectPayload,
    UpdateWorkspacePayload,
)
from schema.project import Project, ProjectConnection
from schema.scalars import ProjectUid, WorkspaceUid
from schema.workspace import Workspace


@object_type
class ProjectQueries:
    """Fields that find projects and workspaces."""

    @field()
    async def project(
        self, info: Info, uid: Annotated[ProjectUid, strawberry.argument(description="UID.")]
    ) -> Project | None:
        """A project."""
        project = await info.context.reads.project(uid)
        return Project.from_document(project) if project else None

    @field()
    async def projects(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> ProjectConnection | None:
        """Projects visible to the caller."""
        window = Window.of(first, after, last, before)
        return ProjectConnection.from_page(await info.context.reads.project_page(window))

    @field()
    async def workspace(
        self,
        info: Info,
        project_uid: Annotated[ProjectUid, strawberry.argument(description="Project UID.")],
        uid: Annotated[WorkspaceUid, strawberry.argument(description="UID.")],
    ) -> Workspace | None:
        """A workspace."""
        workspace = await info.context.reads.workspace(workspace_id(project_uid, uid))
        return Workspace.from_document(workspace) if workspace else None


@object_type
class ProjectMutations:
    """Fields that make and change projects and workspaces."""

    @mutation(Permission.WRITE, CreateProjectPayload)
    async def create_project(
        self,
        info: Info,
        input: Annotated[CreateProjectInput, strawberry.argument(description="Input.")],
    ) -> CreateProjectPayload | None:
        """Create a project."""
        project = await projects.create_project(
            info.context.request,
            title=input.title,
            description=given(input.description) or "",
            parent_dir=given(input.parent_dir),
        )
        shown = Project.from_document(project)
        return await answer(info, CreateProjectPayload, input, project=shown)

    @mutation(Permission.WRITE, UpdateProjectPayload)
    async def update_project(
        self,
        info: Info,
        input: Annotated[UpdateProjectInput, strawberry.argument(description="Input.")],
    ) -> UpdateProjectPayload | None:
        """Change a project's title, description, tags, archive state or queue pause."""
        project = await edit_project.update_project(
            info.context.request,
            input.project_uid,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        shown = Project.from_document(project)
        return await answer(info, UpdateProjectPayload, input, project=shown)

    @mutation(Permission.WRITE, AddProjectCollaboratorPayload)
    async def add_project_collaborator(
        self,
        info: Info,
        input: Annotated[AddProjectCollaboratorInput, strawberry.argument(description="Input.")],
    ) -> AddProjectCollaboratorPayload | None:
        """Give a user access to a project."""
        project = await collaborators.add_collaborator(
            info.context.request,
            input.project_uid,
            input.user.reference,
            expected_revision=given(input.expected_revision),
        )
        shown = Project.from_document(project)
        return await answer(info, AddProjectCollaboratorPayload, input, project=shown)

    @mutation(Permission.WRITE, RemoveProjectCollaboratorPayload)
    async def remove_project_collaborator(
        self,
        info: Info,
        input: Annotated[RemoveProjectCollaboratorInput, strawberry.argument(description="Input.")],
    ) -> RemoveProjectCollaboratorPayload | None:
        """Take a user's access to a project away."""
        project = await collaborators.remove_collaborator(
            info.context.request,
            input.project_uid,
            input.user.reference,
            expected_revision=given(input.expected_revision),
        )
        shown = Project.from_document(project)
        return await answer(info, RemoveProjectCollaboratorPayload, input, project=shown)

    @mutation(Permission.WRITE, CreateWorkspacePayload)
    async def create_workspace(
        self,
        info: Info,
        input: Annotated[CreateWorkspaceInput, strawberry.argument(description="Input.")],
    ) -> CreateWorkspacePayload | None:
        """Create a workspace."""
        workspace = await workspaces.create_workspace(
            info.context.request,
            input.project_uid,
            title=input.title,
            description=given(input.description),
        )
        shown = Workspace.from_document(workspace)
        return await answer(info, CreateWorkspacePayload, input, workspace=shown)

    @mutation(Permission.WRITE, UpdateWorkspacePayload)
    async def update_workspace(
        self,
        info: Info,
        input: Annotated[UpdateWorkspaceInput, strawberry.argument(description="Input.")],
    ) -> UpdateWorkspacePayload | None:
        """Change a workspace's title, description or tags."""
        workspace = await workspaces.update_workspace(
            info.context.request,
            input.project_uid,
            input.workspace_uid,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        shown = Workspace.from_document(workspace)
        return await answer(info, UpdateWorkspacePayload, input, workspace=shown)
