"""What is in use of GPUs is on the target's record; without a GPU there is nothing to say."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Target
from domain.documents.target import GpuDevice
from domain.use_cases.target_changes import write_target
from scheduler.executors import gpus
from scheduler.executors.base import Gpu
from scheduler.gpu_use import record_gpu_use, record_here, with_use
from tests.fakes.nvml import GIB, Device, FakeNvml

MakeTarget = Callable[..., Awaitable[Target]]
TWO = [
    GpuDevice(index=0, name="NVIDIA H100", mem=80 * GIB, uuid="GPU-a"),
    GpuDevice(index=1, name="NVIDIA H100", mem=80 * GIB, uuid="GPU-b", enabled=False),
]


def gpu(index: int, uuid: str, utilisation: float, used: int) -> Gpu:
    return Gpu(
        index=index,
        uuid=uuid,
        name="NVIDIA H100",
        memory_bytes=80 * GIB,
        utilisation=utilisation,
        memory_used_bytes=used,
    )


async def have_gpus(make_target: MakeTarget, name: str = "node1") -> Target:
    await make_target(name)
    return await write_target(name, {"gpus": [gpu.model_dump() for gpu in TWO]}, None)


async def use(name: str = "node1") -> list[tuple[float | None, int | None]]:
    target = await Target.get(name)
    assert target is not None
    return [(gpu.utilisation, gpu.memory_used) for gpu in target.gpus]


async def test_this_machines_gpus_are_measured_for_every_target_that_it_is(
    make_target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node1", "half"):
        await have_gpus(make_target, name)
    nvml = FakeNvml(Device("GPU-a", used=3 * GIB, percent=97), Device("GPU-b", percent=None))
    monkeypatch.setattr(gpus, "pynvml", nvml)

    await record_here(["node1", "half"])

    assert await use("node1") == await use("half") == [(0.97, 3 * GIB), (None, 0)]
    assert nvml.open == 0


@pytest.mark.parametrize("has_driver", [True, False])
async def test_gpus_that_answer_no_more_are_not_measured(
    make_target: MakeTarget, monkeypatch: pytest.MonkeyPatch, has_driver: bool
) -> None:
    await have_gpus(make_target)
    await record_gpu_use("node1", [gpu(0, "GPU-a", 0.5, GIB)])
    monkeypatch.setattr(gpus, "pynvml", FakeNvml(has_driver=has_driver))

    await record_here(["node1"])

    assert await use() == [(None, None), (None, None)]


async def test_a_measurement_changes_nothing_else_of_the_target(make_target: MakeTarget) -> None:
    before = await have_gpus(make_target)

    await record_gpu_use("node1", [gpu(1, "GPU-b", 0.25, GIB)])

    after = await Target.get("node1")
    assert after is not None
    assert [gpu.enabled for gpu in after.gpus] == [True, False]
    assert after.model_copy(update={"gpus": before.gpus}) == before


async def test_a_target_that_is_gone_or_has_no_gpus_takes_no_measurement(
    make_target: MakeTarget,
) -> None:
    before = await make_target()

    for name in ("node1", "gone"):
        await record_gpu_use(name, [gpu(0, "GPU-a", 0.25, GIB)])

    assert await Target.get("node1") == before
    assert await Target.get("gone") is None


def test_a_gpu_that_was_declared_is_known_by_its_index_and_others_by_their_uuid() -> None:
    declared = GpuDevice(index=1, name="declared", mem=0)
    found = [gpu(0, "GPU-b", 0.1, 1), gpu(1, "GPU-a", 0.2, 2)]

    measured = with_use([*TWO, declared], found)

    assert [gpu.utilisation for gpu in measured] == [0.2, 0.1, 0.2]
