"""Each mutation operation of the contract, as its client would send it, on a seeded instance.

Queries run in test_query_counts.py, subscriptions in tests/api/streams.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from domain import clock
from domain.documents import Job
from domain.documents.shapes import Connection, Interaction, JobInput, JobOutput, OutputVersion
from domain.status import JobStatus
from tests.api.conftest import Api, target
from tests.api.operations import TEXTS

pytestmark = pytest.mark.mongo
Json = dict[str, Any]
P, FIRST, SECOND, QUEUED, WAITING, FAILED, BUILDING = "P1", "J1", "J2", "J3", "J4", "J5", "J6"


def job(
    uid: str, status: JobStatus, kind: str = "simulate_data", category: str = "simulations"
) -> Job:
    moment = clock.now()
    return Job(
        id=f"{P}-{uid}",
        project_uid=P,
        project_uid_num=1,
        uid=uid,
        uid_num=int(uid[1:]),
        workspace_uids=["W1", "W2"] if uid == FIRST else ["W1"],
        created_by="admin",
        created_at=moment,
        updated_at=moment,
        type=kind,
        type_version=1,
        category=category,
        status=status,
        job_dir=uid,
        attempt=1,
        queued_to_lane=None if status is JobStatus.BUILDING else "default",
    )


def exposures() -> JobOutput:
    """What a simulation leaves: micrographs, with a final version and an unused earlier one."""
    versions = [
        OutputVersion(
            version=number,
            final=number == 2,
            metafile=f"J1/{number}.cs",
            num_items=4,
            slots=["micrograph_blob", "mscope_params"],
            size_bytes=10,
            created_at=clock.now(),
        )
        for number in (1, 2)
    ]
    return JobOutput(num_items=4, versions=versions)


async def seed(api: Api) -> None:
    """A chain of two, and a job in each status that an operation asks for."""
    assert await api.make_project() == P
    node = {"lane": "default", "name": "node1", "hostname": "node1", "cpuCores": 8, "ramGb": 64.0}
    await api.mutate("createNodeTarget", node, "target { name }")
    first = job(FIRST, JobStatus.COMPLETED)
    first.outputs = {"micrographs": exposures()}
    first.intermediate_results_size_bytes = 10
    second = job(SECOND, JobStatus.COMPLETED, "ctf_estimation", "ctf_estimation")
    second.inputs = {
        "exposures": JobInput(connections=[Connection(job_uid=FIRST, output="micrographs")])
    }
    second.parents = [FIRST]
    waiting = job(WAITING, JobStatus.WAITING)
    waiting.interaction = Interaction(id="i1", kind="select", title="Choose")
    building = job(BUILDING, JobStatus.BUILDING, "ctf_estimation", "ctf_estimation")
    others = [job(QUEUED, JobStatus.QUEUED), job(FAILED, JobStatus.FAILED)]
    for made in (first, second, waiting, building, *others):
        await made.insert()
    await (
        Job.rows().database["counters"].update_one({"_id": "P1:jobs"}, {"$set": {"last": 9}}, True)
    )


def of(uid: str) -> Json:
    return target(P, uid)


NODE = {"cpuCores": 4, "ramGb": 16.0, "cachePath": None, "lane": "default", "name": "here"}
VARIABLES: Mapping[str, Callable[[], Json]] = {
    "admin_create_api_token": lambda: {"name": "nightly", "scopes": ["READ"], "expiresAt": None},
    "admin_create_cluster_target": lambda: {
        "input": {"lane": "slurm", "name": "big", "scriptTpl": "#!/bin/sh\n{{ run_cmd }}\n"}
    },
    "admin_create_lane": lambda: {"input": {"name": "gpu", "type": "NODE"}},
    "admin_create_node_target": lambda: NODE,
    "admin_create_user": lambda: {"input": {"name": "anna", "password": "correct horse"}},
    "admin_drain": lambda: {"scope": {"lane": "default"}, "drained": True},
    "admin_settings": lambda: {"input": {"defaultPriority": 5}},
    "admin_update_user": lambda: {"input": {"user": {"name": "admin"}, "firstName": "Ada"}},
    "admin_verify_target": lambda: {"name": "big"},
    "dashboard_connect_job_input": lambda: {
        "input": {
            "target": of(BUILDING),
            "input": "exposures",
            "parentJobUid": FIRST,
            "output": "micrographs",
        }
    },
    "dashboard_kill_job": lambda: {"input": {"target": of(WAITING), "dryRun": True}},
    "dashboard_move_jobs": lambda: {
        "jobs": [of(SECOND)],
        "from": "W1",
        "title": "Elsewhere",
        "key": "k1",
    },
    "dashboard_run_quick_action": lambda: {
        "input": {"target": of(FIRST), "key": "ctf_estimation", "workspaceUid": "W1"}
    },
    "dashboard_set_starred": lambda: {
        "input": {"subject": {"project": P}, "starred": True},
    },
    "dashboard_submit_interaction": lambda: {"input": {"target": of(WAITING), "data": {"keep": 1}}},
    "dashboard_update_job": lambda: {"input": {"target": of(BUILDING), "title": "CTF"}},
    "integration_change_lane": lambda: {"from": "default", "to": "default"},
    "integration_clear_project": lambda: {"projectUid": P},
    "integration_clone_chain": lambda: {"projectUid": P, "start": SECOND, "end": FIRST, "key": "k"},
    "integration_create_job": lambda: {
        "input": {"projectUid": P, "workspaceUid": "W1", "type": "simulate_data"}
    },
    "integration_create_workspace": lambda: {"input": {"projectUid": P, "title": "Third"}},
    "integration_delete_preview": lambda: {"jobs": [of(FIRST), of(SECOND)]},
    "integration_export_jobs": lambda: {"jobs": [of(FIRST)], "key": "k"},
    "integration_hold_jobs": lambda: {"lane": "default", "key": "k"},
    "integration_import_job": lambda: {
        "projectUid": P,
        "workspaceUid": "W1",
        "path": "exports/jobs/J1_simulate_data",
        "key": "k",
    },
    "integration_queue_by_filter": lambda: {"projectUid": P, "types": None, "lane": "default"},
    "integration_restart_failed": lambda: {
        "projectUid": P,
        "since": "2020-01-01T00:00:00Z",
        "key": "k",
    },
}
"""Operation → its variables. Each is sent to an instance of its own making."""


def mutations() -> list[str]:
    return sorted(name for name, text in TEXTS.items() if text.startswith("mutation"))


def test_every_mutation_of_the_contract_has_its_variables_here() -> None:
    assert mutations() == sorted(VARIABLES)


@pytest.mark.parametrize("name", mutations())
async def test_a_mutation_of_the_contract_runs(api: Api, name: str) -> None:
    await seed(api)
    await api.mutate("createLane", {"name": "slurm", "type": "CLUSTER"}, "lane { name }")
    if name == "admin_verify_target":
        await api.ask(
            TEXTS["admin_create_cluster_target"], VARIABLES["admin_create_cluster_target"]()
        )

    data = await api.ask(TEXTS[name], VARIABLES[name]())

    [payload] = data.values()
    assert payload["errors"] == []
    results = payload.get("results") or ([payload["result"]] if payload.get("result") else [])
    outcomes = {result["outcome"] for result in results}
    assert outcomes <= {"APPLIED", "ACCEPTED", "PLANNED", "SKIPPED"}
    assert not results or outcomes & {"APPLIED", "ACCEPTED", "PLANNED"} or name in ONLY_SKIPS


ONLY_SKIPS = frozenset({"integration_change_lane"})
"""The job is in that lane already."""
