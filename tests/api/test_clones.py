"""Clones through the API: one job, many, and the chain between two."""

import pytest

from domain.documents import Job
from tests.api.conftest import Api, Json, target

pytestmark = pytest.mark.mongo
CLONE = "uid status workspaceUids params parents { uid } clonedFrom { uid }"
CLONED = f"workspace {{ uid }} result {{ outcome createdJob {{ {CLONE} }} }}"
ALL_CLONED = (
    "workspace { uid } summary { requested applied planned }"
    f" results {{ outcome jobUid createdJob {{ {CLONE} }} }}"
)


async def make_chain(api: Api, project: str) -> list[str]:
    """J1 → J2 → J3: simulated micrographs, their CTFs, particles picked on them."""
    first = await api.make_job(project)
    inputs = [{"input": "exposures", "parentJobUid": first, "output": "micrographs"}]
    second = await api.make_job(project, type="ctf_estimation", inputs=inputs)
    inputs = [{"input": "micrographs", "parentJobUid": second, "output": "exposures"}]
    third = await api.make_job(
        project, type="blob_picker", inputs=inputs, params={"diameter_A": 100}
    )
    return [first, second, third]


def parents(clone: Json) -> list[str]:
    return [parent["uid"] for parent in clone["parents"]]


async def test_seed_124_125_126_128_a_clone_is_ready_to_be_changed_and_queued(api: Api) -> None:
    project = await api.make_project()
    _, second, third = await make_chain(api, project)

    cloned = await api.mutate("cloneJob", {"target": target(project, third)}, CLONED)

    clone = cloned["result"]["createdJob"]
    assert (clone["uid"], clone["status"], clone["workspaceUids"]) == ("J4", "BUILDING", ["W1"])
    assert (clone["params"], parents(clone)) == ({"diameter_A": 100}, [second])
    assert clone["clonedFrom"] == {"uid": third}
    edit = {"target": target(project, "J4"), "params": {"diameter_A": 90}}
    edited = await api.mutate("updateJob", edit, "result { job { params } }")
    assert edited["result"]["job"]["params"] == {"diameter_A": 90}


async def test_seed_123_cloning_is_offered_in_every_status(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    await api.mutate("queueJob", {"target": target(project, job)}, "result { outcome }")
    query = (
        "query($ref: JobRef!) { job(ref: $ref) { actions(only: [CLONE]) { action available } } }"
    )

    data = await api.ask(query, {"ref": target(project, job)["job"]})

    assert data["job"]["actions"] == [{"action": "CLONE", "available": True}]


async def test_seed_127_inputs_of_a_clone_are_removed_and_added(api: Api) -> None:
    project = await api.make_project()
    first, second, third = await make_chain(api, project)
    await api.mutate("cloneJob", {"target": target(project, third)}, CLONED)
    clone = target(project, "J4")

    await api.mutate(
        "disconnectJobInput", {"target": clone, "input": "micrographs"}, "result { outcome }"
    )
    added = await api.mutate(
        "connectJobInput",
        {
            "target": clone,
            "input": "micrographs",
            "parentJobUid": first,
            "output": "micrographs",
        },
        "result { job { parents { uid } } }",
    )

    assert added["result"]["job"]["parents"] == [{"uid": first}]
    source = await Job.get(f"{project}-{third}")
    assert source is not None
    assert source.parents == [second]


@pytest.mark.parametrize(
    ("where", "uid"),
    [
        ({"fromWorkspaceUid": "W1"}, "W1"),
        ({"fromWorkspaceUid": "W1", "destination": {"workspaceUid": "W2"}}, "W2"),
        ({"destination": {"newWorkspace": {"title": "Third"}}}, "W3"),
    ],
)
async def test_seed_175_176_177_178_179_180_182_all_selected_jobs_are_cloned(
    api: Api, where: Json, uid: str
) -> None:
    project = await api.make_project()
    jobs = await make_chain(api, project)
    input = {"jobs": {"jobs": [target(project, job) for job in jobs]}, **where}

    review = await api.mutate("cloneJobs", {**input, "dryRun": True}, ALL_CLONED)
    cloned = await api.mutate("cloneJobs", input, ALL_CLONED)

    assert [(r["jobUid"], r["outcome"]) for r in review["results"]] == [
        (job, "PLANNED") for job in jobs
    ]
    clones = [result["createdJob"] for result in cloned["results"]]
    assert (cloned["workspace"], cloned["summary"]["applied"]) == ({"uid": uid}, 3)
    assert [clone["workspaceUids"] for clone in clones] == [[uid]] * 3
    assert [parents(clone) for clone in clones] == [[], ["J4"], ["J5"]]


@pytest.mark.parametrize(
    ("start", "end", "destination", "uid"),
    [
        ("J1", "J3", {"workspaceUid": "W2"}, "W2"),
        ("J3", "J1", {"newWorkspace": {"title": "Third"}}, "W3"),
    ],
)
async def test_seed_183_186_187_188_189_190_191_a_chain_is_cloned_with_links_among_the_clones(
    api: Api, start: str, end: str, destination: Json, uid: str
) -> None:
    project = await api.make_project()
    jobs = await make_chain(api, project)
    input = {
        "projectUid": project,
        "startJobUid": start,
        "endJobUid": end,
        "fromWorkspaceUid": "W1",
        "destination": destination,
    }

    review = await api.mutate("cloneJobChain", {**input, "dryRun": True}, ALL_CLONED)
    cloned = await api.mutate("cloneJobChain", input, ALL_CLONED)

    assert [result["jobUid"] for result in review["results"]] == jobs
    assert cloned["workspace"] == {"uid": uid}
    clones = [result["createdJob"] for result in cloned["results"]]
    assert [parents(clone) for clone in clones] == [[], ["J4"], ["J5"]]


async def test_seed_184_185_jobs_without_a_chain_between_them_are_refused(api: Api) -> None:
    project = await api.make_project()
    chained = await make_chain(api, project)
    other = await api.make_job(project)
    input = {"projectUid": project, "startJobUid": chained[0], "endJobUid": other}

    refused = await api.mutate("cloneJobChain", input, ALL_CLONED)

    [error] = refused["errors"]
    assert (error["__typename"], error["code"]) == ("InvalidChainError", "INVALID_CHAIN")
    assert await Job.find({"project_uid": project}).count() == 4


async def test_a_repeated_clone_with_the_same_key_makes_one_clone(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    input = {"target": target(project, job), "idempotencyKey": "k1"}

    first = await api.mutate("cloneJob", input, CLONED)
    again = await api.mutate("cloneJob", input, CLONED)

    assert again == first
    assert await Job.find({"project_uid": project}).count() == 2
