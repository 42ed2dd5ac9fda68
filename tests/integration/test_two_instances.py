"""Two whole servers with one pool of GPU tokens; one is killed while its job runs on."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.mongod import Mongod
from tests.integration.product import Product, running_product

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
POOL = "test_two_instances"
LIMIT_S = 60
GATE = """
type = "gate"
version = 1
title = "Gate"
category = "utilities"
description = "Runs until somebody opens the gate, a named pipe."

[run]
command = ["cat", "{params.gate}"]

[resources]
cpu = 1
gpu = "params.gpus"
ram_gb = 1

[params.gate]
type = "path"
title = "Gate"
required = true

[params.gpus]
type = "integer"
default = 1
minimum = 0
maximum = 4
title = "GPUs"
"""
USAGE = """{ tokenUsage { currentInUse
  instances { instanceId alias thisInstance currentInUse alive } } }"""


@pytest.fixture
def two(
    mongod: Mongod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Product, Product]]:
    """Servers with two GPUs each and two tokens in all."""
    types = tmp_path / "types"
    types.mkdir()
    (types / "gate.toml").write_text(GATE)
    monkeypatch.setenv("LANEKEEPER_JOB_TYPES_DIRS", json.dumps([str(types)]))
    monkeypatch.setenv("LANEKEEPER_TOKENS_URL", mongod.url)
    monkeypatch.setenv("LANEKEEPER_TOKENS_DATABASE", POOL)
    monkeypatch.setenv("LANEKEEPER_MEMBER_TTL_S", "3")
    with started(tmp_path / "a") as a, started(tmp_path / "b") as b:
        a.ask("mutation { updateInstanceSettings(input: {tokenLimit: 2}) { cursor } }")
        yield a, b
    mongod.empty(POOL)


def started(directory: Path) -> AbstractContextManager[Product]:
    directory.mkdir()
    return running_product(directory)


def make_gate(product: Product, gpus: int) -> tuple[str, str, Path]:
    """A job queued behind a gate, on GPUs that are declared: project, job, gate."""
    product.ask(
        'mutation { createNodeTarget(input: {lane: "default", name: "gpus", hostname: "gpus",'
        " cpuCores: 2, ramGb: 16, gpus: {indexes: [0, 1]}}) { cursor } }"
    )
    project = product.make_project()
    gate = product.data_dir / "gate"
    os.mkfifo(gate)
    job = product.make_job(project, "gate", {"gate": str(gate), "gpus": gpus})
    product.act("queueJob", project, job, lane="default")
    return project, job, gate


def until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def test_inv_024_tokens_of_a_killed_server_come_back_when_its_job_has_ended(
    two: tuple[Product, Product],
) -> None:
    a, b = two
    project, job, gate = make_gate(a, gpus=2)
    a.wait_for_one(project, [job], "RUNNING")
    other_project, waiting, other_gate = make_gate(b, gpus=1)

    def of_a() -> dict[str, Any]:
        instances = b.ask(USAGE)["tokenUsage"]["instances"]
        return next((i for i in instances if not i["thisInstance"]), {})

    until(lambda: of_a().get("currentInUse") == 2)
    assert of_a()["alive"] is True
    a.kill9_all()
    until(lambda: of_a()["alive"] is False)
    while_it_runs = of_a()["currentInUse"], b.job(other_project, waiting)["status"]
    gate.write_text("")
    b.wait_for_one(other_project, [waiting], "RUNNING")

    assert while_it_runs == (2, "QUEUED")
    assert of_a()["currentInUse"] == 0
    other_gate.write_text("")
    b.wait_done(other_project, [waiting])
    until(lambda: b.ask(USAGE)["tokenUsage"]["currentInUse"] == 0)
