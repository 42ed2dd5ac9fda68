"""The product under measurement: `lanekeeper serve` in a directory of its own, and its API."""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

Answer = dict[str, Any]  # JSON as GraphQL answers: its shape is the document's
COMMAND = (sys.executable, "-m", "web.cli.main")
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0


class Unavailable(Exception):
    """The product cannot be measured here; the message says why."""


class Api:
    """The GraphQL API of a running product, as an administrator."""

    supervisor_pid = 0

    def __init__(self, url: str, token: str) -> None:
        self.token = token
        self.socket_url = url.replace("http", "ws", 1) + "/graphql"
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=30.0)

    @property
    def process(self) -> psutil.Process:
        """The API process, a child of `serve`."""
        children = psutil.Process(self.supervisor_pid).children(recursive=True)
        [process] = [child for child in children if "api" in child.cmdline()]
        return process

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def healthy(self) -> bool:
        """Whether API, database and scheduler are ready."""
        try:
            return (await self._http.get("/healthz")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    async def mutate(self, name: str, returned: str, /, **fields: object) -> Answer:
        """Send one mutation with an `input`; its payload. Raises Unavailable if it is refused."""
        kind = name[0].upper() + name[1:] + "Input"
        document = (
            f"mutation M($input: {kind}!) {{ {name}(input: $input) "
            f"{{ errors {{ code message }} {returned} }} }}"
        )
        answer = await self._post(document, {"input": fields})
        payload: Answer | None = (answer.get("data") or {}).get(name)
        if payload is None or payload["errors"]:
            raise Unavailable(f"{name}: {answer.get('errors') or payload}")
        return payload

    async def ask(self, document: str, **variables: object) -> Answer:
        """The data of a query. Raises Unavailable if it has errors."""
        answer = await self._post(document, variables)
        if answer.get("errors"):
            raise Unavailable(str(answer["errors"]))
        data: Answer = answer["data"]
        return data

    async def _post(self, document: str, variables: Mapping[str, object]) -> Answer:
        body = {"query": document, "variables": variables}
        answer: Answer = (await self._http.post("/graphql", json=body)).json()
        return answer


@asynccontextmanager
async def running(
    directory: Path, mongodb_url: str, database: str, *, job_types: Path | None = None
) -> AsyncIterator[Api]:
    """`lanekeeper serve` on a free port over `directory`, ready; stopped at the end.

    `job_types` is a directory of declarations beside the built-in ones.
    """
    token, port = secrets.token_urlsafe(24), free_port()
    environment = os.environ | {
        "LANEKEEPER_ADMIN_TOKEN": token,
        "LANEKEEPER_MONGODB_URL": mongodb_url,
        "LANEKEEPER_DATABASE": database,
        "LANEKEEPER_STREAMS_PER_USER": "10000",
        "LANEKEEPER_JOB_TYPES_DIRS": json.dumps([str(job_types)] if job_types else []),
    }
    arguments = ["serve", "--port", str(port), "--data-dir", str(directory)]
    log = directory / "serve.log"
    process = _start(arguments, environment, log)
    api = Api(f"http://127.0.0.1:{port}", token)
    api.supervisor_pid = process.pid
    try:
        await _wait_ready(api, process, log)
        yield api
    finally:
        await api.close()
        await asyncio.to_thread(stop, process)


async def _wait_ready(api: Api, process: subprocess.Popen[bytes], log: Path) -> None:
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await api.healthy():
                if process.poll() is not None:
                    raise Unavailable(f"serve ended: {_tail(log)}")
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise Unavailable(f"serve is not ready: {_tail(log)}") from error


def _start(arguments: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [*COMMAND, *arguments], env=environment, stdout=output, stderr=output
        )


def _tail(log: Path) -> str:
    """The log's last line: what went wrong, if anything."""
    return (log.read_text().splitlines() or ["it said nothing"])[-1]


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force if it does not go."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
