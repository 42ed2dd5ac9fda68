"""The programs of docs/integrations.md do what the page says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from domain import job_moves
from domain.clock import now
from domain.documents import Job
from domain.status import JobStatus
from domain.uids import JobKey
from tests.api.nodes import add_node
from tests.api.streams.live import make_job
from tests.web.transports.conftest import Serve
from tests.web.transports.page import CLIENTS, EXAMPLE, programs, running, started

pytestmark = pytest.mark.mongo
TIMEOUT_S = 40.0
WAITERS = ("wait_for_job.py", "wait-for-job.mjs", "wait-for-job.sh")
needs_clients = pytest.mark.skipif(
    not (CLIENTS / "node_modules" / "graphql-ws").exists(), reason="graphql-ws is not installed"
)


STEPS = (
    JobStatus.BUILDING,
    JobStatus.QUEUED,
    JobStatus.LAUNCHED,
    JobStatus.STARTED,
    JobStatus.RUNNING,
)


async def end(uid: str, status: JobStatus, since: JobStatus = JobStatus.BUILDING) -> None:
    """Let a job run and end."""
    key = JobKey("P1", uid)
    steps = (*STEPS[STEPS.index(since) :], status)
    for before, after in pairwise(steps):
        await job_moves.move(key, to=after, only_from=frozenset({before}), now=now(), actor="admin")


@needs_clients
@pytest.mark.parametrize(("status", "code"), [(JobStatus.COMPLETED, 0), (JobStatus.FAILED, 1)])
async def test_each_waiter_ends_with_its_job(
    serve: Serve, tmp_path: Path, status: JobStatus, code: int
) -> None:
    async with (
        asyncio.timeout(TIMEOUT_S),
        serve(stream_heartbeat_s=1) as api,  # curl ends with the next one
        AsyncExitStack() as programs_running,
    ):
        processes = [
            await programs_running.enter_async_context(
                running(api, name, "P1", "J1", directory=tmp_path)
            )
            for name in WAITERS
        ]
        for process in processes[:2]:  # the shell's tells of the end alone
            assert process.stdout is not None
            await process.stdout.readline()
        await end("J1", status)
        codes = [await process.wait() for process in processes]

    assert codes == [code] * 3


def content(path: Path) -> Any:
    return json.loads(path.read_text()) if path.exists() else {"jobs": {}}


async def held_in(path: Path, *uids: str) -> Any:
    """What the file holds as soon as it holds these jobs, and no others."""
    while True:
        held = content(path)
        if sorted(job["uid"] for job in held["jobs"].values()) == sorted(uids):
            return held
        await asyncio.sleep(0.05)


async def test_the_mirror_goes_on_where_it_stopped(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "jobs.json"
    async with asyncio.timeout(TIMEOUT_S), serve() as api:
        async with running(api, "mirror_jobs.py", str(path), directory=tmp_path):
            await held_in(path, "J1")
            await make_job("J2")
            before = await held_in(path, "J1", "J2")
        await make_job("J3")
        await job_moves.change(JobKey("P1", "J2"), changes={"deleted": True}, now=now())
        async with running(api, "mirror_jobs.py", str(path), directory=tmp_path):
            after = await held_in(path, "J1", "J3")

    assert before["cursor"] != after["cursor"]


@asynccontextmanager
async def webhook() -> AsyncIterator[tuple[str, asyncio.Queue[Any]]]:
    """A service that takes messages, as Slack does; its URL, and what it got."""
    got: asyncio.Queue[Any] = asyncio.Queue()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        await got.put(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook", got


async def test_slack_is_told_once_of_each_job_that_ends(serve: Serve, tmp_path: Path) -> None:
    async with asyncio.timeout(TIMEOUT_S), serve() as api, webhook() as (url, got):
        await end("J1", JobStatus.COMPLETED)  # long ago: no news
        more = {"SLACK_WEBHOOK_URL": url}
        async with running(api, "tell_slack.py", directory=tmp_path, **more) as process:
            told: list[str] = []
            number = 1
            while not told:  # until the program listens, nobody is told
                number += 1
                await make_job(f"J{number}", title="mine", created_by="admin")
                await end(f"J{number}", JobStatus.FAILED)
                assert process.returncode is None, await process.communicate()
                try:
                    told.append((await asyncio.wait_for(got.get(), 0.5))["text"])
                except TimeoutError:
                    continue
            await make_job("J89", title="of anna", created_by="anna")
            await end("J89", JobStatus.FAILED)
            await make_job("J90", title="another", created_by="admin")
            await end("J90", JobStatus.KILLED)
            told.append((await got.get())["text"])

    assert told == [f"P1 J{number} mine: failed", "P1 J90 another: killed"]
    assert got.empty()


async def test_the_typed_client_queues_a_job_and_waits_for_its_end(serve: Serve) -> None:
    async with asyncio.timeout(TIMEOUT_S), serve() as api:
        await add_node("default")
        async with started(api, EXAMPLE, "P1", "J1") as process:
            while not await Job.find({"status": "queued"}).to_list():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await end("J1", JobStatus.COMPLETED, since=JobStatus.QUEUED)  # it may not listen yet
            told, _ = await process.communicate()

    assert (told.splitlines()[-1], process.returncode) == (b"J1 COMPLETED", 0)


def test_the_page_has_all_of_its_programs() -> None:
    assert set(programs()) == {*WAITERS, "mirror_jobs.py", "tell_slack.py"}
