"""What a check of this machine finds."""

import os
from pathlib import Path

import pytest

from scheduler.executors import gpus
from scheduler.executors.base import Executor
from scheduler.executors.gpus import detect_gpus
from tests.fakes.executor import FakeExecutor
from tests.fakes.nvml import GIB, Device, FakeNvml
from tests.lanes.node import Node


async def test_a_check_reports_this_machine(node: Node, tmp_path: Path) -> None:
    report = await node.executor.check(tmp_path)

    assert report.problems == ()
    assert report.host == os.uname().nodename
    assert os.access(report.interpreter, os.X_OK)
    assert report.cpu_cores >= 1
    assert report.ram_gb >= 1
    assert os.listdir(tmp_path) == []


async def test_a_place_that_cannot_be_written_is_a_problem(node: Node, tmp_path: Path) -> None:
    report = await node.executor.check(tmp_path / "nowhere")

    sentence = f"Jobs cannot be written to {tmp_path}/nowhere: No such file or directory."
    assert report.problems == (sentence,)


def test_a_machine_without_a_driver_has_no_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpus, "pynvml", FakeNvml(has_driver=False))

    assert detect_gpus() == []


def test_a_gpu_that_has_fallen_off_the_bus_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = (Device("GPU-a", is_lost=True), Device("GPU-b", used=GIB, percent=50))
    monkeypatch.setattr(gpus, "pynvml", FakeNvml(*devices))

    [found] = detect_gpus()

    assert (found.index, found.uuid, found.memory_bytes) == (1, "GPU-b", 80 * GIB)
    assert (found.utilisation, found.memory_used_bytes) == (0.5, GIB)


def test_a_node_without_our_libraries_asks_nvidia_smi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smi = tmp_path / "nvidia-smi"
    smi.write_text("#!/bin/sh\necho '0, GPU-a, 81559, 37, 1024, NVIDIA H100, 80 GB'\necho oops\n")
    smi.chmod(0o755)
    monkeypatch.setattr(gpus, "pynvml", None)
    monkeypatch.setenv("PATH", str(tmp_path))

    [found] = detect_gpus()

    assert (found.uuid, found.name) == ("GPU-a", "NVIDIA H100, 80 GB")
    assert (found.utilisation, found.memory_used_bytes) == (0.37, GIB)


def test_gpus_of_this_machine_have_distinct_uuids_and_memory() -> None:
    found = detect_gpus()

    assert all(gpu.memory_bytes > 0 for gpu in found)
    assert len({gpu.uuid for gpu in found}) == len(found)
    assert [gpu.index for gpu in found] == sorted(gpu.index for gpu in found)


def test_real_and_fake_lanes_keep_the_same_promises(node: Node) -> None:
    lanes: list[Executor] = [node.executor, FakeExecutor()]

    assert len(lanes) == 2
