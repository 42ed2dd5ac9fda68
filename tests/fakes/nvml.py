"""NVML at its boundary: the functions of pynvml that we call, for devices that a test describes.

Errors are pynvml's own; names and shapes are those of nvidia-ml-py 13.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import pynvml

GIB = 1 << 30


@dataclass
class Device:
    """One GPU; `percent` None: it does not tell, as a divided one."""

    uuid: str
    total: int = 80 * GIB
    used: int = 0
    percent: int | None = 0
    is_lost: bool = False


class FakeNvml:
    """Stands in for the module `pynvml`; counts how often it is opened and closed."""

    NVMLError = pynvml.NVMLError

    def __init__(self, *devices: Device, has_driver: bool = True) -> None:
        self.devices, self.has_driver, self.open = list(devices), has_driver, 0

    def nvmlInit(self) -> None:  # noqa: N802 - NVML's name, like all below
        if not self.has_driver:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)
        self.open += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.open -= 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.devices)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Device:  # noqa: N802
        device = self.devices[index]
        if device.is_lost:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)
        return device

    def nvmlDeviceGetName(self, device: Device) -> str:  # noqa: N802
        return "NVIDIA H100"

    def nvmlDeviceGetUUID(self, device: Device) -> str:  # noqa: N802
        return device.uuid

    def nvmlDeviceGetMemoryInfo(self, device: Device) -> SimpleNamespace:  # noqa: N802
        free = device.total - device.used
        return SimpleNamespace(total=device.total, used=device.used, free=free)

    def nvmlDeviceGetUtilizationRates(self, device: Device) -> SimpleNamespace:  # noqa: N802
        if device.percent is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
        return SimpleNamespace(gpu=device.percent, memory=0)
