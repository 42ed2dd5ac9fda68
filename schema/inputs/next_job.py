"""Inputs of the mutations that go on from jobs: clone a chain, next step, answer."""

from strawberry import UNSET

from schema.described import attribute, input_type
from schema.inputs.job_actions import QueueOptions
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import JSON, JobUid, ProjectUid, WorkspaceUid
from schema.selections import JobTarget, WorkspaceDestination


@input_type
class CloneJobChainInput:
    """Input of cloneJobChain."""

    project_uid: ProjectUid = attribute("Project.")
    start_job_uid: JobUid = attribute("First job of the chain.")
    end_job_uid: JobUid = attribute("Last job of the chain.")
    from_workspace_uid: WorkspaceUid | None = attribute("Current workspace.", default=UNSET)
    destination: WorkspaceDestination | None = attribute(
        "Defaults to the current workspace.", default=UNSET
    )
    dry_run: bool = attribute("Only report.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class RunQuickActionInput:
    """Input of runQuickAction."""

    target: JobTarget = attribute("Source job.")
    key: str = attribute("QuickAction.key.")
    workspace_uid: WorkspaceUid = attribute("Workspace of the new job.")
    queue: QueueOptions | None = attribute("Queue the new job at once.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class SubmitInteractionInput:
    """Input of submitInteraction."""

    target: JobTarget = attribute("Job.")
    data: JSON = attribute("Answer, as Interaction.submitSchema says.")
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
