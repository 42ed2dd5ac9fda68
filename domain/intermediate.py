"""Intermediate results: which saved versions of a job's outputs may go, and with which files."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.database import Row
from domain.documents import Job
from domain.documents.shapes import JobOutput, OutputVersion


@dataclass(frozen=True)
class Removable:
    """What may go: `paths` are files of the job, relative to the project directory.

    `outputs` are the job's outputs without the versions that go.
    """

    paths: tuple[str, ...]
    outputs: Mapping[str, JobOutput]
    version_count: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing may go."""
        return self.version_count == 0

    @property
    def as_rows(self) -> Row:
        """The outputs as `Job.outputs` stores them."""
        return {name: output.model_dump() for name, output in self.outputs.items()}


def removable(job: Job, used: Collection[str] = (), *, keep_final: bool = True) -> Removable:
    """The versions that are not the final one of their output, nor its newest without one.

    Connections always mean the final version, so no other is in use; with `keep_final` False the
    final version goes too, unless a child is connected to the output (`used` are their names).
    A file that a remaining version names stays, and so does all that is not the job's own.
    """
    kept = {
        name: [v for v in output.versions if _stays(v, output, name, used, keep_final=keep_final)]
        for name, output in job.outputs.items()
    }
    needed = {path for versions in kept.values() for path in _files(versions)}
    named = {path for output in job.outputs.values() for path in _files(output.versions)}
    own = {path for path in named - needed if _is_own(path, job.job_dir)}
    left = {name: _with(job.outputs[name], versions) for name, versions in kept.items()}
    going = sum(len(job.outputs[n].versions) - len(versions) for n, versions in kept.items())
    return Removable(tuple(sorted(own)), left, going)


def _stays(
    version: OutputVersion,
    output: JobOutput,
    name: str,
    used: Collection[str],
    *,
    keep_final: bool,
) -> bool:
    """A killed or failed job's newest version counts as final: marking it complete makes it so."""
    usable = output.final or output.versions[-1]
    return version.version == usable.version and (keep_final or name in used)


def _files(versions: Iterable[OutputVersion]) -> set[str]:
    return {
        path
        for version in versions
        for path in (version.metafile, version.star, *version.files)
        if path is not None
    }


def _is_own(path: str, job_dir: str) -> bool:
    parts = path.split("/")
    return parts[0] == job_dir and len(parts) > 1 and ".." not in parts


def _with(output: JobOutput, versions: list[OutputVersion]) -> JobOutput:
    items = output.num_items if versions else 0
    return output.model_copy(update={"versions": versions, "num_items": items})
