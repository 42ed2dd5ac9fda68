"""The main job, end to end: build, connect, queue, watch live, use the result; by API alone."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from websockets import ConnectionClosed, InvalidStatus, Origin, Subprotocol
from websockets.asyncio.client import connect

from tests.integration.product import TOKEN, Product, running_product

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
SMALL = {"count": 2, "size": 512, "particles_per_micrograph": 10}

WATCH = (
    "subscription($p: ProjectUid!) { jobChanges(filter: {projectUids: [$p]}, minIntervalMs: 0) {"
    " cursor sequence kind snapshotComplete upserted { uid status revision progress { fraction } }"
    " removed { uid } } }"
)
LOG = (
    "subscription($ref: JobRef!, $after: Cursor) { jobEventLog(ref: $ref, after: $after) {"
    " cursor kind entries { id ... on TextEvent { text } ... on ImageEvent { text } } } }"
)


@pytest.fixture(scope="module")
def product(mongod_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as running:
        yield running


def socket(product: Product) -> WebsocketsTransport:
    return WebsocketsTransport(
        url=f"ws://127.0.0.1:{product.port}/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {TOKEN}"},
    )


async def statuses_seen(product: Product, project: str, jobs: set[str]) -> dict[str, list[str]]:
    """Every status that a subscriber is told of, in order, until all jobs are completed."""
    seen: dict[str, list[str]] = {uid: [] for uid in jobs}
    async with Client(transport=socket(product)) as session:
        async for message in session.subscribe(
            GraphQLRequest(WATCH, variable_values={"p": project})
        ):
            for job in message["jobChanges"]["upserted"]:
                told = seen[job["uid"]]
                if not told or told[-1] != job["status"]:
                    told.append(job["status"])
            if all(told[-1:] == ["COMPLETED"] for told in seen.values()):
                return seen
    raise AssertionError("the stream ended")


async def test_a_chain_runs_from_nothing_to_picks(product: Product) -> None:
    project = product.make_project()
    first = product.make_job(project, "simulate_data", SMALL)
    second = product.make_job(project, "ctf_estimation", exposures=f"{first}.micrographs")
    third = product.make_job(project, "blob_picker", micrographs=f"{second}.exposures")
    jobs = {first, second, third}
    watching = asyncio.create_task(statuses_seen(product, project, jobs))

    for uid in (third, second, first):
        result = await asyncio.to_thread(product.act, "queueJob", project, uid)
        assert result["outcome"] == "APPLIED"
    async with asyncio.timeout(90):
        seen = await watching

    for told in seen.values():
        order = ["BUILDING", "QUEUED", "LAUNCHED", "STARTED", "RUNNING", "COMPLETED"]
        assert [order.index(status) for status in told] == sorted(map(order.index, told))
        assert told[-1] == "COMPLETED"
    outputs = product.job(project, third, "outputs { name numItems imageUrl }")["outputs"]
    picks = next(output for output in outputs if output["name"] == "particles")
    assert 10 <= picks["numItems"] <= 30
    assert picks["imageUrl"].startswith("/files/")


def test_times_are_in_the_order_of_the_statuses(product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", SMALL)
    product.act("queueJob", project, uid)
    product.wait_done(project, [uid])

    times = product.job(project, uid, "queuedAt launchedAt startedAt runningAt completedAt")

    assert list(times.values()) == sorted(times.values())


async def test_the_event_log_streams_every_entry_once(product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", {**SMALL, "count": 5, "size": 256})
    ref = {"uid": {"projectUid": project, "jobUid": uid}}
    entries: list[str] = []
    product.act("queueJob", project, uid)

    async with asyncio.timeout(60), Client(transport=socket(product)) as session:
        async for message in session.subscribe(GraphQLRequest(LOG, variable_values={"ref": ref})):
            entries += [entry["id"] for entry in message["jobEventLog"]["entries"]]
            texts = [e.get("text") for e in message["jobEventLog"]["entries"]]
            if f"Job {uid} completed." in texts:
                break

    stored = product.job(project, uid, "eventLog(first: 100) { nodes { id } }")["eventLog"]
    assert entries == [node["id"] for node in stored["nodes"]]
    assert len(entries) == len(set(entries)) == 6


async def test_a_log_is_resumed_behind_the_last_entry(product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", {**SMALL, "size": 256})
    ref = {"uid": {"projectUid": project, "jobUid": uid}}
    product.act("queueJob", project, uid)
    product.wait_done(project, [uid])
    async with asyncio.timeout(20), Client(transport=socket(product)) as session:
        async for message in session.subscribe(GraphQLRequest(LOG, variable_values={"ref": ref})):
            cursor = message["jobEventLog"]["cursor"]
            assert message["jobEventLog"]["kind"] == "SNAPSHOT"
            break
    product.act("clearJob", project, uid)
    product.wait_for(project, [uid], frozenset({"BUILDING"}))

    async with asyncio.timeout(20), Client(transport=socket(product)) as session:
        values = {"ref": ref, "after": cursor}
        kinds: list[str] = []
        async for message in session.subscribe(GraphQLRequest(LOG, variable_values=values)):
            kinds.append(message["jobEventLog"]["kind"])
            if len(kinds) == 2:
                break

    assert kinds == ["RESET", "SNAPSHOT"]  # the log was erased: nothing to go on from


async def test_a_forged_cursor_resets_the_stream(product: Product) -> None:
    watch = GraphQLRequest(
        'subscription { currentJobsChanges(after: "forged") { kind resetReason } }'
    )
    async with asyncio.timeout(20), Client(transport=socket(product)) as session:
        messages: list[Any] = []
        async for message in session.subscribe(watch):
            messages.append(message["currentJobsChanges"])
            if len(messages) == 2:
                break

    assert messages == [
        {"kind": "RESET", "resetReason": "CURSOR_INVALID"},
        {"kind": "SNAPSHOT", "resetReason": None},
    ]


@pytest.mark.parametrize("payload", [{}, {"authorization": "Bearer wrong"}])
async def test_a_socket_without_good_credentials_is_closed_with_4403(
    product: Product, payload: dict[str, str]
) -> None:
    url = f"ws://127.0.0.1:{product.port}/graphql"
    protocol = Subprotocol("graphql-transport-ws")
    async with asyncio.timeout(10), connect(url, subprotocols=[protocol]) as raw:
        await raw.send(json.dumps({"type": "connection_init", "payload": payload}))

        with pytest.raises(ConnectionClosed):
            await raw.recv()

        assert raw.close_code == 4403


async def test_a_page_of_another_site_is_refused_a_socket(product: Product) -> None:
    url = f"ws://127.0.0.1:{product.port}/graphql"
    protocol = Subprotocol("graphql-transport-ws")

    with pytest.raises(InvalidStatus, match="403"):
        async with connect(url, subprotocols=[protocol], origin=Origin("https://evil.example")):
            pass


async def test_a_request_without_credentials_reads_nothing(product: Product) -> None:
    transport = HTTPXAsyncTransport(url=f"{product.url}/graphql")

    with pytest.raises((TransportQueryError, TransportServerError), match=r"Sign in|401"):
        async with Client(transport=transport) as session:
            await session.execute(GraphQLRequest("{ viewer { name } }"))


def test_a_kill_ends_the_processes_and_frees_the_slots(product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", {"count": 400})
    product.act("queueJob", project, uid)
    product.wait_for(project, [uid], frozenset({"RUNNING"}))

    result = product.act("killJob", project, uid)
    product.wait_done(project, [uid])

    assert result["outcome"] == "ACCEPTED"
    assert product.job(project, uid)["status"] == "KILLED"
    target = product.ask("{ targets { cpuTotal cpuFree ramSlotsTotal ramSlotsFree } }")
    [found] = target["targets"]
    assert found["cpuFree"] == found["cpuTotal"]
    assert found["ramSlotsFree"] == found["ramSlotsTotal"]


def test_bad_input_fails_with_one_sentence_that_names_the_file(product: Product) -> None:
    project = product.make_project()
    (product.directory_of(project) / "bad.mrc").write_text("no micrograph " * 1000)
    params = {"blob_paths": "bad.mrc", "psize_A": 1.0}
    uid = product.make_job(project, "import_micrographs", params)
    product.act("queueJob", project, uid)
    product.wait_done(project, [uid])

    job = product.job(project, uid, "status exitReason errorsRun { message warning }")

    assert job == {
        "status": "FAILED",
        "exitReason": "exit_code",
        "errorsRun": [
            {
                "message": "bad.mrc is not an MRC file: it lacks the mark MAP in its header.",
                "warning": False,
            }
        ],
    }


def test_declared_gpus_are_given_to_one_job_each(product: Product) -> None:
    product.ask('mutation { createLane(input: {name: "gpu", type: NODE}) { lane { name } } }')
    made = product.ask(
        'mutation { createNodeTarget(input: {lane: "gpu", name: "box", hostname: "box",'
        " cpuCores: 4, ramGb: 64, gpus: {indexes: [0, 1]}}) {"
        " errors { message } target { gpuTotal gpuFree } } }"
    )["createNodeTarget"]

    assert made == {"errors": [], "target": {"gpuTotal": 2, "gpuFree": 2}}
    lanes = product.ask("{ lanes { name targets { name gpus { index allocatedTo { uid } } } } }")
    assert [lane["name"] for lane in lanes["lanes"]] == ["default", "gpu"]


def test_a_job_survives_kill_9_of_the_scheduler(product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", {**SMALL, "count": 30})
    product.act("queueJob", project, uid)
    product.wait_for(project, [uid], frozenset({"RUNNING"}))

    product.kill9("scheduler")

    assert product.wait_done(project, [uid]) == {uid: "COMPLETED"}
    job = product.job(project, uid, "runs eventLog(last: 100) { nodes { id } }")
    assert job["runs"] == 1
    assert len(job["eventLog"]["nodes"]) == 31  # one for each picture, and the end
    directory = product.data_dir / "projects"
    [metafile] = directory.glob(f"{project}-*/{uid}/micrographs.cs")
    assert len(np.load(metafile)) == 30


def test_ctrl_c_stops_everything_but_jobs_and_a_restart_collects_their_results(
    mongod_path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running_product(tmp_path_factory.mktemp("restart")) as own:
        project = own.make_project()
        uid = own.make_job(project, "simulate_data", {**SMALL, "count": 40})
        own.act("queueJob", project, uid)
        own.wait_for(project, [uid], frozenset({"RUNNING"}))

        took_s = own.stop()
        outputs = next(own.data_dir.glob(f"projects/{project}-*/{uid}"), own.data_dir)
        give_up_at = time.monotonic() + 60
        while not (outputs / "outputs.json").exists() and time.monotonic() < give_up_at:
            time.sleep(0.05)
        own.start()

        assert took_s < 10
        assert own.wait_done(project, [uid]) == {uid: "COMPLETED"}
        assert own.job(project, uid)["runs"] == 1
