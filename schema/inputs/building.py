"""Inputs of the mutations of building jobs."""

from strawberry import UNSET

from schema.described import attribute, input_type
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import JSON, JobUid, ProjectUid, WorkspaceUid
from schema.selections import JobTarget


@input_type
class ConnectionInput:
    """A connection to make."""

    input: str = attribute("Name of the new job's input.")
    parent_job_uid: JobUid = attribute("Parent job, of the same project.")
    output: str = attribute("Name of its output.")


@input_type
class ClusterVarInput:
    """Value of a custom variable of a cluster template."""

    name: str = attribute("Name.")
    value: str = attribute("Value.")


@input_type
class CreateJobInput:
    """Input of createJob."""

    project_uid: ProjectUid = attribute("Project.")
    workspace_uid: WorkspaceUid = attribute("Workspace.")
    type: str = attribute("Job type key, e.g. class_2D_new.")
    title: str | None = attribute("Title.", default=UNSET)
    description: str | None = attribute("Markdown.", default=UNSET)
    params: JSON | None = attribute(
        "Object of parameters that differ from their defaults.", default=UNSET
    )
    inputs: list[ConnectionInput] | None = attribute("Connections to make.", default=UNSET)
    cluster_custom_vars: list[ClusterVarInput] | None = attribute(
        "Values for cluster templates.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class UpdateJobInput:
    """Input of updateJob."""

    target: JobTarget = attribute("Job.")
    title: str | None = attribute("New title.", default=UNSET)
    description: str | None = attribute("New description, Markdown.", default=UNSET)
    params: JSON | None = attribute(
        "Merge patch (RFC 7396): a null value returns a parameter to its default. Only "
        "while building.",
        default=UNSET,
    )
    cluster_custom_vars: list[ClusterVarInput] | None = attribute(
        "All its cluster variables from now on. Only while building.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class ConnectJobInputInput:
    """Input of connectJobInput."""

    target: JobTarget = attribute("Job.")
    input: str = attribute("Name of the job's input.")
    parent_job_uid: JobUid = attribute("Parent job, of the same project.")
    output: str = attribute("Name of its output.")
    index: int | None = attribute(
        "Connection to replace; added at the end if omitted.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class DisconnectJobInputInput:
    """Input of disconnectJobInput."""

    target: JobTarget = attribute("Job.")
    input: str = attribute("Name of the job's input.")
    index: int | None = attribute(
        "Connection to remove, -1 being the last; all if omitted.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
