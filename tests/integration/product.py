"""The whole product as a user runs it: `lanekeeper serve` in a directory, and a client."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.integration.mongod import free_port

Json = dict[str, Any]
TOKEN = "test-token-of-an-administrator"
READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 15
DONE = frozenset({"COMPLETED", "KILLED", "FAILED"})


class Product:
    """One `lanekeeper serve` over `data_dir`; it can be killed in parts and started again."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None
        self.page = ""

    def start(self) -> None:
        """Start it and wait for the line with the address to open."""
        command = [sys.executable, "-m", "web.cli.main", "serve", "--port", str(self.port)]
        environment = {**os.environ, "LANEKEEPER_ADMIN_TOKEN": TOKEN}
        log = (self.data_dir.parent / "serve.log").open("a")
        with log:
            self._process = subprocess.Popen(
                [*command, "--data-dir", str(self.data_dir)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("Lanekeeper is ready: "), self.log
        self.page = line.split()[-1]

    @property
    def log(self) -> str:
        return (self.data_dir.parent / "serve.log").read_text()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def part(self, name: str) -> psutil.Process:
        """The running `api`, `scheduler` or `mongod`."""
        for child in psutil.Process(self.pid).children():
            command = child.cmdline()
            if name in (command[-1] if command else "", child.name()):
                return child
        raise LookupError(f"{name} does not run")

    def kill9(self, name: str) -> None:
        """End one part as a crash would; the supervisor starts it again."""
        self.part(name).kill()

    def kill9_all(self) -> None:
        """End everything at once, the supervisor too; jobs are not its children."""
        if self._process is None:
            return
        parts = psutil.Process(self.pid).children()
        for process in (psutil.Process(self.pid), *parts):
            process.kill()
        self._process.wait()
        self._close()
        psutil.wait_procs(parts, timeout=10)

    def stop(self) -> float:
        """Ctrl-C; the seconds that it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STOP_TIMEOUT_S)
        self._close()
        return time.monotonic() - began

    def _close(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def wait_healthy(self) -> None:
        """Until API, database and scheduler are ready again."""
        give_up_at = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < give_up_at:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=3) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise TimeoutError(self.log)

    def ask(self, query: str, **variables: Any) -> Json:
        """The data of an operation; the request is repeated while the server is being restarted."""
        give_up_at = time.monotonic() + READY_TIMEOUT_S
        while True:
            try:
                answer = self._post(query, variables)
                if "errors" not in answer:
                    data: Json = answer["data"]
                    return data
                if time.monotonic() > give_up_at:
                    raise AssertionError(answer["errors"])
            except (OSError, ValueError):
                if time.monotonic() > give_up_at:
                    raise
            time.sleep(0.1)

    def _post(self, query: str, variables: Json) -> Json:
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            content: Json = json.load(answer)
            return content

    # What tests do with it

    def make_project(self) -> str:
        """A project with workspace W1; its uid."""
        answer = self.ask('mutation { createProject(input: {title: "Test"}) { project { uid } } }')
        uid: str = answer["createProject"]["project"]["uid"]
        self.ask(
            "mutation($p: ProjectUid!) {"
            ' createWorkspace(input: {projectUid: $p, title: "W"}) { workspace { uid } } }',
            p=uid,
        )
        return uid

    def directory_of(self, project: str) -> Path:
        """The project's directory."""
        query = "query($p: ProjectUid!) { project(uid: $p) { projectDir } }"
        return Path(self.ask(query, p=project)["project"]["projectDir"])

    def make_job(self, project: str, type_: str, params: Json | None = None, **parents: str) -> str:
        """A job; `parents` maps an input to "J1.output"."""
        inputs = [
            {"input": name, "parentJobUid": source.split(".")[0], "output": source.split(".")[1]}
            for name, source in parents.items()
        ]
        wanted = {"projectUid": project, "workspaceUid": "W1", "type": type_}
        answer = self.ask(
            "mutation($input: CreateJobInput!) { createJob(input: $input) {"
            " errors { message } job { uid buildErrors { message } } } }",
            input={**wanted, "params": params or {}, "inputs": inputs},
        )["createJob"]
        assert answer["errors"] == []
        assert answer["job"]["buildErrors"] == []
        uid: str = answer["job"]["uid"]
        return uid

    def act(self, mutation: str, project: str, job: str, **options: Any) -> Json:
        """Run queueJob, killJob or clearJob; its result."""
        name = mutation[0].upper() + mutation[1:]
        target = {"job": {"uid": {"projectUid": project, "jobUid": job}}}
        answer = self.ask(
            f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ errors {{ message }}"
            " result { outcome errors { code message } job { status } } } }",
            input={"target": target, **options},
        )[mutation]
        assert answer["errors"] == []
        result: Json = answer["result"]
        return result

    def job(self, project: str, uid: str, fields: str = "status exitReason runs") -> Json:
        """Fields of a job."""
        ref = {"uid": {"projectUid": project, "jobUid": uid}}
        answer = self.ask(f"query($ref: JobRef!) {{ job(ref: $ref) {{ {fields} }} }}", ref=ref)
        found: Json = answer["job"]
        return found

    def wait_done(self, project: str, jobs: list[str], timeout_s: float = 120) -> dict[str, str]:
        """Until all are completed, killed or failed; uid → status."""
        return self.wait_for(project, jobs, DONE, timeout_s)

    def wait_for_one(self, project: str, jobs: list[str], status: str) -> None:
        """Until one of the jobs is in `status`."""
        give_up_at = time.monotonic() + READY_TIMEOUT_S
        while not any(self.job(project, uid)["status"] == status for uid in jobs):
            assert time.monotonic() < give_up_at, self.log[-4000:]
            time.sleep(0.02)

    def wait_for(
        self, project: str, jobs: list[str], statuses: frozenset[str], timeout_s: float = 60
    ) -> dict[str, str]:
        """Until all jobs are in one of `statuses`; uid → status."""
        give_up_at = time.monotonic() + timeout_s
        while True:
            nodes = self.ask(
                "query($p: [ProjectUid!]) {"
                " jobs(filter: {projectUids: $p}, first: 500) { nodes { uid status } } }",
                p=[project],
            )["jobs"]["nodes"]
            found = {node["uid"]: node["status"] for node in nodes if node["uid"] in jobs}
            if set(found.values()) <= statuses:
                return found
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"{found}\n{self.log[-4000:]}")
            time.sleep(0.1)


@contextmanager
def running_product(directory: Path) -> Iterator[Product]:
    """A product over `directory`/data, gone at the end with all its jobs."""
    product = Product(directory / "data")
    product.start()
    try:
        yield product
    finally:
        product.kill9_all()
        end_jobs(product.data_dir)


def end_jobs(data_dir: Path) -> None:
    """End the supervisors of jobs that still run below `data_dir`, and so the jobs."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if any("supervise.py" in part for part in command) and str(data_dir) in command[-1]:
            process.kill()
