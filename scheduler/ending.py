"""How a run ended: from its result file, what it committed and what was asked, to a status.

The table is 05-job-types, section 1.5. Values in, values out, but for `read_committed`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from domain.clock import from_epoch
from domain.database import Row
from domain.documents import Attempt, Job
from domain.documents.attempt import RunPhase
from domain.documents.shapes import Interaction, JobOutput
from domain.errors import NotFound
from domain.files import open_beneath
from domain.job_types import JobTypeDeclaration, promised_outputs
from domain.status import JobStatus
from scheduler.executors.base import ExitReason, ExitResult
from scheduler.program_report import described_output, output_version, with_version

MAX_OUTPUTS = 64 * 1024 * 1024
"""Bytes of an outputs.json that are read; a longer one is none."""


@dataclass(frozen=True)
class Committed:
    """outputs.json of one attempt: records by output name, and which named files are missing."""

    outputs: Mapping[str, Row] = field(default_factory=dict)
    missing_files: Sequence[str] = ()


@dataclass(frozen=True)
class End:
    """What becomes of the job; `message` is a sentence for its user, empty when all is well.

    `question` is what the job waits for if a first phase has ended well.
    """

    status: JobStatus
    exit_reason: str
    at: datetime
    message: str = ""
    outputs: Mapping[str, JobOutput] | None = None
    question: Interaction | None = None


def read_committed(project_dir: Path, job_dir: str, token: str) -> Committed | None:
    """outputs.json if this attempt wrote it, with the files it names looked for; blocking."""
    try:
        with open_beneath(project_dir, f"{job_dir}/outputs.json") as file:
            content = json.loads(file.read(MAX_OUTPUTS))
    except (NotFound, OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("token") != token:
        return None
    listed = content.get("outputs")
    outputs = {str(k): v for k, v in listed.items() if isinstance(v, dict)} if listed else {}
    named = [str(o["metafile"]) for o in outputs.values() if o.get("metafile")]
    missing = [path for path in named if not _is_there(project_dir, path)]
    return Committed(outputs, missing)


def _is_there(project_dir: Path, path: str) -> bool:
    try:
        open_beneath(project_dir, path).close()
    except NotFound:
        return False
    return True


def judge(
    attempt: Attempt,
    job: Job,
    declaration: JobTypeDeclaration | None,
    exit_: ExitResult,
    committed: Committed | None,
) -> End:
    """What a run that left its result has come to; a kill that was asked for labels it first.

    A first phase has to have asked something; it commits no outputs.
    """
    at = from_epoch(exit_.ended_at)
    if job.kill_requested_at is not None:
        return End(JobStatus.KILLED, "killed", at)
    if exit_.launch_error is not None:
        return End(JobStatus.FAILED, "launch_error", at, f"Could not start: {exit_.launch_error}")
    if exit_.code != 0 or exit_.reason is ExitReason.TIME_LIMIT:
        return _broken(exit_, at)
    if attempt.phase is RunPhase.PREPARE:
        return _asked(attempt, at)
    gap = _gap(job, declaration, committed)
    if gap is not None:
        return End(
            JobStatus.FAILED, "exit_code", at, f"The program ended without error, but {gap}."
        )
    assert committed is not None
    return End(JobStatus.COMPLETED, "completed", at, outputs=_final_outputs(job, committed, at))


def _asked(attempt: Attempt, at: datetime) -> End:
    if attempt.question is None:
        message = "The program ended without error, but it asked its user nothing."
        return End(JobStatus.FAILED, "exit_code", at, message)
    return End(JobStatus.WAITING, "", at, question=attempt.question)


def _broken(exit_: ExitResult, at: datetime) -> End:
    if exit_.reason is ExitReason.TIME_LIMIT:
        return End(JobStatus.FAILED, "walltime", at, "The time limit was reached.")
    if exit_.signal is not None:
        memory = f"peak memory {exit_.max_rss_kb // 1024} MiB"
        hint = "; the system may have run out of memory" if exit_.signal == 9 else ""
        message = f"The program was ended by signal {exit_.signal} ({memory}{hint})."
        return End(JobStatus.FAILED, "exit_code", at, message)
    if exit_.reason in (ExitReason.TERMINATED, ExitReason.CANCELLED):
        return End(JobStatus.FAILED, "exit_code", at, "The run was ended from outside Lanekeeper.")
    message = f"The program ended with exit code {exit_.code}."
    return End(JobStatus.FAILED, "exit_code", at, message)


def _gap(
    job: Job, declaration: JobTypeDeclaration | None, committed: Committed | None
) -> str | None:
    """What is missing of the run's outputs, as the end of a sentence."""
    if committed is None:
        return "it committed no outputs"
    promised = promised_outputs(declaration, job.params) if declaration is not None else {}
    for name, output in promised.items():
        if output.required and name not in committed.outputs:
            return f"output {name} is missing"
    return f"the file {committed.missing_files[0]} is missing" if committed.missing_files else None


def _final_outputs(job: Job, committed: Committed, at: datetime) -> dict[str, JobOutput]:
    outputs = dict(job.outputs)
    for name, content in committed.outputs.items():
        before = outputs.get(name, JobOutput()).versions
        version = output_version(content, before, created_at=at, final=True)
        if version is not None:
            outputs[name] = described_output(content, with_version(before, version))
    return outputs


def node_down(job: Job, now: datetime, message: str) -> End:
    """What becomes of a job whose run is given up though nothing proves that it has ended."""
    if job.kill_requested_at is not None:
        return End(JobStatus.KILLED, "killed", now)
    return End(JobStatus.FAILED, "node_down", now, message)


def judge_lost(
    attempt: Attempt,
    job: Job,
    declaration: JobTypeDeclaration | None,
    committed: Committed | None,
    now: datetime,
) -> End:
    """What a run has come to whose supervisor died, once nothing of it is alive.

    A complete outputs.json is a program's last act, so it stands in for the lost exit.json; so
    does the question of a first phase.
    """
    if job.kill_requested_at is not None:
        return End(JobStatus.KILLED, "killed", now)
    if attempt.question is not None:
        return _asked(attempt, now)
    if committed is not None and _gap(job, declaration, committed) is None:
        return End(
            JobStatus.COMPLETED, "completed", now, outputs=_final_outputs(job, committed, now)
        )
    message = "The supervisor of the run died; nothing of the run is left."
    return End(JobStatus.FAILED, "heartbeat_lost", now, message)
