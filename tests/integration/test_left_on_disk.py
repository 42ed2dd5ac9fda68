"""When a run has ended, the record has those versions of its outputs that are on the disk."""

from pathlib import Path

import pytest

from domain.clock import now
from domain.database import Database
from domain.documents import Job
from domain.documents.shapes import JobOutput, OutputVersion
from domain.settings import Settings
from domain.status import JobStatus
from tests.integration.scene import KEY, Scene

pytestmark = pytest.mark.mongo


def saved(number: int, *, final: bool = False) -> OutputVersion:
    return OutputVersion(
        version=number,
        final=final,
        metafile=f"J1/it{number}.cs",
        num_items=5,
        size_bytes=7,
        created_at=now(),
    )


@pytest.mark.parametrize("on_disk", [(3,), (2, 3), ()])
async def test_versions_that_the_program_took_away_are_forgotten_but_never_the_newest(
    real_database: Database, tmp_path: Path, on_disk: tuple[int, ...]
) -> None:
    scene = Scene(tmp_path / "project", Settings(data_dir=tmp_path))
    await scene.set_up(status=JobStatus.RUNNING)
    output = JobOutput(num_items=5, versions=[saved(1), saved(2), saved(3)])
    await Job.rows().update_one(
        {"_id": "P1-J1"}, {"$set": {"outputs": {"truth": output.model_dump()}}}
    )
    for number in on_disk:
        (scene.directory / f"J1/it{number}.cs").write_text("a table")
    scene.executor.finish(KEY, 1)

    await scene.watcher.look()

    job = await scene.job()
    assert job.status is JobStatus.FAILED
    assert [v.version for v in job.outputs["truth"].versions] == sorted({*on_disk, 3})
    assert job.intermediate_results_size_bytes == 7 * (len(on_disk) == 2)
