"""The NVIDIA GPUs of this machine, by NVML, or by nvidia-smi where its library is not installed."""

import subprocess

from scheduler.executors.base import Gpu

try:
    import pynvml
except ImportError:  # on a node, where the standard library is all there is
    pynvml = None

MIB = 1 << 20
NVIDIA_SMI = (
    "nvidia-smi",
    "--query-gpu=index,uuid,memory.total,name",
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
        memory_bytes = int(pynvml.nvmlDeviceGetMemoryInfo(device).total)
    except pynvml.NVMLError:  # one that has fallen off the bus must not hide the others
        return None
    return Gpu(index=index, uuid=str(uuid), name=str(name), memory_bytes=memory_bytes)


def _ask_smi() -> list[Gpu]:
    try:
        done = subprocess.run(
            NVIDIA_SMI, capture_output=True, text=True, timeout=SMI_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [gpu for gpu in map(gpu_of, done.stdout.splitlines()) if gpu is not None]


def gpu_of(line: str) -> Gpu | None:
    """A line of nvidia-smi: "0, GPU-5f…, 81559, NVIDIA H100"; None if it is something else."""
    try:
        index, uuid, memory_mib, name = (cell.strip() for cell in line.split(",", 3))
        return Gpu(index=int(index), uuid=uuid, name=name, memory_bytes=int(memory_mib) * MIB)
    except ValueError:
        return None
