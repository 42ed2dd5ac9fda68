"""kill -9 of every part, while jobs run: no job lost, none started twice, all results in.

LANEKEEPER_CRASH_ROUNDS says how many times each part is killed (1 in the ordinary suite).
The oracle is what the jobs themselves wrote, not the database.
"""

import json
import os
from pathlib import Path

import pytest

from tests.integration.product import Product, running_product

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
ROUNDS = int(os.environ.get("LANEKEEPER_CRASH_ROUNDS", "1"))
JOBS = 4
PICTURES = 12
PARAMS = {"count": PICTURES, "size": 512, "particles_per_micrograph": 10}


def crash(product: Product, part: str) -> None:
    if part == "all":
        product.kill9_all()
        product.start()
    else:
        product.kill9(part)
    product.wait_healthy()


def starts(job_directory: Path) -> int:
    """How many times the job's program began, by its own records."""
    records = [
        json.loads(line)
        for file in job_directory.glob("run/*/messages.jsonl")
        for line in file.read_text().splitlines()
        if line
    ]
    return sum(record["type"] == "started" for record in records)


@pytest.mark.parametrize("part", ["api", "scheduler", "mongod", "all"])
def test_a_crash_loses_no_job_and_starts_none_twice(
    part: str, mongod_path: str, tmp_path: Path
) -> None:
    with running_product(tmp_path) as product:
        project = product.make_project()
        for _ in range(ROUNDS):
            jobs = [product.make_job(project, "simulate_data", PARAMS) for _ in range(JOBS)]
            for uid in jobs:
                product.act("queueJob", project, uid)
            product.wait_for_one(project, jobs, "RUNNING")

            crash(product, part)

            assert product.wait_done(project, jobs) == dict.fromkeys(jobs, "COMPLETED")
            check_results(product, project, jobs)


def check_results(product: Product, project: str, jobs: list[str]) -> None:
    [directory] = product.data_dir.glob(f"projects/{project}-*")
    for uid in jobs:
        assert starts(directory / uid) == 1
        assert len(list((directory / uid).glob("micrograph_*.mrc"))) == PICTURES
        fields = "runs outputs { name numItems } eventLog(last: 100) { nodes { id } }"
        job = product.job(project, uid, fields)
        assert job["runs"] == 1
        assert {o["name"]: o["numItems"] for o in job["outputs"]}["micrographs"] == PICTURES
        assert len(job["eventLog"]["nodes"]) == PICTURES + 1
    [target] = product.ask("{ targets { cpuTotal cpuFree } }")["targets"]
    assert target["cpuFree"] == target["cpuTotal"]
