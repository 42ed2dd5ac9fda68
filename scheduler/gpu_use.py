"""Keep it on record how much of each GPU is in use; without a GPU there is nothing to record."""

import asyncio
from collections.abc import Iterable, Sequence

from domain.documents import Target
from domain.documents.target import GpuDevice
from scheduler.executors.base import Gpu
from scheduler.executors.gpus import detect_gpus

EVERY_S = 15.0
"""How often this machine's GPUs are looked at; others tell with each sign of life."""


async def record_here(names: Iterable[str]) -> None:
    """What is in use of this machine's GPUs, on every target that is this machine."""
    found = await asyncio.to_thread(detect_gpus)
    for name in names:
        await record_gpu_use(name, found)


async def record_gpu_use(name: str, found: Sequence[Gpu]) -> None:
    """What is in use of the target's GPUs now; unknown for those that are not in `found`.

    The revision stays: nobody who changes the target meanwhile is to be refused for it.
    """
    row = await Target.rows().find_one({"_id": name}, {"gpus": 1})
    before = [GpuDevice.model_validate(device) for device in row["gpus"]] if row else []
    after = with_use(before, found)
    if row and after != before:
        values = {"gpus": [device.model_dump() for device in after]}
        await Target.rows().update_one({"_id": name, "gpus": row["gpus"]}, {"$set": values})


def with_use(devices: Sequence[GpuDevice], found: Sequence[Gpu]) -> list[GpuDevice]:
    """The devices with what was measured; by UUID, or by index where they have none."""
    by_uuid, by_index = {gpu.uuid: gpu for gpu in found}, {gpu.index: gpu for gpu in found}
    return [
        _measured(device, by_uuid.get(device.uuid) if device.uuid else by_index.get(device.index))
        for device in devices
    ]


def _measured(device: GpuDevice, gpu: Gpu | None) -> GpuDevice:
    use = {
        "utilisation": gpu.utilisation if gpu else None,
        "memory_used": gpu.memory_used_bytes if gpu else None,
    }
    return device.model_copy(update=use)
