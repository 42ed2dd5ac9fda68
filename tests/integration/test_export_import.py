"""From one instance to another: a job is exported, carried over as a folder, and imported."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.documents import Event, Job, Notification
from domain.documents.operation import OperationStatus
from domain.documents.shapes import Connection
from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases.build import NewJob, create_job
from domain.use_cases.connections import NewConnection
from domain.use_cases.export import export
from domain.use_cases.job_results import JobTarget
from tests.integration.exporting import Instance, bound
from tests.integration.mongod import Mongod

pytestmark = pytest.mark.mongo
SMALL = {"count": 2, "size": 256, "particles_per_micrograph": 1}


def sums(directory: Path) -> dict[str, str]:
    """Path → SHA-256 of every file below."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "run" not in path.relative_to(directory).parts
    }


def manifest_of(directory: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((directory / "manifest.json").read_text())
    return content


def log_of(events: list[Event]) -> list[dict[str, Any]]:
    """The entries, without whose they are."""
    whose = {"id", "project_uid", "job_uid", "job_id", "revision_id"}
    return [event.model_dump(exclude=whose) for event in events]


async def simulated(home: Instance) -> Job:
    await home.set_up()
    return await home.run("simulate_data", SMALL, {})


async def test_seed_120_121_any_job_is_exported_into_a_directory_that_holds_all_of_it(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        job = await simulated(home)
        location = await home.export(job.uid)
        after = await home.job(job.uid)
        told = await Notification.find_all().to_list()

    manifest = manifest_of(location)
    assert location == home.project_dir / "exports" / "jobs" / "J1_simulate_data"
    assert (after.last_exported_location, after.active_operation) == (str(location), None)
    assert after.last_exported_at is not None
    assert [n.message for n in told] == [f"P1 J1 was exported to {location}."]
    files = {file["path"]: file["sha256"] for file in manifest["files"]}
    rest = ["manifest.json", "manifest.sha256"]
    assert files | {name: sums(location)[name] for name in rest} == sums(location)
    own = {f"files/J1/{name}": sum_ for name, sum_ in sums(home.project_dir / "J1").items()}
    assert own.items() <= files.items()
    assert (manifest["incomplete"], manifest["events"], manifest["not_included"]) == (False, 2, [])
    assert [p for p in location.rglob("*") if p.is_symlink()] == []


async def test_seed_122_what_was_exported_is_imported_elsewhere_with_all_that_it_was(
    mongod: Mongod, tmp_path: Path
) -> None:
    home, away = Instance(tmp_path / "home"), Instance(tmp_path / "away")
    async with bound(mongod, home):
        job = await simulated(home)
        location = await home.export(job.uid)
        before = await home.events(job.uid)
    async with bound(mongod, away):
        await away.set_up()
        shutil.copytree(location, away.project_dir / "exports" / "from_home")
        shutil.rmtree(home.directory)

        done = await away.carry_out(await away.begin_import("exports/from_home"))

        assert done.status is OperationStatus.SUCCEEDED
        imported, after = await away.job("J1"), await away.events("J1")
    same = ("title", "description", "type", "params", "outputs", "created_at", "completed_at")
    assert {n: getattr(imported, n) for n in same} == {n: getattr(job, n) for n in same}
    assert (imported.status, imported.inputs) == (JobStatus.COMPLETED, {})
    assert log_of(after)[:-1] == log_of(before)
    assert after[-1].text.startswith("Imported from exports/from_home: P1 J1, exported ")
    exported = away.project_dir / "exports" / "from_home" / "files" / "J1"
    assert sums(away.project_dir / "J1") == sums(exported)


async def test_seed_122_a_child_runs_on_results_that_were_imported_under_another_number(
    mongod: Mongod, tmp_path: Path
) -> None:
    home, away = Instance(tmp_path / "home"), Instance(tmp_path / "away")
    async with bound(mongod, home):
        parent = await simulated(home)
        source = Connection(job_uid=parent.uid, output="micrographs")
        child = await home.run("blob_picker", {}, {"micrographs": source})
        location = await home.export(child.uid)
        shutil.rmtree(home.project_dir / parent.uid)
    async with bound(mongod, away):
        await away.set_up(jobs_before=1233)
        shutil.copytree(location, away.project_dir / "exports" / location.name)

        await away.carry_out(await away.begin_import(f"exports/{location.name}"))

        imported = await away.job("J1234")
        wanted = NewConnection("micrographs", "J1234", "micrographs")
        new = NewJob("P1", "W1", "blob_picker", inputs=(wanted,))
        made = await create_job(await away.request(), new)
        fed = await away.fed(Connection(job_uid="J1234", output="micrographs"))
        again = away.programs.run("blob_picker", {}, micrographs=[fed])
        log = await away.events("J1234")
    assert again.code == 0, again.stderr
    assert (made.parents, made.build_errors) == (["J1234"], [])
    pictures = away.project_dir / "J1234" / "external" / "J1"
    assert sorted(p.name for p in pictures.glob("*.mrc")) == [
        "micrograph_0001.mrc",
        "micrograph_0002.mrc",
    ]
    assert imported.parents == []
    assert "Input micrographs: micrographs of J1 (simulate_data)." in log[-1].text
    table = np.load(away.project_dir / "J1234" / "particles.cs")
    before = np.load(location / "files" / child.uid / "particles.cs")
    paths = "location/micrograph_path"
    assert [name for name in table.dtype.names or () if name != paths] == [
        name for name in before.dtype.names or () if name != paths
    ]
    assert all(np.array_equal(table[n], before[n]) for n in table.dtype.names or () if n != paths)
    assert all(path.startswith(b"J1234/external/J1/") for path in table[paths])


async def test_seed_193_all_selected_jobs_that_can_be_are_exported(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up()
        await home.small_job("J1")
        await home.small_job("J2", status=JobStatus.FAILED)
        await home.small_job("J3", status=JobStatus.BUILDING)
        targets = [JobTarget(JobKey("P1", uid)) for uid in ("J1", "J2", "J3")]

        results = await export(await home.request(), targets)

        assert [r.outcome for r in results] == ["accepted", "accepted", "skipped"]
        assert [n.code for r in results for n in r.notices] == ["export_incomplete"]
        assert [e.code for r in results for e in r.errors] == ["NOTHING_TO_EXPORT"]
        assert results[0].operation is not None
        done = await home.carry_out(results[0].operation.id)
    assert (done.status, done.progress) == (OperationStatus.SUCCEEDED, 1.0)
    folder = home.project_dir / "exports" / "jobs"
    incomplete = {p.name: manifest_of(p)["incomplete"] for p in folder.iterdir()}
    assert incomplete == {"J1_simulate_data": False, "J2_simulate_data": True}


async def test_an_export_replaces_the_one_before_it(mongod: Mongod, tmp_path: Path) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up()
        await home.small_job("J1")
        await home.export("J1")
        (home.project_dir / "J1" / "more.txt").write_text("more")

        location = await home.export("J1")

    assert (location / "files" / "J1" / "more.txt").read_text() == "more"
    assert [p.name for p in location.parent.iterdir()] == ["J1_simulate_data"]


async def test_an_export_without_room_fails_before_a_byte_is_written(
    mongod: Mongod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.exports.work.MARGIN_BYTES", 10**18)
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up()
        await home.small_job("J1")

        done = await home.carry_out(await home.begin_export("J1"))

        job = await home.job("J1")
    assert (done.status, done.outcomes[0].code) == (OperationStatus.FAILED, "STORAGE_FAILURE")
    assert (job.active_operation, job.last_exported_at) == (None, None)
    assert not (home.project_dir / "exports").exists()


async def test_an_export_fails_if_a_final_result_is_missing(mongod: Mongod, tmp_path: Path) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up()
        await home.small_job("J1")
        (home.project_dir / "J1" / "particles.cs").unlink()

        done = await home.carry_out(await home.begin_export("J1"))

    assert done.outcomes[0].error == "Job J1 cannot be exported: J1/particles.cs is missing."
    assert not (home.project_dir / "exports").exists()


async def test_what_lies_outside_the_project_is_named_and_not_exported(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.mrc").write_text("secret")
    async with bound(mongod, home):
        await home.set_up()
        (home.project_dir / "raw").symlink_to(tmp_path / "raw")
        await home.small_job("J1", path="raw/a.mrc")

        location = await home.export("J1")

    assert manifest_of(location)["not_included"] == ["raw/a.mrc"]
    assert not (location / "files" / "raw").exists()
