"""Projects and workspaces: find and make them."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.permissions import Permission
from domain.uids import workspace_id
from domain.use_cases import projects, workspaces
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import field, object_type
from schema.given import given
from schema.inputs.projects import CreateProjectInput, CreateWorkspaceInput
from schema.paging import After, Before, First, Last, Window
from schema.payloads.projects import CreateProjectPayload, CreateWorkspacePayload
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
    """Fields that make projects and workspaces."""

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
