"""What is sent to a node and comes back is the same; what is something else is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.executors.base import (
    Claim,
    Doubt,
    ExitReason,
    ExitResult,
    Gpu,
    LaneReport,
    Launch,
    Refused,
    Sighting,
    SightingState,
    Started,
    StartResult,
)
from scheduler.executors.gpus import gpu_of
from scheduler.executors.wire import line_of, plain, plain_start, read_as, read_start

CLAIM = Claim(host="n1", pid=7, start_ticks=99, boot_id="b", claimed_at=1.5)
EXIT = ExitResult(
    code=137,
    signal=9,
    reason=ExitReason.CANCELLED,
    launch_error=None,
    max_rss_kb=1,
    user_s=0.5,
    system_s=0.25,
    left_over=2,
    claimed_at=1.5,
    running_at=None,
    ended_at=2.5,
)
LAUNCH = Launch(
    key="P1-J1#1",
    token="t",
    directory=Path("/data/P1/J1/run/1"),
    argv=("sh", "-c", "echo 'a\nb' \u00e9"),
    cwd=Path("/data/P1"),
    log=Path("/data/P1/J1/run/1/job.log"),
    env={"A": "1", "B": ""},
    time_limit_s=None,
)
GPU = Gpu(
    index=0,
    uuid="GPU-5f",
    name="NVIDIA H100, 80 GB",
    memory_bytes=81559 << 20,
    utilisation=0.37,
    memory_used_bytes=1024 << 20,
)
REPORT = LaneReport(
    host="n1", interpreter="/p", cpu_cores=8, ram_gb=64, gpus=(GPU,), problems=("Oh.",)
)
SIGHTING = Sighting(state=SightingState.ENDED, claim=CLAIM, running_at=1.75, exit=EXIT)


def sent(value: Any) -> Any:
    return json.loads(line_of({"gives": plain(value)}))["gives"]


@pytest.mark.parametrize("value", [CLAIM, EXIT, LAUNCH, REPORT, SIGHTING])
def test_what_was_sent_comes_back_the_same(value: Any) -> None:
    assert read_as(type(value), sent(value)) == value


@pytest.mark.parametrize("result", [Started(), Refused("no"), Doubt("who knows")])
def test_the_result_of_a_start_comes_back_the_same(result: StartResult) -> None:
    assert read_start(json.loads(json.dumps(plain_start(result)))) == result


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {**plain(SIGHTING), "state": "asleep"},
        {**plain(SIGHTING), "claim": {"pid": "seven"}},
        {**plain(SIGHTING), "running_at": "soon"},
    ],
)
def test_what_is_no_sighting_is_refused(told: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_as(Sighting, told)


def test_a_line_is_one_line_whatever_it_carries() -> None:
    assert line_of({"with": plain(LAUNCH)}).count(b"\n") == 1


@pytest.mark.parametrize(
    ("line", "gpu"),
    [
        ("0, GPU-5f, 81559, 37, 1024, NVIDIA H100, 80 GB", GPU),
        (
            "0, GPU-5f, 81559, [N/A], [N/A], NVIDIA H100, 80 GB",
            replace(GPU, utilisation=None, memory_used_bytes=None),
        ),
        ("No devices were found", None),
        ("0, GPU-5f, [N/A], 37, 1024, NVIDIA H100", None),
        ("", None),
    ],
)
def test_a_line_of_nvidia_smi_is_read(line: str, gpu: Gpu | None) -> None:
    assert gpu_of(line) == gpu
