"""Linking, unlinking and moving through the API: one job or many, old workspaces or new ones."""

import pytest

from domain.documents import Job, Workspace
from tests.api.conftest import Api, Json, target

pytestmark = pytest.mark.mongo
PLACED = "workspace { uid title } result { outcome job { workspaceUids } errors { code } }"
ALL_PLACED = (
    "workspace { uid title } summary { requested applied skipped planned }"
    " results { outcome jobUid job { workspaceUids } errors { code } }"
)
W2 = {"workspaceUid": "W2"}


def selected(project: str, *jobs: str) -> Json:
    return {"jobs": [target(project, job) for job in jobs]}


async def shown_in(api: Api, project: str, workspace: str) -> list[str]:
    """The uids of the jobs that a workspace lists."""
    query = "query($filter: JobFilter) { jobs(filter: $filter, first: 100) { nodes { uid } } }"
    where = {"projectUids": [project], "workspaceUids": [workspace]}
    data = await api.ask(query, {"filter": where})
    return sorted(node["uid"] for node in data["jobs"]["nodes"])


async def test_seed_091_093_a_linked_job_is_one_record_in_two_workspaces(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    named = target(project, job)

    linked = await api.mutate("linkJob", {"target": named, "destination": W2}, PLACED)
    await api.mutate("updateJob", {"target": named, "title": "Changed"}, "result { outcome }")

    assert linked["result"]["job"]["workspaceUids"] == ["W1", "W2"]
    assert linked["workspace"] == {"uid": "W2", "title": "Two"}
    assert await shown_in(api, project, "W1") == await shown_in(api, project, "W2") == [job]
    assert [found.title for found in await Job.find_all().to_list()] == ["Changed"]


async def test_seed_092_a_job_is_linked_to_a_workspace_made_in_the_same_request(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    new = {"newWorkspace": {"title": "Third", "description": "New."}}

    linked = await api.mutate(
        "linkJob", {"target": target(project, job), "destination": new}, PLACED
    )

    assert linked["workspace"] == {"uid": "W3", "title": "Third"}
    assert await shown_in(api, project, "W3") == [job]


async def test_seed_095_the_last_workspace_cannot_be_unlinked(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    await api.mutate("linkJob", {"target": target(project, job), "destination": W2}, PLACED)
    unlink = {"target": target(project, job), "workspaceUid": "W1"}
    fields = "result { outcome job { workspaceUids } errors { __typename code } }"

    first = await api.mutate("unlinkJob", unlink, fields)
    last = await api.mutate("unlinkJob", {**unlink, "workspaceUid": "W2"}, fields)

    assert first["result"]["job"]["workspaceUids"] == ["W2"]
    refused = [{"__typename": "ProjectStateError", "code": "LAST_WORKSPACE"}]
    assert (last["result"]["outcome"], last["result"]["errors"]) == ("SKIPPED", refused)


async def test_seed_096_097_a_moved_job_is_in_the_new_workspace_alone(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    input = {"target": target(project, job), "fromWorkspaceUid": "W1", "destination": W2}

    moved = await api.mutate("moveJob", input, PLACED)

    assert moved["result"]["outcome"] == "APPLIED"
    assert await shown_in(api, project, "W1") == []
    assert await shown_in(api, project, "W2") == [job]


@pytest.mark.parametrize(
    ("destination", "uid"), [(W2, "W2"), ({"newWorkspace": {"title": "Third"}}, "W3")]
)
async def test_seed_163_164_165_166_167_168_all_selected_jobs_are_linked_and_the_workspace_answered(
    api: Api, destination: Json, uid: str
) -> None:
    project = await api.make_project()
    jobs = [await api.make_job(project) for _ in range(3)]
    input = {"jobs": selected(project, *jobs), "destination": destination}

    review = await api.mutate("linkJobs", {**input, "dryRun": True}, ALL_PLACED)
    linked = await api.mutate("linkJobs", input, ALL_PLACED)

    assert [result["jobUid"] for result in review["results"]] == jobs
    assert {result["outcome"] for result in review["results"]} == {"PLANNED"}
    assert (linked["workspace"]["uid"], linked["summary"]["applied"]) == (uid, 3)
    assert await shown_in(api, project, uid) == jobs


@pytest.mark.parametrize(
    ("destination", "uid"), [(W2, "W2"), ({"newWorkspace": {"title": "Third"}}, "W3")]
)
async def test_seed_169_170_171_172_173_174_all_selected_jobs_are_moved_and_the_workspace_answered(
    api: Api, destination: Json, uid: str
) -> None:
    project = await api.make_project()
    jobs = [await api.make_job(project) for _ in range(3)]
    input = {
        "jobs": selected(project, *jobs),
        "fromWorkspaceUid": "W1",
        "destination": destination,
    }

    review = await api.mutate("moveJobs", {**input, "dryRun": True}, ALL_PLACED)
    moved = await api.mutate("moveJobs", input, ALL_PLACED)

    assert [result["jobUid"] for result in review["results"]] == jobs
    assert (moved["workspace"]["uid"], moved["summary"]["applied"]) == (uid, 3)
    assert await shown_in(api, project, "W1") == []
    assert await shown_in(api, project, uid) == jobs


async def test_seed_194_only_the_linked_ones_of_the_selected_jobs_are_unlinked(api: Api) -> None:
    project = await api.make_project()
    linked, single = await api.make_job(project), await api.make_job(project)
    await api.mutate("linkJob", {"target": target(project, linked), "destination": W2}, PLACED)
    fields = "results { outcome errors { code } } summary { applied skipped }"

    answer = await api.mutate(
        "unlinkJobs", {"jobs": selected(project, linked, single), "workspaceUid": "W1"}, fields
    )

    assert answer["summary"] == {"applied": 1, "skipped": 1}
    assert answer["results"][1]["errors"] == [{"code": "LAST_WORKSPACE"}]
    assert await shown_in(api, project, "W1") == [single]


async def test_all_or_nothing_leaves_no_new_workspace_when_one_job_cannot_go(api: Api) -> None:
    project = await api.make_project()
    job, elsewhere = await api.make_job(project), await api.make_job(project, workspaceUid="W2")
    input = {
        "jobs": selected(project, job, elsewhere),
        "fromWorkspaceUid": "W1",
        "destination": {"newWorkspace": {"title": "Third"}},
        "onError": "ALL_OR_NOTHING",
    }

    answer = await api.mutate("moveJobs", input, ALL_PLACED)

    assert [result["outcome"] for result in answer["results"]] == ["NOT_ATTEMPTED", "SKIPPED"]
    assert await Workspace.find({"project_uid": project}).count() == 2
    assert await shown_in(api, project, "W1") == [job]


async def test_jobs_of_two_projects_are_refused_as_a_whole(api: Api) -> None:
    first, second = await api.make_project(), await api.make_project()
    jobs = [target(first, await api.make_job(first)), target(second, await api.make_job(second))]

    answer = await api.mutate("linkJobs", {"jobs": {"jobs": jobs}, "destination": W2}, ALL_PLACED)

    assert [error["code"] for error in answer["errors"]] == ["MIXED_PROJECTS"]
    assert answer["results"] == []


async def test_a_repeated_move_with_the_same_key_answers_the_same(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    input = {
        "target": target(project, job),
        "fromWorkspaceUid": "W1",
        "destination": {"newWorkspace": {"title": "Third"}},
        "idempotencyKey": "k1",
    }

    first = await api.mutate("moveJob", input, PLACED)
    again = await api.mutate("moveJob", input, PLACED)

    assert again == first
    assert await Workspace.find({"project_uid": project}).count() == 3
