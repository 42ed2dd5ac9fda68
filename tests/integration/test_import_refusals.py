"""Exported directories that were tampered with: refused, and nothing of them is left behind."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.documents import Counter, Event, Job, Notification, Operation
from domain.documents.operation import OperationStatus
from domain.errors import BadInput
from tests.integration.exporting import Instance, bound
from tests.integration.mongod import Mongod

pytestmark = pytest.mark.mongo
Json = dict[str, Any]


def changed_manifest(change: Callable[[Json], object]) -> Callable[[Path], None]:
    """A manifest that was changed by somebody who knows how to make its checksum."""

    def tamper(directory: Path) -> None:
        content = json.loads((directory / "manifest.json").read_text())
        change(content)
        raw = json.dumps(content).encode()
        (directory / "manifest.json").write_bytes(raw)
        (directory / "manifest.sha256").write_text(hashlib.sha256(raw).hexdigest())

    return tamper


def changed_events(change: Callable[[list[Json]], object]) -> Callable[[Path], None]:
    """The same for the event log: its own sum is right."""

    def tamper(directory: Path) -> None:
        entries = [
            json.loads(line) for line in (directory / "events.jsonl").read_text().splitlines()
        ]
        change(entries)
        raw = b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)
        (directory / "events.jsonl").write_bytes(raw)
        size, sum_ = len(raw), hashlib.sha256(raw).hexdigest()

        def note(manifest: Json) -> None:
            [file] = [f for f in manifest["files"] if f["path"] == "events.jsonl"]
            file.update(size_bytes=size, sha256=sum_)

        changed_manifest(note)(directory)

    return tamper


def write(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda directory: (directory / name).write_bytes(content)


def link(directory: Path) -> None:
    (directory / "files" / "J1" / "b.mrc").symlink_to("a.mrc")


def pipe(directory: Path) -> None:
    os.mkfifo(directory / "files" / "pipe")


def swap_for_link(directory: Path) -> None:
    (directory / "files" / "J1" / "a.mrc").rename(directory.parent / "a.mrc")
    (directory / "files" / "J1" / "a.mrc").symlink_to("../../../a.mrc")


def rename_file(to: str) -> Callable[[Path], None]:
    def change(manifest: Json) -> None:
        [file] = [f for f in manifest["files"] if f["path"].endswith("a.mrc")]
        file["path"] = to

    return changed_manifest(change)


TAMPERED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte": (write("files/J1/a.mrc", b"pixelS"), "a.mrc does not match its checksum"),
    "truncated": (write("files/J1/a.mrc", b"pixel"), "a.mrc has 5 bytes, not 6"),
    "too long": (write("files/J1/a.mrc", b"pixels!"), "a.mrc has 7 bytes, not 6"),
    "one file more": (write("files/J1/b.mrc", b""), "b.mrc is not in its manifest"),
    "one file less": (lambda d: (d / "files/J1/a.mrc").unlink(), "a.mrc is missing"),
    "no manifest": (lambda d: (d / "manifest.json").unlink(), "manifest.json is missing"),
    "no sum": (lambda d: (d / "manifest.sha256").unlink(), "manifest.sha256 is missing"),
    "a link more": (link, "b.mrc is a link or no ordinary file"),
    "a pipe": (pipe, "files/pipe is a link or no ordinary file"),
    "a link out": (swap_for_link, "a.mrc is a link or no ordinary file"),
    "the manifest": (write("manifest.json", b"{}"), "does not match its checksum"),
    "the job alone": (write("job.json", b"{}"), "job.json has 2 bytes"),
    "no JSON": (changed_manifest(lambda m: m.clear()), "its manifest is not valid"),
    "another format": (changed_manifest(lambda m: m.update(format=2)), "its format 2"),
    "unknown field": (changed_manifest(lambda m: m.update(x=1)), "not valid (x:"),
    "unknown type": (
        changed_manifest(lambda m: m["job"].update(type="nope")),
        "there is no job type nope here",
    ),
    "climbing": (rename_file("files/../../a.mrc"), "names the path 'files/../../a.mrc'"),
    "absolute": (rename_file("/etc/passwd"), "names the path '/etc/passwd'"),
    "a NUL": (rename_file("files/\0"), "names the path"),
    "elsewhere": (rename_file("a.mrc"), "names a.mrc, which does not belong there"),
    "twice": (rename_file("files/J1/particles.cs"), "names a file twice"),
    "job directory": (
        changed_manifest(lambda m: m["job"].update(job_dir="../J1")),
        "names the path '../J1'",
    ),
    "negative size": (
        changed_manifest(lambda m: m["files"][0].update(size_bytes=-1)),
        "not valid (files.0.size_bytes",
    ),
    "result missing": (
        changed_manifest(
            lambda m: m["job"]["outputs"]["particles"]["versions"][0].update(metafile="J1/b.cs")
        ),
        "the result J1/b.cs is not in it",
    ),
    "result outside": (
        changed_manifest(
            lambda m: m["job"]["outputs"]["particles"]["versions"][0].update(metafile="../b.cs")
        ),
        "the result ../b.cs is not in it",
    ),
    "huge number": (
        changed_manifest(lambda m: m["job"]["params"].update(seed=2**64)),
        "the job in its manifest cannot be kept",
    ),
    "an entry less": (changed_events(lambda e: e.pop()), "has 1 entries, not 2"),
    "out of order": (changed_events(lambda e: e.reverse()), "line 2 of its event log is out of"),
    "no entry": (changed_events(lambda e: e[1].pop("text")), "line 2 of its event log is no entry"),
    "odd entry": (
        changed_events(lambda e: e[1].update(meta={"a": "\ud800"})),
        "line 2 of its event log cannot be kept",
    ),
}


async def test_what_was_tampered_with_leaves_no_file_and_no_record(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    told: dict[str, str] = {}
    async with bound(mongod, home):
        await home.set_up(jobs_before=1)
        await home.small_job("J1")
        location = await home.export("J1")
        before = sorted(path.name for path in home.project_dir.iterdir())
        for how, (tamper, _) in TAMPERED.items():
            shutil.copytree(location, home.project_dir / "exports" / "tampered")
            tamper(home.project_dir / "exports" / "tampered")

            done = await home.carry_out(await home.begin_import("exports/tampered"))

            assert done.status is OperationStatus.FAILED, how
            told[how] = str(done.outcomes[0].error)
            shutil.rmtree(home.project_dir / "exports" / "tampered")
            assert sorted(path.name for path in home.project_dir.iterdir()) == before
        jobs = [job.uid for job in await Job.find_all().to_list()]
        left = [
            *await Event.find({"job_id": {"$ne": "P1-J1"}}).to_list(),
            *await Counter.find({"_id": {"$regex": "^P1-J(?!1:)"}}).to_list(),
        ]
        said = await Notification.find({"status": "danger"}).to_list()
    assert {
        how: told[how] for how, (_, reason) in TAMPERED.items() if reason not in told[how]
    } == {}
    assert all(t.startswith("The exported job cannot be imported: ") for t in told.values())
    assert (jobs, left) == (["J1"], [])
    assert sorted(n.message for n in said) == sorted(told.values())


async def test_an_untouched_export_is_imported(mongod: Mongod, tmp_path: Path) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up(jobs_before=1)
        await home.small_job("J1")
        await home.export("J1")

        done = await home.carry_out(await home.begin_import("./exports//jobs/J1_simulate_data/"))

        assert done.outcomes[0].error is None
        job, log = await home.job("J2"), await home.events("J2")
    star = (home.project_dir / "J2" / "particles.star").read_text()
    assert "000001@J2/a.mrc 300" in star
    outputs = json.loads((home.project_dir / "J2" / "outputs.json").read_text())
    assert outputs["outputs"]["particles"]["metafile"] == "J2/particles.cs"
    assert log[1].files[0].path == "J2/a.mrc"
    assert job.outputs["particles"].image == "J2/a.mrc"
    assert log[0].meta == {"a.b": [1, {"$c": 2.5}]}


async def test_a_directory_in_the_place_of_the_new_job_is_kept(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up(jobs_before=1)
        await home.small_job("J1")
        await home.export("J1")
        (home.project_dir / "J2").mkdir()
        (home.project_dir / "J2" / "mine").write_text("mine")

        done = await home.carry_out(await home.begin_import("exports/jobs/J1_simulate_data"))

    assert done.outcomes[0].error == "There is a directory J2 in the project already."
    assert (home.project_dir / "J2" / "mine").read_text() == "mine"


async def test_a_path_outside_the_allowed_roots_is_refused_at_once(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up()
        for path in ("../P2/exports/J1", "/etc", "exports/../..", ".", "", "/", "exports/\0"):
            with pytest.raises(BadInput):
                await home.begin_import(path)
        assert await Operation.find_all().to_list() == []


async def test_a_link_does_not_lead_out_of_the_allowed_roots(
    mongod: Mongod, tmp_path: Path
) -> None:
    home, away = Instance(tmp_path / "home"), Instance(tmp_path / "away")
    async with bound(mongod, home):
        await home.set_up()
        await home.small_job("J1")
        location = await home.export("J1")
    async with bound(mongod, away):
        await away.set_up()
        (away.project_dir / "exports").symlink_to(location.parent)

        done = await away.carry_out(await away.begin_import("exports/J1_simulate_data"))

        assert await Job.find_all().to_list() == []
    assert done.outcomes[0].code == "PATH_NOT_ALLOWED"
