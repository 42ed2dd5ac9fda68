"""Projects and workspaces are changed, shared, tagged and starred through the API."""

from asyncio import gather
from datetime import UTC, datetime

import pytest

from domain.documents import Job
from tests.api.conftest import Api, Json
from tests.api.operations import TEXTS

pytestmark = pytest.mark.mongo
STARRED = """
    query($id: ID!) { node(id: $id) {
      ... on Job { starred } ... on Project { starred } ... on Workspace { starred } } }"""
SIZES = "query($uid: ProjectUid!) { project(uid: $uid) { size intermediateResultsSizeBytes } }"
WORDS = "project { uid title revision archived queuePaused usersWithAccess { name } }"


async def update(api: Api, uid: str, user: str = "admin", **changes: object) -> Json:
    return await api.mutate("updateProject", {"projectUid": uid, **changes}, WORDS, user)


async def make_tag(api: Api, title: str, type: str = "GENERAL", user: str = "admin") -> str:
    made = await api.mutate("createTag", {"title": title, "type": type}, "tag { uid }", user)
    uid: str = made["tag"]["uid"]
    return uid


async def test_a_project_is_renamed_and_paused_in_one_request(api: Api) -> None:
    uid = await api.make_project()

    payload = await update(api, uid, title="Ribosome", queuePaused=True, expectedRevision=1)

    assert payload["errors"] == []
    assert payload["project"] == {
        "uid": uid,
        "title": "Ribosome",
        "revision": 2,
        "archived": False,
        "queuePaused": True,
        "usersWithAccess": [{"name": "admin"}],
    }


async def test_a_project_says_of_which_types_it_keeps_every_iteration(api: Api) -> None:
    uid = await api.make_project()
    kept = f'{{ project(uid: "{uid}") {{ keepIterationsOf }} }}'
    both = ["class_2D_relion", "homo_refine_relion", "class_2D_relion"]

    before = await api.ask(kept)
    answer = await update(api, uid, keepIterationsOf=both)
    chosen = await api.ask(kept)
    refused = await update(api, uid, keepIterationsOf=["class_2D_relion", "extract_relion"])
    await update(api, uid, keepIterationsOf=None)

    assert before["project"]["keepIterationsOf"] == []
    assert answer["errors"] == []
    assert chosen["project"]["keepIterationsOf"] == both[:2]
    assert refused["errors"][0]["message"] == "There is no iterative job type extract_relion."
    assert await api.ask(kept) == before


async def test_a_conflict_shows_the_present_project(api: Api) -> None:
    uid = await api.make_project()
    await update(api, uid, title="Theirs")
    query = """
        mutation($input: UpdateProjectInput!) { updateProject(input: $input) { errors {
          code ... on RevisionConflictError { currentRevision current { ... on Project { title } } }
        } } }"""

    answer = await api.ask(
        query, {"input": {"projectUid": uid, "title": "Mine", "expectedRevision": 1}}
    )

    [error] = answer["updateProject"]["errors"]
    assert error == {
        "code": "REVISION_CONFLICT",
        "currentRevision": 2,
        "current": {"title": "Theirs"},
    }


async def test_null_is_refused_where_it_has_no_meaning(api: Api) -> None:
    uid = await api.make_project()

    for field in ("title", "archived", "queuePaused"):
        payload = await api.mutate("updateProject", {"projectUid": uid, field: None}, WORDS)
        assert [error["code"] for error in payload["errors"]] == ["BAD_INPUT"], field

    assert (await update(api, uid))["project"]["revision"] == 1


