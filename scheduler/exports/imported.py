"""The record of an imported job: a new job here, with what the exported one was and has made."""

from collections.abc import Iterable
from datetime import datetime

from domain.database import Row
from domain.documents import Job
from domain.documents.shapes import JobOutput, OutputVersion
from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases.storable import require_storable
from scheduler.exports.events import is_storable
from scheduler.exports.manifest import ExportedJob, Manifest, refused
from scheduler.exports.relocate import Relocation

_SAME = (
    *("type", "type_version", "category", "title", "description", "params", "resource_spec"),
    *("intermediate_results_size_bytes", "exit_reason", "version", "created_at", "queued_at"),
    *("launched_at", "started_at", "running_at", "completed_at", "killed_at", "failed_at"),
)
"""What a job keeps on its way through an export."""


def imported_job(
    manifest: Manifest,
    relocation: Relocation,
    key: JobKey,
    *,
    workspace_uid: str,
    created_by: str,
    now: datetime,
    size_bytes: int,
) -> Job:
    """The job that is to be stored, as completed; a killed or failed one stays what it was.

    It has no inputs: its parents are of another project, and named in its log.
    Raises BadInput if the record cannot be kept, or a final result is not in the export.
    """
    source = manifest.job
    if not is_storable(source.model_dump(mode="json")):
        raise refused("the job in its manifest cannot be kept")
    require_storable(source.params, ("params",))
    _require_final_tables(manifest)
    same: Row = {name: getattr(source, name) for name in _SAME}
    outputs = {name: _output(output, relocation) for name, output in source.outputs.items()}
    completed = JobStatus(source.status) is JobStatus.COMPLETED
    return Job(
        id=str(key),
        project_uid=key.project_uid,
        project_uid_num=int(key.project_uid[1:]),
        uid=key.job_uid,
        uid_num=int(key.job_uid[1:]),
        workspace_uids=[workspace_uid],
        created_by=created_by,
        updated_at=now,
        status=JobStatus(source.status),
        outputs=outputs,
        completed_count=1 if completed else 0,
        job_dir=key.job_uid,
        job_dir_size=size_bytes,
        **same,
    )


def summary(manifest: Manifest, path: str) -> str:
    """Where the job has come from, and what it was fed with there."""
    source = manifest.job
    made = f"{manifest.exported_at:%Y-%m-%d %H:%M} UTC by Lanekeeper {manifest.software_version}"
    lines = [f"Imported from {path}: {source.project_uid} {source.uid}, exported {made}."]
    for parent in source.parents:
        what = f" ({parent.type})" if parent.type else ""
        lines.append(f"Input {parent.input}: {', '.join(parent.outputs)} of {parent.uid}{what}.")
    if manifest.not_included:
        named = ", ".join(manifest.not_included[:5])
        lines.append(f"{len(manifest.not_included)} files were not in the export: {named} …")
    return "\n".join(lines)[:10_000]


def _require_final_tables(manifest: Manifest) -> None:
    present = set(manifest.project_paths())
    for table in _final_tables(manifest.job):
        if table not in present:
            raise refused(f"the result {table} is not in it")


def _final_tables(job: ExportedJob) -> Iterable[str]:
    versions = (version for output in job.outputs.values() for version in output.versions)
    return (version.metafile for version in versions if version.final)


def _output(output: JobOutput, relocation: Relocation) -> JobOutput:
    values: Row = {"versions": [_version(version, relocation) for version in output.versions]}
    if output.image is not None:
        values["image"] = relocation(output.image)
    return output.model_copy(update=values)


def _version(version: OutputVersion, relocation: Relocation) -> OutputVersion:
    values: Row = {"metafile": relocation(version.metafile)}
    values["files"] = [relocation(path) for path in version.files]
    if version.star is not None:
        values["star"] = relocation(version.star)
    return version.model_copy(update=values)
