"""Inputs of the mutations of projects and workspaces."""

from strawberry import UNSET

from schema.described import attribute, input_type
from schema.scalars import ProjectUid


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


@input_type
class CreateWorkspaceInput:
    """Input of createWorkspace."""

    project_uid: ProjectUid = attribute("Project.")
    title: str = attribute("Title.")
    description: str | None = attribute("Markdown.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