async def test_access_is_given_and_taken_by_name(api: Api) -> None:
    await api.make_user("anna")
    uid = await api.make_project()
    seen = "query($uid: ProjectUid!) { project(uid: $uid) { title } }"
    input = {"projectUid": uid, "user": {"name": "anna"}}

    before = await api.ask(seen, {"uid": uid}, user="anna")
    given = await api.mutate("addProjectCollaborator", input, WORDS)
    with_access = await api.ask(seen, {"uid": uid}, user="anna")
    refused = await api.mutate("removeProjectCollaborator", input, WORDS, user="anna")
    taken = await api.mutate("removeProjectCollaborator", input, WORDS)
    after = await api.ask(seen, {"uid": uid}, user="anna")

    assert [user["name"] for user in given["project"]["usersWithAccess"]] == ["admin", "anna"]
    assert [user["name"] for user in taken["project"]["usersWithAccess"]] == ["admin"]
    assert [error["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert with_access["project"] == {"title": "Test"}
    assert before["project"] is None
    assert after["project"] is None


async def test_an_archived_project_lets_nothing_be_queued(api: Api) -> None:
    uid = await api.make_project()
    job = await api.make_job(uid)
    await update(api, uid, archived=True)
    target = {"job": {"uid": {"projectUid": uid, "jobUid": job}}}

    refused = await api.mutate("queueJob", {"target": target}, "result { outcome errors { code } }")

    assert refused["result"]["errors"][0] == {"code": "PROJECT_READ_ONLY"}


async def test_seed_086_from_a_job_one_reaches_all_workspaces_of_its_project(api: Api) -> None:
    uid = await api.make_project()
    job = await api.make_job(uid)
    query = """
        query($ref: JobRef!) { job(ref: $ref) {
          project { uid workspaces { nodes { uid title } } } } }"""

    found = await api.ask(query, {"ref": {"uid": {"projectUid": uid, "jobUid": job}}})

    assert found["job"]["project"] == {
        "uid": uid,
        "workspaces": {"nodes": [{"uid": "W1", "title": "One"}, {"uid": "W2", "title": "Two"}]},
    }


async def test_seed_087_from_a_linked_job_one_reaches_the_jobs_of_each_workspace(api: Api) -> None:
    uid = await api.make_project()
    linked, other = await api.make_job(uid), await api.make_job(uid)
    await Job.rows().update_one({"uid": linked}, {"$set": {"workspace_uids": ["W1", "W2"]}})
    query = """
        query($ref: JobRef!) { job(ref: $ref) {
          workspaces { uid jobs(orderBy: [{field: UID}]) { nodes { uid } } } } }"""

    found = await api.ask(query, {"ref": {"uid": {"projectUid": uid, "jobUid": linked}}})

    assert found["job"]["workspaces"] == [
        {"uid": "W1", "jobs": {"nodes": [{"uid": linked}, {"uid": other}]}},
        {"uid": "W2", "jobs": {"nodes": [{"uid": linked}]}},
    ]


async def test_seed_083_the_tags_menu_lists_the_tags_that_fit(api: Api) -> None:
    for title, type in (("worse", "JOB"), ("Better", "JOB"), ("any", "GENERAL")):
        await make_tag(api, title, type)

    every = await api.ask("{ tags { title } }")
    for_jobs = await api.ask("{ tags(type: JOB) { title type colour } }")

    assert [tag["title"] for tag in every["tags"]] == ["any", "Better", "worse"]
    assert for_jobs["tags"] == [
        {"title": "Better", "type": "JOB", "colour": "GRAY"},
        {"title": "worse", "type": "JOB", "colour": "GRAY"},
    ]


async def test_of_two_tags_with_one_title_at_the_same_moment_one_is_made(api: Api) -> None:
    input = {"title": "good", "type": "JOB"}

    answers = await gather(*(api.mutate("createTag", input, "tag { uid }") for _ in range(4)))

    codes = sorted(error["code"] for answer in answers for error in answer["errors"])
    assert codes == ["NAME_TAKEN"] * 3
    assert len((await api.ask("{ tags { uid } }"))["tags"]) == 1


async def test_a_tag_counts_only_what_the_caller_sees(api: Api) -> None:
    await api.make_user("anna")
    tag = await make_tag(api, "good", user="anna")
    own, foreign = await api.make_project("anna"), await api.make_project()
    for uid, user in ((own, "anna"), (foreign, "admin")):
        await update(api, uid, user, tagUids=[tag])
        workspace = {"projectUid": uid, "workspaceUid": "W1", "tagUids": [tag]}
        await api.mutate("updateWorkspace", workspace, "workspace { tags { title } }", user)
    query = "{ tags { counts { total project workspace job } } }"

    seen = await api.ask(query, user="anna")
    all_of_them = await api.ask(query)

    assert seen["tags"] == [{"counts": {"total": 2, "project": 1, "workspace": 1, "job": 0}}]
    assert all_of_them["tags"] == [{"counts": {"total": 4, "project": 2, "workspace": 2, "job": 0}}]


async def test_a_deleted_tag_is_shown_once_more_and_is_gone(api: Api) -> None:
    tag, uid = await make_tag(api, "good"), await api.make_project()
    await update(api, uid, tagUids=[tag])

    deleted = await api.mutate("deleteTag", {"tagUid": tag}, "tag { uid title }")
    project = await api.ask(
        "query($uid: ProjectUid!) { project(uid: $uid) { tags { uid } } tags { uid } }",
        {"uid": uid},
    )

    assert deleted["tag"] == {"uid": tag, "title": "good"}
    assert project == {"project": {"tags": []}, "tags": []}


async def test_each_user_has_stars_of_its_own(api: Api) -> None:
    await api.make_user("anna")
    uid = await api.make_project("anna")
    subjects: list[Json] = [
        {"job": {"uid": {"projectUid": uid, "jobUid": await api.make_job(uid, "anna")}}},
        {"project": uid},
        {"workspace": {"projectUid": uid, "workspaceUid": "W1"}},
    ]

    for subject in subjects:
        star = {"input": {"subject": subject, "starred": True}}
        first = (await api.ask(TEXTS["dashboard_set_starred"], star, user="anna"))["setStarred"]
        again = (await api.ask(TEXTS["dashboard_set_starred"], star, user="anna"))["setStarred"]
        id = {"id": first["subject"]["id"]}

        assert first["errors"] == []
        assert first["subject"]["starred"]
        assert again["subject"] == first["subject"]
        assert (await api.ask(STARRED, id))["node"] == {"starred": False}
        assert (await api.ask(STARRED, id, user="anna"))["node"] == {"starred": True}


async def test_storage_is_summed_over_what_the_caller_sees(api: Api) -> None:
    await api.make_user("anna")
    own, foreign = await api.make_project("anna"), await api.make_project()
    for uid, user, size in ((own, "anna", 700), (own, "anna", 2_000), (foreign, "admin", 50)):
        job = await api.make_job(uid, user)
        sizes = {"job_dir_size": size, "intermediate_results_size_bytes": size // 10}
        await Job.rows().update_one({"_id": f"{uid}-{job}"}, {"$set": sizes})
    await api.make_job(own, "anna")
    text = TEXTS["integration_storage"]

    seen = (await api.ask(text, user="anna"))["storageUsage"]
    of_project = (await api.ask(text, {"projectUid": foreign}))["storageUsage"]
    hidden = (await api.ask(text, {"projectUid": foreign}, user="anna"))["storageUsage"]
    everything = (await api.ask(text))["storageUsage"]
    project = await api.ask(SIZES, {"uid": own}, user="anna")

    assert (seen["totalBytes"], seen["intermediateBytes"]) == (2_700, 270)
    assert [job["jobDirSize"] for job in seen["largestJobs"]] == [2_000, 700]
    assert (of_project["totalBytes"], of_project["intermediateBytes"]) == (50, 5)
    assert hidden is None
    assert everything["totalBytes"] == 2_750
    assert project["project"] == {"size": 2_700, "intermediateResultsSizeBytes": 270}
    assert datetime.fromisoformat(seen["observedAt"]) <= datetime.now(UTC)


async def test_the_dashboards_lists_are_answered_whole(api: Api) -> None:
    uid = await api.make_project()
    await api.make_job(uid)

    for name in ("dashboard_projects", "dashboard_project", "dashboard_browse_jobs"):
        answer = await api.ask(TEXTS[name], {"projectUid": uid, "lane": "default"})
        assert None not in answer.values(), name
