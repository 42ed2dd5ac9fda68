"""What each long action consists of: its phases in order, and what comes after the last job."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from domain.actions import JobAction
from domain.documents import Operation
from domain.status import ACTIVE, DONE, JobStatus
from scheduler.operations.clear import bytes_of_directory, clear_and_keep, clear_job
from scheduler.operations.containers import remove_container
from scheduler.operations.delete import delete_job
from scheduler.operations.export import export_job
from scheduler.operations.import_job import Importing
from scheduler.operations.intermediate_results import (
    bytes_of_intermediate_results,
    clear_intermediate_results,
)
from scheduler.operations.kill import Killing
from scheduler.operations.phases import Phase, Stepping
from scheduler.operations.queue_again import queue_again
from scheduler.operations.tools import OperationTools

Last = Callable[[Operation, OperationTools], Awaitable[str | None]]
"""After the last job; safe to repeat. Answers a sentence if it failed."""


@dataclass(frozen=True)
class Saga:
    """One long action. `outlives_its_hold`: a job that another operation took over is not done."""

    phases: tuple[Phase, ...]
    last: Last | None = None
    outlives_its_hold: bool = False


SAGAS: Mapping[str, Saga] = {
    JobAction.KILL: Saga((Killing(is_all=True),), outlives_its_hold=True),
    JobAction.CLEAR: Saga(
        (Stepping("clearing", lambda job: job.status in DONE, clear_job, bytes_of_directory),)
    ),
    JobAction.RESTART: Saga(
        (
            Killing(),
            Stepping(
                "clearing",
                lambda job: job.status in DONE,
                clear_and_keep,
                bytes_of_directory,
                first="children",
            ),
            Stepping(
                "queueing",
                lambda job: job.status is JobStatus.BUILDING,
                queue_again,
                first="parents",
            ),
        )
    ),
    JobAction.CLEAR_INTERMEDIATE_RESULTS: Saga(
        (
            Stepping(
                "clearing",
                lambda job: job.status in DONE,
                clear_intermediate_results,
                bytes_of_intermediate_results,
            ),
        )
    ),
    JobAction.EXPORT: Saga((Stepping("exporting", lambda job: job.status in DONE, export_job),)),
    JobAction.IMPORT: Saga((Importing(),), outlives_its_hold=True),
    JobAction.DELETE: Saga(
        (
            Killing(),
            Stepping(
                "deleting",
                lambda job: job.status not in ACTIVE,
                delete_job,
                bytes_of_directory,
                first="children",
            ),
        ),
        last=remove_container,
    ),
}
"""Action → what carries it out."""
