"""The run contract as programs see it, with a program of a few lines."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.job_file import PROGRAMS
from scheduler.messages import Record, read_messages

START = f"import sys; sys.path.insert(0, {str(PROGRAMS)!r})\nfrom lanekeeper_job import *\n"


class Program:
    """A program of a few lines in a project of its own."""

    def __init__(self, project: Path, body: str, keep_versions: str = "newest") -> None:
        self.project = project
        self.run_dir = project / "J1" / "run" / "1"
        self.run_dir.mkdir(parents=True)
        told = {
            "token": "P1-J1#1-x",
            "project": {"dir": str(project)},
            "job": {"dir": "J1"},
            "run": {"dir": "J1/run/1", "keep_versions": keep_versions},
            "params": {},
            "inputs": {},
            "resources": {},
        }
        (self.run_dir / "job.json").write_text(json.dumps(told))
        self.file = project / "program.py"
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        self.file.write_text(f"{START}def work(job):\n{lines}\nmain(work)\n")

    def start(self) -> "subprocess.Popen[str]":
        environment = {**os.environ, "LANEKEEPER_JOB_FILE": str(self.run_dir / "job.json")}
        return subprocess.Popen(
            [sys.executable, str(self.file)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self) -> int:
        with self.start() as process:
            return process.wait(20)

    @property
    def records(self) -> list[Record]:
        return read_messages(self.run_dir, {}).records

    @property
    def outputs(self) -> Path:
        return self.project / "J1" / "outputs.json"


def test_records_are_numbered_without_gaps(tmp_path: Path) -> None:
    program = Program(tmp_path, "job.log('one')\njob.warn('two')")

    assert program.run() == 0
    assert [r.seq for r in program.records] == [1, 2, 3, 4]
    assert [r.type for r in program.records] == ["started", "log", "log", "finished"]


def test_a_result_is_committed_with_the_token_of_the_attempt(tmp_path: Path) -> None:
    body = "open('J1/a.cs', 'w').write('12345')\njob.result('particles', 'J1/a.cs', 3)"
    program = Program(tmp_path, body)

    program.run()

    content = json.loads(program.outputs.read_text())
    assert content["token"] == "P1-J1#1-x"
    assert content["outputs"]["particles"]["num_items"] == 3
    assert content["outputs"]["particles"]["size_bytes"] == 5


def test_a_failure_is_one_sentence_and_no_commit(tmp_path: Path) -> None:
    program = Program(tmp_path, "raise JobFailed('The sample is gone.')")

    assert program.run() == 1
    assert [r.content["text"] for r in program.records if r.type == "error"] == [
        "The sample is gone."
    ]
    assert not program.outputs.exists()


def test_a_fault_is_told_with_its_traceback(tmp_path: Path) -> None:
    program = Program(tmp_path, "1 / 0")

    assert program.run() == 1
    [error] = [r.content for r in program.records if r.type == "error"]
    assert error["text"] == "ZeroDivisionError: division by zero"
    assert "1 / 0" in error["traceback"]


def test_a_stop_request_commits_what_is_complete(tmp_path: Path) -> None:
    body = "job.result('particles', 'J1/a.cs', 1)\njob.check()\njob.result('more', 'J1/b.cs', 1)"
    program = Program(tmp_path, body)
    (program.run_dir / "control").mkdir()
    (program.run_dir / "control" / "stop").touch()

    assert program.run() == 0
    content = json.loads(program.outputs.read_text())
    assert content["outcome"] == "completed_early"
    assert list(content["outputs"]) == ["particles"]


def test_a_killed_program_commits_nothing(tmp_path: Path) -> None:
    body = "job.result('particles', 'J1/a.cs', 1)\nprint('go', flush=True)\nimport time\n"
    program = Program(tmp_path, body + "time.sleep(60)")
    with program.start() as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"

        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 143
    assert not program.outputs.exists()
    assert [r.type for r in program.records] == ["started", "result"]


@pytest.mark.parametrize("size", [70_000, 500_000])
def test_a_record_above_the_limit_goes_to_a_file_of_its_own(tmp_path: Path, size: int) -> None:
    program = Program(tmp_path, f"job.log('x' * {size})")

    program.run()

    [text] = [r.content["text"] for r in program.records if r.type == "log"]
    assert len(text) == size
    assert (program.run_dir / "spill" / "2.json").is_file()


def test_the_first_and_the_last_progress_are_never_left_out(tmp_path: Path) -> None:
    program = Program(tmp_path, "for n in range(1, 101): job.progress(n, 100)")

    program.run()

    done = [r.content["done"] for r in program.records if r.type == "progress"]
    assert (done[0], done[-1]) == (1, 100)
    assert len(done) < 10


def test_a_point_of_a_curve_has_its_name(tmp_path: Path) -> None:
    program = Program(tmp_path, "job.metric('resolution_A', 3, 12.5)")

    program.run()

    [point] = [r.content for r in program.records if r.type == "metric"]
    assert (point["name"], point["x"], point["y"]) == ("resolution_A", 3, 12.5)


def test_a_cluster_that_announces_its_time_limit_gets_an_early_end(tmp_path: Path) -> None:
    body = "job.result('particles', 'J1/a.cs', 1)\nprint('go', flush=True)\nimport sys\n"
    program = Program(tmp_path, body + "sys.stdin.read()\njob.check()")
    environment = {**os.environ, "LANEKEEPER_JOB_FILE": str(program.run_dir / "job.json")}
    with subprocess.Popen(
        [sys.executable, str(program.file)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        process.send_signal(signal.SIGUSR1)
        process.stdin.close()

        assert process.wait(20) == 0
    assert json.loads(program.outputs.read_text())["outcome"] == "completed_early"


def test_a_record_after_one_torn_by_a_kill_is_read(tmp_path: Path) -> None:
    program = Program(tmp_path, "job.log('whole')")
    (program.run_dir / "messages.jsonl").write_text('\n{"v": 1, "seq": 1, "type": "lo')

    program.run()

    assert [r.content["text"] for r in program.records if r.type == "log"] == ["whole"]


VERSIONS = """
from tables import new_table
from results import report_table
for version in (1, 2, None):
    report_table(job, "particles", new_table(["location"], 5), version=version)
"""


@pytest.mark.parametrize(
    ("kept", "files"),
    [
        ("newest", ["particles.cs", "particles.star"]),
        (
            "all",
            [
                "particles.cs",
                "particles.star",
                "particles_000001.cs",
                "particles_000001.star",
                "particles_000002.cs",
                "particles_000002.star",
            ],
        ),
    ],
)
def test_old_versions_go_unless_all_are_kept(tmp_path: Path, kept: str, files: list[str]) -> None:
    program = Program(tmp_path, VERSIONS.strip(), keep_versions=kept)

    program.run()

    assert [r.content["version"] for r in program.records if r.type == "result"] == [1, 2, "F"]
    assert sorted(path.name for path in (tmp_path / "J1").glob("particles*")) == files


def test_a_kill_ends_workers_in_the_middle_of_their_work(tmp_path: Path) -> None:
    body = """
import time
from workers import workers
with workers(2) as pool:
    for _ in range(9):
        pool.submit(time.sleep, 60)
    print('go', flush=True)
"""
    program = Program(tmp_path, body.strip())
    with program.start() as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"

        os.killpg(process.pid, signal.SIGTERM)

        assert process.wait(20) == 143
    assert not program.outputs.exists()
