"""What a run has left on the disk: how much, and which versions of its outputs."""

from collections.abc import Mapping
from pathlib import Path

from domain.database import Row
from domain.documents import Job
from domain.documents.shapes import JobOutput, OutputVersion
from domain.files import size_of_files, tree_size
from domain.intermediate import removable


def left_on_disk(root: Path, job: Job, outputs: Mapping[str, JobOutput]) -> Row:
    """The job's fields about its files; its outputs too, if they are other than before. Blocking.

    `outputs` are those of the run, without the versions that are not there any more.
    """
    present = {name: _present(root, output) for name, output in outputs.items()}
    found = removable(job.model_copy(update={"outputs": present}))
    rows = {name: output.model_dump() for name, output in present.items()}
    return {
        **({} if present == job.outputs else {"outputs": rows}),
        "job_dir_size": tree_size(root, job.job_dir),
        "intermediate_results_size_bytes": size_of_files(root, found.paths),
    }


def _present(root: Path, output: JobOutput) -> JobOutput:
    """Without the versions that the program has taken away; its newest is never given up."""
    newest = output.versions[-1:]
    older = [version for version in output.versions[:-1] if _is_there(root, version)]
    return output.model_copy(update={"versions": [*older, *newest]})


def _is_there(root: Path, version: OutputVersion) -> bool:
    """False only if the disk says that it is not; any other fault proves nothing."""
    try:
        (root / version.metafile).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
