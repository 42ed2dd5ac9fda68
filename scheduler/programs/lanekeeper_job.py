"""What a job program says and is told: one file, standard library only, Python 3.8 or newer.

A program needs none of this: the files are the contract. Copy it beside a program of your own.

    def work(job):
        job.log("Hello")
        job.result("particles", metafile=job.path("particles.cs"), num_items=545)

    if __name__ == "__main__":
        main(work)

Paths in records are relative to the project directory, which is the working directory.
This file may be copied into programs of any licence.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import time
import traceback
from typing import Any, Callable, Dict, NoReturn, Optional

Record = Dict[str, Any]  # JSON, as it is written
MAX_RECORD = 64 * 1024
PROGRESS_S = 0.5


class StopRequested(Exception):
    """The user wants the job to end at its last good state: what is reported is committed."""


class Terminated(BaseException):
    """The job is being killed: nothing is committed, what was reported stays."""


class JobFailed(Exception):
    """The job cannot go on; the message is the one sentence that its user reads."""


class Job:
    """One run: its params, inputs and resources, and the records it sends."""

    def __init__(self, described: Record) -> None:
        self.params = described["params"]
        self.inputs = described["inputs"]
        self.resources = described["resources"]
        self.dir = described["job"]["dir"]
        self.run_dir = described["run"]["dir"]
        self.token = described["token"]
        self.phase = described["run"].get("phase", "main")
        self.answer = described["run"].get("answer")
        self.has_asked = False
        self.keep_versions = described["run"].get("keep_versions", "newest")
        self._versions = {"python": platform.python_version()}
        self._results: Dict[str, Record] = {}
        self._seq = 0
        self._progress_at = 0.0
        self._ends_soon = False
        path = os.path.join(self.run_dir, "messages.jsonl")
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    @classmethod
    def from_environment(cls) -> Job:
        """The run that LANEKEEPER_JOB_FILE describes; changes to the project's directory."""
        with open(os.environ["LANEKEEPER_JOB_FILE"]) as file:
            described = json.load(file)
        os.chdir(described["project"]["dir"])
        return cls(described)

    def path(self, name: str) -> str:
        """`name` in the job's directory, relative to the project's."""
        return os.path.join(self.dir, name)

    def log(self, text: str, level: str = "text", name: Optional[str] = None) -> None:
        """A line of the event log; a later one of the same `name` takes its place."""
        self._send("log", level=level, text=text, name=name)

    def warn(self, text: str) -> None:
        """A line that a user should look at."""
        self.log(text, level="warning")

    def progress(
        self, done: float, total: Optional[float] = None, stage: Optional[str] = None
    ) -> None:
        """How far it has come; too frequent calls are left out, but never the last one."""
        now = time.monotonic()
        if done == total or now - self._progress_at >= PROGRESS_S:
            self._progress_at = now
            self._send("progress", done=done, total=total, stage=stage)

    def metric(self, name: str, x: float, y: float) -> None:
        """A point of the curve `name`, for example a resolution at an iteration."""
        self._send("metric", name=name, x=x, y=y)

    def plot(self, path: str, title: str) -> None:
        """A picture (PNG) for the event log."""
        self._send("plot", title=title, files=[{"path": path, "mime": "image/png"}])

    def result(
        self, output: str, metafile: str, num_items: int, **described: Any
    ) -> Optional[Record]:
        """A usable version of an output; its files are complete. Returns the one before it.

        `described`: version (an int for an intermediate one, else it is final), star, slots
        (names in the table), files, summary (JSON), image (path).
        """
        record: Record = {
            "output": output,
            "version": "F",
            "metafile": metafile,
            "num_items": num_items,
        }
        record.update(described)
        paths = [metafile, record.get("star"), *record.get("files", [])]
        record["size_bytes"] = sum(_size(path) for path in paths if path)
        before = self._results.get(output)
        self._results[output] = record
        self._send("result", **record)
        return before

    def ask(self, kind: str, title: str, data: Record, submit_schema: Record) -> None:
        """In phase "prepare": ask the user something. The program then returns.

        It runs anew in phase "apply", with `answer`, which meets the JSON Schema `submit_schema`.
        `kind` names the panel; one that nobody knows is shown as a form.
        """
        self.has_asked = True
        question = {"kind": kind, "title": title, "data": data, "submit_schema": submit_schema}
        self._send("waiting", id="1", **question)

    @property
    def stop_requested(self) -> bool:
        """Whether it should end early: the user wants it, or the cluster's time is nearly up."""
        return self._ends_soon or os.path.exists(os.path.join(self.run_dir, "control", "stop"))

    def check(self) -> None:
        """Call it between steps: raises StopRequested when it should end early."""
        if self.stop_requested:
            raise StopRequested

    def end_soon(self, *_: object) -> None:
        """Ask for an early end; the handler of SIGUSR1."""
        self._ends_soon = True

    def commit(self, outcome: str) -> None:
        """Write outputs.json, a run's last act: from then on it counts as complete."""
        outputs = {name: {**record, "version": "F"} for name, record in self._results.items()}
        content = {"v": 1, "token": self.token, "outcome": outcome, "outputs": outputs}
        write_whole(self.path("outputs.json"), json.dumps(content, indent=1))
        self._send("finished", outcome=outcome)

    def fail(self, text: str, trace: Optional[str] = None) -> None:
        """Say why the job failed."""
        self._send("error", text=text, traceback=trace)
        self._send("finished", outcome="failed")

    def start(self) -> None:
        """Say what runs."""
        self._send("started", pid=os.getpid(), argv=sys.argv, versions=self._versions)

    def uses(self, program: str, version: str) -> None:
        """Name a program that the run works with, for the job's record."""
        self._versions[program] = version
        self._send("versions", versions=self._versions)

    def _send(self, type_: str, **content: Any) -> None:
        """One write of one line. The leading line end saves it from a torn record before it."""
        self._seq += 1
        record: Record = {"v": 1, "seq": self._seq, "t": round(time.time(), 3), "type": type_}
        record.update((name, value) for name, value in content.items() if value is not None)
        line = json.dumps(record).encode()
        if len(line) > MAX_RECORD - 2:
            line = json.dumps(self._spill(record)).encode()
        try:
            os.write(self._file, b"\n" + line + b"\n")
        except OSError as error:  # a full disk must not end the job
            sys.stderr.write("record %d was not written: %s\n" % (self._seq, error))

    def _spill(self, record: Record) -> Record:
        directory = os.path.join(self.run_dir, "spill")
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, "%d.json" % self._seq)
        write_whole(path, json.dumps(record))
        return {"v": 1, "seq": self._seq, "t": record["t"], "type": "spill", "path": path}


def write_whole(path: str, text: str) -> None:
    """Write a file so that it is either not there or complete, also after a crash."""
    unfinished = "%s.%d.tmp" % (path, os.getpid())
    with open(unfinished, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def main(work: Callable[[Job], None]) -> None:
    """Run `work(job)`: start, errors, commit and exit status are seen to."""
    job = Job.from_environment()
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGUSR1, job.end_soon)
    job.start()
    try:
        work(job)
        if not job.has_asked:
            job.commit("completed")
    except StopRequested:
        job.warn("Ended early on request; what was complete is kept.")
        job.commit("completed_early")
    except JobFailed as failure:
        job.fail(str(failure))
        sys.exit(1)
    except Terminated:
        sys.exit(143)
    except Exception as error:  # noqa: BLE001 - told to the user, with its traceback
        job.fail("%s: %s" % (type(error).__name__, error), traceback.format_exc()[-8000:])
        sys.exit(1)


def _terminate(number: int, frame: object) -> NoReturn:  # noqa: ARG001 - a handler's form
    raise Terminated


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
