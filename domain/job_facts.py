"""What the rules of the actions look at, as one value for each job."""

from dataclasses import dataclass, field

from domain.errors import BuildProblem
from domain.status import JobStatus


@dataclass(frozen=True)
class JobFacts:
    """What the rules look at.

    `operation` holds the job, `operation_action` says for what. `dependents` are the uids of
    connected children that run or have run; `final_descendants` those of the final results that
    the job is an ancestor of, as far as they are known.
    """

    uid: str
    status: JobStatus
    project_uid: str
    deleted: bool = False
    project_writable: bool = True
    operation: str | None = None
    operation_action: str | None = None
    build_problems: tuple[BuildProblem, ...] = field(default=())
    workspace_count: int = 1
    on_hold: bool = False
    is_final: bool = False
    is_ancestor_of_final: bool = False
    intermediate_bytes: int = 0
    has_outputs: bool = False
    dependents: tuple[str, ...] = ()
