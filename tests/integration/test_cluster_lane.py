"""The product with a Slurm lane, end to end: import, estimate the CTF and pick on the cluster."""

from collections.abc import Iterator

import pytest

from tests.integration.product import Product, running_product
from tests.lanes.slurm import Slurm, private_slurm

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
SMALL = {"count": 2, "size": 512, "particles_per_micrograph": 10}
SCRIPT = """#!/bin/sh
#SBATCH --output={{ job_dir_abs }}/cluster.log
#SBATCH --cpus-per-task={{ num_cpu }}
{% if num_gpu %}#SBATCH --gres=gpu:{{ num_gpu }}{% endif %}
exec {{ run_cmd }}
"""
CLUSTER = {
    "lane": "slurm",
    "name": "private",
    "qsubCmdTpl": "sbatch {{ script_path_abs }}",
    "qstatCmdTpl": "squeue -j {{ cluster_job_id }}",
    "qdelCmdTpl": "scancel {{ cluster_job_id }}",
    "qinfoCmdTpl": "sinfo",
    "scriptTpl": SCRIPT,
}
HOW = "status exitReason clusterJobId queueMessage resourcesAllocated { laneType }"


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    with private_slurm(tmp_path_factory.mktemp("slurm")) as running:
        yield running


@pytest.fixture(scope="module")
def product(
    mongod_path: str, slurm: Slurm, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLURM_CONF", slurm.env["SLURM_CONF"])
        with running_product(tmp_path_factory.mktemp("product")) as running:
            connect(running)
            yield running


def connect(product: Product) -> None:
    lane = 'mutation { createLane(input: {name: "slurm", type: CLUSTER}) { errors { message } } }'
    assert product.ask(lane)["createLane"]["errors"] == []
    answer = product.ask(
        "mutation($i: CreateClusterTargetInput!) { createClusterTarget(input: $i) {"
        " errors { message } } }",
        i=CLUSTER,
    )
    assert answer["createClusterTarget"]["errors"] == []


def test_a_chain_runs_on_the_cluster(product: Product) -> None:
    project = product.make_project()
    made = product.make_job(project, "simulate_data", SMALL)
    ctf = product.make_job(project, "ctf_estimation", exposures=f"{made}.micrographs")
    picked = product.make_job(project, "blob_picker", micrographs=f"{ctf}.exposures")

    for uid in (made, ctf, picked):
        product.act("queueJob", project, uid, lane="slurm")

    assert set(product.wait_done(project, [made, ctf, picked]).values()) == {"COMPLETED"}
    shown = product.job(project, picked, HOW)
    assert shown["clusterJobId"].isdigit()
    assert shown["resourcesAllocated"] == {"laneType": "CLUSTER"}


def test_a_killed_job_is_cancelled_on_the_cluster(product: Product, slurm: Slurm) -> None:
    slurm.call("scontrol", "update", "PartitionName=main", "State=DOWN")
    project = product.make_project()
    job = product.make_job(project, "simulate_data", SMALL)
    product.act("queueJob", project, job, lane="slurm")
    slurm.until(
        lambda: "PartitionDown" in (product.job(project, job, HOW)["queueMessage"] or ""),
        "the reason to be told",
    )
    id = product.job(project, job, HOW)["clusterJobId"]

    product.act("killJob", project, job)

    product.wait_done(project, [job])
    assert product.job(project, job, HOW)["status"] == "KILLED"
    slurm.until_job(id, "CANCELLED")
    slurm.call("scontrol", "update", "PartitionName=main", "State=UP")
