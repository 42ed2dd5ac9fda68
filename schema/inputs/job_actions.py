"""Inputs of the mutations of queue, kill, clear."""

from strawberry import UNSET

from schema.described import attribute, input_type
from schema.inputs.building import ClusterVarInput
from schema.selections import JobTarget


@input_type
class QueueJobInput:
    """Input of queueJob."""

    target: JobTarget = attribute("Job.")
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
    dry_run: bool = attribute("Only report what would happen.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)


@input_type
class KillJobInput:
    """Input of killJob."""

    target: JobTarget = attribute("Job.")
    dry_run: bool = attribute("Only report what would happen.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)


@input_type
class ClearJobInput:
    """Input of clearJob."""

    target: JobTarget = attribute("Job.")
    dry_run: bool = attribute("Only report what would happen.", default=False)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
