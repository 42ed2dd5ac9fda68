"""Input of the import of a job."""

from strawberry import UNSET

from schema.described import attribute, input_type
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import ProjectUid
from schema.selections import WorkspaceDestination


@input_type
class ImportJobInput:
    """Input of importJob."""

    project_uid: ProjectUid = attribute("Project.")
    destination: WorkspaceDestination = attribute("Where to.")
    path: str = attribute("Exported job directory, absolute or relative to the project directory.")
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
