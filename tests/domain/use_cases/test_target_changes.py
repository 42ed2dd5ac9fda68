"""Changing and deleting targets: what runs on them keeps what it holds."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from domain.documents import Attempt, Target
from domain.documents.attempt import AttemptState
from domain.documents.target import SshConnection
from domain.error_codes import ErrorCode
from domain.errors import BadInput, InUse, LaneRefused, RevisionConflict
from domain.resources import Slots
from domain.slots import take
from domain.use_cases import target_changes
from domain.use_cases.context import Request
from domain.use_cases.lanes import create_lane
from domain.use_cases.target_changes import NodeChanges, update_node_target
from domain.use_cases.target_checks import GpuChoice
from domain.use_cases.targets import NewNodeTarget, create_node_target, delete_target

MakeTarget = Callable[..., Awaitable[Target]]
HELD = "P1-J7#1"


async def stored(name: str = "node1") -> Target:
    target = await Target.get(name)
    assert target is not None
    return target


def free(target: Target, kind: str) -> list[str]:
    return [index for index, holder in target.slots[kind].items() if holder is None]


async def test_more_cores_are_free_slots(request_context: Request, make_target: MakeTarget) -> None:
    await make_target(cpu=2)

    target = await update_node_target(request_context, "node1", {"cpu_cores": 4, "ram_gb": 20})

    assert free(target, "cpu") == ["0", "1", "2", "3"]
    assert free(target, "ram") == ["0", "1"]
    assert (target.cpu_cores, target.ram_gb, target.revision) == (4, 20, 2)


async def test_fewer_cores_take_away_free_ones_and_leave_those_that_are_held(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target(cpu=4)
    await take("node1", HELD, Slots(cpu=(2, 3)), term=0)

    target = await update_node_target(request_context, "node1", {"cpu_cores": 3})

    assert target.slots["cpu"] == {"0": None, "2": HELD, "3": HELD}


@pytest.mark.parametrize(
    "changes",
    [
        NodeChanges(cpu_cores=1),
        NodeChanges(ram_gb=8),
        NodeChanges(gpus=GpuChoice((0, 1, 3))),
        NodeChanges(gpus=GpuChoice(detect=True)),
        NodeChanges(ssh=SshConnection(host="far", user="me")),
    ],
)
async def test_what_is_held_is_not_taken_away(
    request_context: Request, make_target: MakeTarget, changes: NodeChanges
) -> None:
    await make_target(cpu=4, gpu=4, ram=4)
    await take("node1", HELD, Slots(cpu=(0, 1), gpu=(2,), ram=(0, 1)), term=0)
    before = await stored()

    with pytest.raises(InUse) as refusal:
        await update_node_target(request_context, "node1", changes)

    assert refusal.value.job_ids == ["P1-J7"]
    assert await stored() == before


async def test_gpus_are_chosen_by_index_and_a_held_one_stays_held(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target(gpu=3)
    await take("node1", HELD, Slots(gpu=(2,)), term=0)

    target = await update_node_target(request_context, "node1", {"gpus": GpuChoice((2, 5))})

    assert target.slots["gpu"] == {"2": HELD, "5": None}
    assert [(gpu.index, gpu.enabled) for gpu in target.gpus] == [(2, True), (5, True)]


async def test_slots_taken_between_the_look_and_the_write_are_seen(
    request_context: Request, make_target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job takes the last core after the change was worked out with it as free."""
    await make_target(cpu=2)
    look = target_changes._node_values

    async def look_and_lose(target: Target, changes: NodeChanges) -> dict[str, object]:
        values = await look(target, changes)
        await take("node1", HELD, Slots(cpu=(0, 1)), term=0)
        return values

    monkeypatch.setattr(target_changes, "_node_values", look_and_lose)

    with pytest.raises(InUse):
        await update_node_target(request_context, "node1", {"cpu_cores": 1})

    assert (await stored()).slots["cpu"] == {"0": HELD, "1": HELD}


