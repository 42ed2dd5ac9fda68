"""The values of template variables for one job on one cluster."""

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.cluster_templates.names import RESERVED
from domain.cluster_templates.render import Value
from domain.documents import Job, Project, Target, User
from domain.resources import RAM_SLOT_GIB

INTERPRETER = os.path.realpath(sys.executable)
"""Never a version manager's shim, which would cost 200 ms a start."""
SUPERVISOR = Path(__file__).parents[2] / "scheduler" / "supervise.py"
SPEC = "spec.json"


@dataclass(frozen=True)
class Submission:
    """All that describes one submission; `attempt` is the number that the run will have."""

    job: Job
    project: Project
    target: Target
    creator: User | None
    attempt: int

    @property
    def directory(self) -> Path:
        """The attempt's directory."""
        return self.job_directory / "run" / str(self.attempt)

    @property
    def job_directory(self) -> Path:
        """The job's directory."""
        return Path(self.project.project_dir, self.job.job_dir)


def values_of(submission: Submission) -> dict[str, Value]:
    """Every script variable, custom ones too: the job's own value, else the target's.

    A name that has a meaning of its own keeps it, whatever a job or a target says.
    """
    target, job = submission.target, submission.job
    defaults = target.cluster.custom_vars if target.cluster else []
    custom = {v.name: v.value for v in (*defaults, *job.cluster_custom_vars)}
    own: dict[str, Value] = {k: v for k, v in custom.items() if k not in RESERVED}
    return own | _of_the_run(submission) | _of_the_user(submission)


def _of_the_run(submission: Submission) -> dict[str, Value]:
    job, need = submission.job, submission.job.resource_spec
    return {
        **supervising(submission.directory / SPEC, submission.target.worker_bin_path),
        "num_cpu": need.cpu,
        "num_gpu": need.gpu,
        "num_gpu_or_1": max(need.gpu, 1),
        "ram_gb": float(need.ram * RAM_SLOT_GIB),
        "ssd_required": need.ssd,
        "job_dir_abs": str(submission.job_directory),
        "project_dir_abs": submission.project.project_dir,
        "job_log_path_abs": str(submission.job_directory / "job.log"),
        "project_uid": job.project_uid,
        "job_uid": job.uid,
        "job_type": job.type,
        "priority": job.priority,
        "lane": submission.target.lane,
    }


def supervising(spec: Path, worker: str | None = None) -> dict[str, Value]:
    """The values by which a script runs the attempt, as one command or as program and arguments.

    `worker` is the program that supervises on the nodes, None for the one that comes with us.
    """
    own = ["-I", "-S", str(SUPERVISOR), str(spec)]
    arguments = shlex.join(["run", str(spec)] if worker else own)
    program = worker or INTERPRETER
    return {
        "run_cmd": f"{shlex.quote(program)} {arguments}",
        "run_args": arguments,
        "worker_bin_path": program,
    }


def _of_the_user(submission: Submission) -> dict[str, Value]:
    job, user = submission.job, submission.creator
    login = user.name if user else job.created_by
    name = f"{user.first_name} {user.last_name}".strip() if user else ""
    return {
        "job_creator": name or login,
        "cryosparc_username": login,
        "username": login,
        "queued_by": job.queued_by or login,
    }


def quoted(values: Mapping[str, Value]) -> dict[str, Value]:
    """For a command: texts as one shell word each, numbers as they are."""
    return {k: shlex.quote(v) if isinstance(v, str) else v for k, v in values.items()}
