"""Inputs of the mutations of projects and workspaces."""

from typing import cast

from strawberry import UNSET

from domain.use_cases.edit_project import ProjectChanges
from domain.use_cases.workspaces import WorkspaceChanges
from schema.described import attribute, input_type
from schema.given import changes_of
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import BigInt, ProjectUid, WorkspaceUid
from schema.selections import UserRef

_SINCE = "Fail with RevisionConflictError if the project changed since."


@input_type
class CreateProjectInput:
    """Input of createProject."""

    title: str = attribute("Title.")
    description: str | None = attribute("Markdown.", default=UNSET)
    parent_dir: str | None = attribute(
        "Existing directory in which the project directory is made; the server's default if"
        " omitted.",
        default=UNSET,
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class UpdateProjectInput:
    """Input of updateProject."""

    project_uid: ProjectUid = attribute("Project.")
    title: str | None = attribute("New title.", default=UNSET)
    description: str | None = attribute("New description, Markdown.", default=UNSET)
    tag_uids: list[str] | None = attribute("All its tags from now on.", default=UNSET)
    archived: bool | None = attribute("Archive (read-only) or bring back.", default=UNSET)
    queue_paused: bool | None = attribute("Stop or go on starting its queued jobs.", default=UNSET)
    keep_iterations_of: list[str] | None = attribute(
        "Iterative job types whose later runs keep every iteration, all of them from now on.",
        default=UNSET,
    )
    expected_revision: BigInt | None = attribute(_SINCE, default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> ProjectChanges:
        """What is to change; null empties a description or a list, else BadInput."""
        lists = ("tag_uids", "keep_iterations_of")
        names = ("title", "description", "archived", "queue_paused", *lists)
        empty: dict[str, object] = {"description": "", **{name: [] for name in lists}}
        return cast(ProjectChanges, changes_of(self, *names, empty=empty))


@input_type
class AddProjectCollaboratorInput:
    """Input of addProjectCollaborator."""

    project_uid: ProjectUid = attribute("Project.")
    user: UserRef = attribute("User.")
    expected_revision: BigInt | None = attribute(_SINCE, default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class RemoveProjectCollaboratorInput:
    """Input of removeProjectCollaborator."""

    project_uid: ProjectUid = attribute("Project.")
    user: UserRef = attribute("User.")
    expected_revision: BigInt | None = attribute(_SINCE, default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class CreateWorkspaceInput:
    """Input of createWorkspace."""

    project_uid: ProjectUid = attribute("Project.")
    title: str = attribute("Title.")
    description: str | None = attribute("Markdown.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class UpdateWorkspaceInput:
    """Input of updateWorkspace."""

    project_uid: ProjectUid = attribute("Project.")
    workspace_uid: WorkspaceUid = attribute("Workspace.")
    title: str | None = attribute("New title.", default=UNSET)
    description: str | None = attribute("New description, Markdown.", default=UNSET)
    tag_uids: list[str] | None = attribute("All its tags from now on.", default=UNSET)
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the workspace changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> WorkspaceChanges:
        """What is to change; null empties a description or the tags, else BadInput."""
        names = ("title", "description", "tag_uids")
        empty: dict[str, object] = {"description": None, "tag_uids": []}
        return cast(WorkspaceChanges, changes_of(self, *names, empty=empty))