async def test_a_target_that_changed_meanwhile_is_not_overwritten(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target()
    await take("node1", HELD, Slots(cpu=(0,)), term=0)

    with pytest.raises(RevisionConflict) as refusal:
        await update_node_target(request_context, "node1", {"title": "Mine"}, expected_revision=1)

    assert (refusal.value.kind, refusal.value.current) == ("target", 2)
    assert (await stored()).title == "node1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (NodeChanges(cpu_cores=0), "cpuCores"),
        (NodeChanges(ram_gb=0), "ramGb"),
        (NodeChanges(hostname=" "), "hostname"),
        (NodeChanges(hostname="a\nb"), "hostname"),
        (NodeChanges(cache_path="scratch"), "cachePath"),
        (NodeChanges(cache_quota_mb=-1), "cacheQuotaMb"),
        (NodeChanges(gpus=GpuChoice((1, 1))), "gpus"),
        (NodeChanges(ssh=SshConnection(host="-oProxyCommand=x", user="me")), "ssh"),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    request_context: Request, make_target: MakeTarget, changes: NodeChanges, field: str
) -> None:
    before = await make_target()

    with pytest.raises(BadInput) as refusal:
        await update_node_target(request_context, "node1", changes)

    assert refusal.value.path == [field]
    assert await stored() == before


async def test_a_target_moves_to_lanes_of_its_type_alone(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target()
    await create_lane(request_context, name="other", type="node")
    await create_lane(request_context, name="slurm", type="cluster")

    target = await update_node_target(request_context, "node1", {"lane": "other"})

    assert target.lane == "other"
    with pytest.raises(LaneRefused) as refusal:
        await update_node_target(request_context, "node1", {"lane": "slurm"})
    assert refusal.value.code is ErrorCode.LANE_TYPE_MISMATCH


async def test_a_target_that_nothing_runs_on_is_deleted(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target()

    was = await delete_target(request_context, "node1")

    assert was.name == "node1"
    assert await Target.get("node1") is None


async def test_a_target_with_a_running_job_is_not_deleted(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target()
    await take("node1", HELD, Slots(ram=(3,)), term=0)

    with pytest.raises(InUse) as refusal:
        await delete_target(request_context, "node1")

    assert refusal.value.job_ids == ["P1-J7"]
    assert (await stored()).slots["ram"]["3"] == HELD


async def run_on_cluster(state: AttemptState, now: datetime) -> None:
    """An attempt of a job on the target "cluster"."""
    resources = {"target": "cluster", "hostname": "c", "lane": "slurm", "lane_type": "cluster"}
    await Attempt.model_validate(
        {
            "_id": HELD, "project_uid": "P1", "job_uid": "J7", "number": 1, "state": state,
            "token": f"{HELD}-0", "term": 0, "directory": "/a", "project_dir": "/",
            "resources": resources, "created_at": now,
        }
    ).insert()  # fmt: skip


@pytest.mark.parametrize("state", [AttemptState.NEW, AttemptState.SUBMITTED, AttemptState.LOST])
async def test_a_cluster_where_something_may_run_is_not_deleted_though_it_has_no_slots(
    request_context: Request, make_target: MakeTarget, state: AttemptState
) -> None:
    await make_target("cluster", cpu=0, ram=0)
    await run_on_cluster(state, request_context.now)

    with pytest.raises(InUse) as refusal:
        await delete_target(request_context, "cluster")

    assert refusal.value.job_ids == ["P1-J7"]
    assert await Target.get("cluster") is not None


async def test_a_cluster_where_everything_has_ended_is_deleted(
    request_context: Request, make_target: MakeTarget
) -> None:
    await make_target("cluster", cpu=0, ram=0)
    await run_on_cluster(AttemptState.ENDED, request_context.now)

    await delete_target(request_context, "cluster")

    assert await Target.get("cluster") is None


async def test_an_empty_path_is_none(request_context: Request) -> None:
    new = NewNodeTarget(
        lane="default", name="n", hostname="n", cpu_cores=1, ram_gb=8, cache_path=""
    )

    target = await create_node_target(request_context, new)

    assert target.cache_path is None
