"""The NVIDIA GPUs of this machine and what is in use of them.

By NVML, or by nvidia-smi where the library for it is not installed.
"""

import subprocess
from typing import Any

from scheduler.executors.base import Gpu

try:
    import pynvml
except ImportError:  # on a node, where the standard library is all there is
    pynvml = None

MIB = 1 << 20
NVIDIA_SMI = (
    "nvidia-smi",
    "--query-gpu=index,uuid,memory.total,utilization.gpu,memory.used,name",
    "--format=csv,noheader,nounits",
)
SMI_TIMEOUT_S = 20


def detect_gpus() -> list[Gpu]:
    """Every GPU that answers, in PCI bus order; none without a driver. Never an error."""
    return _ask_smi() if pynvml is None else _ask_nvml()


def _ask_nvml() -> list[Gpu]:
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
        memory = pynvml.nvmlDeviceGetMemoryInfo(device)
    except pynvml.NVMLError:  # one that has fallen off the bus must not hide the others
        return None
    return Gpu(
        index=index,
        uuid=str(uuid),
        name=str(name),
        memory_bytes=int(memory.total),
        utilisation=_utilisation(device),
        memory_used_bytes=int(memory.used),
    )


def _utilisation(device: Any) -> float | None:  # NVML's handle
    try:
        return int(pynvml.nvmlDeviceGetUtilizationRates(device).gpu) / 100
    except pynvml.NVMLError:  # a divided device does not tell
        return None


def _ask_smi() -> list[Gpu]:
    try:
        done = subprocess.run(
            NVIDIA_SMI, capture_output=True, text=True, timeout=SMI_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [gpu for gpu in map(gpu_of, done.stdout.splitlines()) if gpu is not None]


def gpu_of(line: str) -> Gpu | None:
    """A line of nvidia-smi: "0, GPU-5f…, 81559, 37, 1024, NVIDIA H100"; None if it is another.

    What is in use may be "[N/A]".
    """
    try:
        index, uuid, memory, percent, used, name = (cell.strip() for cell in line.split(",", 5))
        return Gpu(
            index=int(index),
            uuid=uuid,
            name=name,
            memory_bytes=int(memory) * MIB,
            utilisation=int(percent) / 100 if percent.isdigit() else None,
            memory_used_bytes=int(used) * MIB if used.isdigit() else None,
        )
    except ValueError:
        return None
