"""A project directory in which programs are run as on a target: real processes, real files."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from domain.documents.attempt import MessageFile
from domain.job_types import complete_params, outside_run, render_command, runner_command
from scheduler.job_file import PROGRAMS
from scheduler.messages import read_messages
from tests.conftest import built_in_types

Json = dict[str, Any]
TIMEOUT_S = 180


class Project:
    """Runs jobs one after the other: J1, J2 …"""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._jobs = 0
        self._catalogue = built_in_types()

    def run(
        self,
        type_: str,
        params: Json | None = None,
        *,
        stop: bool = False,
        answer: Json | None = None,
        cores: int = 1,
        stop_after: str | None = None,
        timeout_s: float = TIMEOUT_S,
        **inputs: list[Json],
    ) -> "Run":
        """Run a job of `type_` to its end; with `stop` an early end is wanted from the start.

        An `answer` makes it the second phase of a type that has two. With `stop_after` an early
        end is wanted once the program has sent a record of that type.
        """
        self._jobs += 1
        uid = f"J{self._jobs}"
        declaration = self._catalogue.get(type_)
        assert declaration is not None
        complete = complete_params(declaration, params or {})
        run_dir = self.directory / uid / "run" / "1"
        run_dir.mkdir(parents=True)
        if stop:
            (run_dir / "control").mkdir()
            (run_dir / "control" / "stop").touch()
        told = self._told(uid, type_, complete, inputs)
        told["resources"]["cpu"] = list(range(cores))
        if declaration.run.phases:
            told["run"] |= {"phase": "apply" if answer else "prepare", "answer": answer}
        context = {"python": sys.executable, "programs": PROGRAMS, "params": complete}
        argv = render_command(declaration, context) if not declaration.run.is_outside else None
        if argv is None:
            told["outside"] = outside_run(declaration, {**context, "job_dir": uid})
            argv = runner_command(context)
        (run_dir / "job.json").write_text(json.dumps(told))
        with (run_dir / "job.log").open("w") as log:
            process = subprocess.Popen(
                argv,
                cwd=self.directory,
                env={
                    **os.environ,
                    "LANEKEEPER_JOB_FILE": str(run_dir / "job.json"),
                    **declaration.run.env,
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if stop_after is not None:
            wait_for(run_dir, stop_after, process)
            (run_dir / "control").mkdir()
            (run_dir / "control" / "stop").touch()
        began = time.monotonic()
        code = end_of(process, timeout_s)
        log_text = (run_dir / "job.log").read_text(errors="replace")
        return Run(self.directory, uid, code, log_text, time.monotonic() - began)

    def _told(self, uid: str, type_: str, params: Json, inputs: Json) -> Json:
        return {
            "v": 1,
            "token": f"P1-{uid}#1-test",
            "project": {"uid": "P1", "dir": str(self.directory)},
            "job": {"uid": uid, "dir": uid, "type": type_, "type_version": 1},
            "run": {"attempt": 1, "dir": f"{uid}/run/1", "phase": "main"},
            "params": params,
            "inputs": inputs,
            "resources": {"cpu": [0], "gpu": [], "ram_gb": 8},
            "outputs": {},
        }


def wait_for(run_dir: Path, type_: str, process: "subprocess.Popen[bytes]") -> None:
    """Until the program has sent a record of `type_`."""
    give_up_at = time.monotonic() + TIMEOUT_S
    while not any(record.type == type_ for record in read_messages(run_dir, {}).records):
        assert process.poll() is None, (run_dir / "job.log").read_text()
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def end_of(process: "subprocess.Popen[bytes]", timeout_s: float) -> int:
    """Its exit status; it does not outlive the test."""
    try:
        return process.wait(timeout_s)
    finally:
        process.kill()


class Run:
    """A run that has ended: its exit status, what it printed, its records and outputs."""

    def __init__(
        self, project: Path, uid: str, code: int, stderr: str, stopped_in_s: float = 0.0
    ) -> None:
        self.stopped_in_s = stopped_in_s
        self.directory = project / uid
        self.uid = uid
        self.code = code
        self.stderr = stderr
        known: dict[str, MessageFile] = {}
        self.records = [r.content for r in read_messages(self.directory / "run/1", known).records]

    def said(self, type_: str) -> list[Json]:
        """The records of one type, in order."""
        return [record for record in self.records if record["type"] == type_]

    @property
    def committed(self) -> Json:
        """The outputs in outputs.json, by name."""
        outputs: Json = self._commit["outputs"]
        return outputs

    @property
    def outcome(self) -> str:
        """How outputs.json says that it ended."""
        return str(self._commit["outcome"])

    @property
    def error(self) -> str:
        """The one sentence of a run that failed and committed nothing."""
        [error] = self.said("error")
        assert self.code == 1
        assert not (self.directory / "outputs.json").exists()
        return str(error["text"])

    @property
    def _commit(self) -> Json:
        content: Json = json.loads((self.directory / "outputs.json").read_text())
        return content

    def connected(self, output: str) -> list[Json]:
        """One output as an input of the next job."""
        found = self.committed[output]
        return [{"job": self.uid, "output": output, "version": "F", "slots": {}, **found}]
