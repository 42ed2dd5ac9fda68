"""Lanes: what may be changed, and what keeps a lane from being deleted."""

from collections.abc import Awaitable, Callable

import pytest

from domain import instance
from domain.documents import Instance, Job, Lane, Project, Target, User
from domain.documents.instance import INSTANCE_ID
from domain.errors import BadInput, Forbidden, InUse, NotFound, RevisionConflict
from domain.resources import Slots
from domain.slots import take
from domain.status import JobStatus
from domain.use_cases import lanes
from domain.use_cases.context import Request
from tests.conftest import NOON, viewer_of

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[Target]]
MakeUser = Callable[..., Awaitable[User]]


async def test_what_is_left_out_of_an_update_stays(request_context: Request) -> None:
    await lanes.create_lane(request_context, name="gpu", type="node", title="GPUs", desc="Fast")

    lane = await lanes.update_lane(request_context, "gpu", {"title": "All GPUs"})

    assert (lane.title, lane.desc, lane.revision) == ("All GPUs", "Fast", 2)


async def test_a_lane_that_changed_meanwhile_is_not_overwritten(request_context: Request) -> None:
    await lanes.create_lane(request_context, name="gpu", type="node")
    await lanes.update_lane(request_context, "gpu", {"title": "First"}, expected_revision=1)

    with pytest.raises(RevisionConflict) as refusal:
        await lanes.update_lane(request_context, "gpu", {"title": "Second"}, expected_revision=1)

    conflict = refusal.value
    assert (conflict.kind, conflict.object_id, conflict.current) == ("lane", "gpu", 2)
    lane = await Lane.get("gpu")
    assert lane is not None
    assert lane.title == "First"


async def test_a_lane_that_is_not_there_is_not_found(request_context: Request) -> None:
    with pytest.raises(NotFound):
        await lanes.update_lane(request_context, "nowhere", {"title": "A"})


@pytest.mark.parametrize("title", ["", "  ", "a" * 201, "a\0"])
async def test_a_title_without_words_is_refused(request_context: Request, title: str) -> None:
    with pytest.raises(BadInput) as refusal:
        await lanes.update_lane(request_context, "default", {"title": title})

    assert refusal.value.path == ["title"]


async def test_only_administrators_write_lanes(
    request_context: Request, make_user: MakeUser
) -> None:
    anna = viewer_of(await make_user())
    request = Request(anna, NOON, request_context.settings, request_context.catalogue)

    with pytest.raises(Forbidden):
        await lanes.update_lane(request, "default", {"title": "Mine"})
    with pytest.raises(Forbidden):
        await lanes.delete_lane(request, "default")


async def test_a_lane_is_deleted_with_its_targets_and_nobody_may_use_it_any_more(
    request_context: Request, make_target: MakeTarget, make_user: MakeUser
) -> None:
    await lanes.create_lane(request_context, name="gpu", type="node")
    await make_target("a", lane="gpu")
    await make_target("b", lane="default")
    await make_user(lanes=["default", "gpu"])

    was = await lanes.delete_lane(request_context, "gpu")

    assert was.name == "gpu"
    assert [lane.name for lane in await Lane.find_all().to_list()] == ["default"]
    assert [target.name for target in await Target.find_all().to_list()] == ["b"]
    anna = await User.get("anna")
    assert anna is not None
    assert anna.lanes == ["default"]


@pytest.mark.parametrize("status", [JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.WAITING])
async def test_a_lane_with_jobs_is_not_deleted(
    request_context: Request, make_project: MakeProject, make_job: Make, status: JobStatus
) -> None:
    await lanes.create_lane(request_context, name="gpu", type="node")
    await make_project()
    await make_job("J1", status=status, queued_to_lane="gpu")
    await make_job("J2", status=JobStatus.COMPLETED, queued_to_lane="gpu")

    with pytest.raises(InUse) as refusal:
        await lanes.delete_lane(request_context, "gpu")

    assert (refusal.value.job_ids, refusal.value.used_by) == (["P1-J1"], [])
    assert await Lane.get("gpu") is not None


async def test_the_lane_of_a_setting_is_not_deleted(request_context: Request) -> None:
    await Instance.rows().update_one(
        {"_id": INSTANCE_ID}, {"$set": {"import_lane_override": "default"}}
    )

    with pytest.raises(InUse) as refusal:
        await lanes.delete_lane(request_context, "default")

    assert refusal.value.used_by == ["Instance.defaultLane", "Instance.importLaneOverride"]
    assert await Lane.get("default") is not None


async def test_a_lane_whose_slots_are_held_without_a_job_that_is_active_is_not_deleted(
    request_context: Request, make_target: MakeTarget
) -> None:
    """The attempt has ended, but its processes are not yet proven gone: quarantine."""
    await lanes.create_lane(request_context, name="gpu", type="node")
    await make_target("a", lane="gpu", gpu=1)
    await take("a", "P1-J1#1", Slots(gpu=(0,)), term=0)

    with pytest.raises(InUse) as refusal:
        await lanes.delete_lane(request_context, "gpu")

    assert refusal.value.job_ids == ["P1-J1"]
    assert await Target.get("a") is not None


async def test_a_default_lane_that_was_deleted_does_not_come_back(
    request_context: Request,
) -> None:
    await lanes.create_lane(request_context, name="gpu", type="node")
    await Instance.rows().update_one({"_id": INSTANCE_ID}, {"$set": {"default_lane": "gpu"}})
    await lanes.delete_lane(request_context, "default")

    await instance.ensure_instance(NOON, request_context.settings)

    assert [lane.name for lane in await Lane.find_all().to_list()] == ["gpu"]


async def test_a_machine_that_was_moved_to_another_lane_is_not_registered_again(
    request_context: Request,
) -> None:
    async def start() -> None:
        await instance.register_this_machine(NOON, hostname="here", cpu_cores=2, ram_gb=8, gpus=[])

    await start()
    await Target.rows().update_one({"_id": "here"}, {"$set": {"lane": "gpu"}})

    await start()

    assert [(t.name, t.lane) for t in await Target.find_all().to_list()] == [("here", "gpu")]
