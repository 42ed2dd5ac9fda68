"""Two schedulers on one database: one leads, the other takes over, a frozen one is harmless."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.product import Product, running_product
from tests.integration.test_crashes import check_results
from web.embedded_mongo import EmbeddedMongo

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
PARAMS = {"count": 12, "size": 512, "particles_per_micrograph": 10}


@contextmanager
def second_scheduler(product: Product) -> Iterator[None]:
    """Another `lanekeeper scheduler` beside the one of `serve`."""
    environment = {
        **os.environ,
        "LANEKEEPER_MONGODB_URL": EmbeddedMongo(product.data_dir).url,
        "LANEKEEPER_DATA_DIR": str(product.data_dir),
    }
    command = [sys.executable, "-m", "web.cli.main", "scheduler"]
    with (product.data_dir.parent / "second.log").open("a") as log:
        process = subprocess.Popen(command, env=environment, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def product(mongod_path: str, tmp_path: Path) -> Iterator[Product]:
    with running_product(tmp_path) as running:
        yield running


def test_a_frozen_leader_is_replaced_and_starts_nothing_when_it_wakes(product: Product) -> None:
    project = product.make_project()
    jobs = [product.make_job(project, "simulate_data", PARAMS) for _ in range(3)]
    with second_scheduler(product):
        leader = product.part("scheduler")
        product.act("queueJob", project, jobs[0])
        product.wait_for_one(project, jobs[:1], "RUNNING")

        leader.suspend()
        for uid in jobs[1:]:
            product.act("queueJob", project, uid)
        product.wait_done(project, jobs[:2])
        leader.resume()

        assert product.wait_done(project, jobs) == dict.fromkeys(jobs, "COMPLETED")
        check_results(product, project, jobs)
