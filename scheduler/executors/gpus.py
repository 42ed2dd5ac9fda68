"""The NVIDIA GPUs of this machine, by NVML."""

import pynvml

from scheduler.executors.base import Gpu


def detect_gpus() -> list[Gpu]:
    """Every GPU that answers, in PCI bus order; none without a driver. Never an error."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        found = [_gpu(index) for index in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return []
    finally:
        pynvml.nvmlShutdown()
    return [gpu for gpu in found if gpu is not None]


def _gpu(index: int) -> Gpu | None:
    try:
        device = pynvml.nvmlDeviceGetHandleByIndex(index)
        name, uuid = pynvml.nvmlDeviceGetName(device), pynvml.nvmlDeviceGetUUID(device)
        memory_bytes = int(pynvml.nvmlDeviceGetMemoryInfo(device).total)
    except pynvml.NVMLError:  # one that has fallen off the bus must not hide the others
        return None
    return Gpu(index=index, uuid=str(uuid), name=str(name), memory_bytes=memory_bytes)
