"""The jobs of a lane: how many, in which order, and which is next."""

import pytest

from tests.api.conftest import Api, Json, target

pytestmark = pytest.mark.mongo


async def three_queued(api: Api) -> str:
    """J1, J2 and J3, queued in this order to the default lane, J2 first by its priority."""
    project = await api.make_project()
    for priority in (0, 50, 0):
        job = await api.make_job(project)
        input = {"target": target(project, job), "priority": priority}
        queued = await api.mutate("queueJob", input, "result { outcome }")
        assert queued["result"] == {"outcome": "APPLIED"}
    return project


async def lane(api: Api, fields: str, user: str = "admin") -> Json:
    found: Json = (await api.ask(f'{{ lane(name: "default") {{ {fields} }} }}', user=user))["lane"]
    return found


async def test_jobs_are_counted_by_view(api: Api) -> None:
    await room_for_jobs(api)
    await three_queued(api)

    counts = await lane(
        api, "all: jobCount queued: jobCount(view: QUEUED) active: jobCount(view: ACTIVE)"
    )

    assert counts == {"all": 3, "queued": 3, "active": 0}


async def test_jobs_are_listed_in_run_order_page_by_page(api: Api) -> None:
    await room_for_jobs(api)
    await three_queued(api)

    first = await lane(api, "jobs(first: 2) { nodes { uid } pageInfo { endCursor hasNextPage } }")
    after = first["jobs"]["pageInfo"]["endCursor"]
    rest = await lane(api, f'jobs(first: 2, after: "{after}") {{ nodes {{ uid }} totalCount }}')

    assert [job["uid"] for job in first["jobs"]["nodes"]] == ["J2", "J1"]
    assert first["jobs"]["pageInfo"]["hasNextPage"]
    assert rest["jobs"] == {"nodes": [{"uid": "J3"}], "totalCount": 3}


async def test_a_job_has_its_place_in_the_queue_of_its_lane_alone(api: Api) -> None:
    await room_for_jobs(api)
    project = await three_queued(api)
    building = await api.make_job(project)
    await api.mutate("createLane", {"name": "other", "type": "NODE"}, "lane { name }")
    query = "query($job: JobRef!) { lanes { name queuePosition(ref: $job) } }"

    async def places(job: str) -> dict[str, int | None]:
        ref = {"uid": {"projectUid": project, "jobUid": job}}
        lanes = (await api.ask(query, {"job": ref}))["lanes"]
        return {lane["name"]: lane["queuePosition"] for lane in lanes}

    assert await places("J2") == {"default": 1, "other": None}
    assert await places("J3") == {"default": 3, "other": None}
    assert await places(building) == {"default": None, "other": None}


async def test_jobs_of_foreign_projects_are_neither_listed_nor_placed(api: Api) -> None:
    await room_for_jobs(api)
    project = await three_queued(api)
    await api.make_user("anna")
    ref = f'{{ uid: {{ projectUid: "{project}", jobUid: "J2" }} }}'

    seen = await lane(
        api, f"jobCount queueLength queuePosition(ref: {ref}) jobs {{ nodes {{ uid }} }}", "anna"
    )

    assert seen == {
        "jobCount": 0,
        "queueLength": 3,
        "queuePosition": None,
        "jobs": {"nodes": []},
    }


async def room_for_jobs(api: Api) -> None:
    """A machine on the default lane, or no job could ever run there."""
    input = {"lane": "default", "name": "n1", "hostname": "n1", "cpuCores": 8, "ramGb": 64}
    made = await api.mutate("createNodeTarget", input, "target { name }")
    assert made["errors"] == []
