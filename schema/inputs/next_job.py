"""Inputs of the mutations that go on from jobs: clone a chain, next step, answer."""

from strawberry import UNSET

from schema.described import attribute, input_type
from schema.inputs.building import ClusterVarInput
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
class QueueOptions:
    """How to queue."""

    lane: str | None = attribute(
        "Lane name; the default lane if omitted. Interactive and master-only jobs always go"
        " to the default lane (notice LANE_OVERRIDDEN).",
        default=UNSET,
    )
    hostname: str | None = attribute("Pin to a target of the lane.", default=UNSET)
    gpus: list[int] | None = attribute("Pin to GPUs of the target.", default=UNSET)
    no_check_inputs_ready: bool = attribute("Launch even if parents are unfinished.", default=False)
    priority: int | None = attribute("Queue priority, 0 to 100.", default=UNSET)
    cluster_custom_vars: list[ClusterVarInput] | None = attribute(
        "Values for the lane's cluster template; the job keeps them.", default=UNSET
    )


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
