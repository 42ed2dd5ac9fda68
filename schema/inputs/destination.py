"""Where linked, moved and cloned jobs go."""

from strawberry import UNSET

from domain.use_cases.place import Destination
from schema.described import attribute, input_type, one_of_input
from schema.given import given
from schema.scalars import WorkspaceUid


@input_type
class NewWorkspaceInput:
    """A workspace to create."""

    title: str = attribute("Title.")
    description: str | None = attribute("Markdown.", default=UNSET)


@one_of_input
class WorkspaceDestination:
    """Where linked, moved or cloned jobs go."""

    workspace_uid: WorkspaceUid | None = attribute(
        "Existing workspace of the same project.", default=UNSET
    )
    new_workspace: NewWorkspaceInput | None = attribute("Workspace to create first.", default=UNSET)

    @property
    def destination(self) -> Destination:
        """The destination as the use cases take it."""
        new = given(self.new_workspace)
        if new is None:
            return Destination(given(self.workspace_uid))
        return Destination(new_title=new.title, new_description=given(new.description))
