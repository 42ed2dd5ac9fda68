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

    def __init__(self, project: Path, body: str) -> None:
        self.project = project
        self.run_dir = project / "J1" / "run" / "1"
        self.run_dir.mkdir(parents=True)
        told = {
            "token": "P1-J1#1-x",
            "project": {"dir": str(project)},
            "job": {"dir": "J1"},
            "run": {"dir": "J1/run/1"},
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
            [sys.executable, str(self.file)], env=environment, stdout=subprocess.PIPE, text=True
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
