"""What a check of this machine finds."""

import os
from pathlib import Path

import pynvml
import pytest

from scheduler.executors import gpus
from scheduler.executors.base import Executor
from scheduler.executors.gpus import detect_gpus
from tests.fakes.executor import FakeExecutor
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
    class NoDriver:
        NVMLError = pynvml.NVMLError

        def nvmlInit(self) -> None:  # noqa: N802 - NVML's name
            raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(gpus, "pynvml", NoDriver())

    assert detect_gpus() == []


def test_gpus_of_this_machine_have_distinct_uuids_and_memory() -> None:
    found = detect_gpus()

    assert all(gpu.memory_bytes > 0 for gpu in found)
    assert len({gpu.uuid for gpu in found}) == len(found)
    assert [gpu.index for gpu in found] == sorted(gpu.index for gpu in found)


def test_real_and_fake_lanes_keep_the_same_promises(node: Node) -> None:
    lanes: list[Executor] = [node.executor, FakeExecutor()]

    assert len(lanes) == 2
