"""A cluster from a site's files: every refusal names the file and the key, as the site has them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.cluster_templates.site_files import SiteFiles, read_site_files
from domain.documents import Lane, Target
from domain.errors import BadInput, LaneRefused
from domain.use_cases.context import Request
from domain.use_cases.import_cluster import import_cluster
from domain.use_cases.lanes import create_lane

SITES = Path(__file__).parents[2] / "data" / "sites"
MakeTarget = Callable[..., Awaitable[Target]]


@pytest.fixture
def files() -> SiteFiles:
    return read_site_files(SITES / "sge-institute")


def changed(files: SiteFiles, **values: str | None) -> SiteFiles:
    return replace(files, info=files.info.model_copy(update=values))


async def test_what_the_files_say_is_kept_and_the_rest_is_told(request_context: Request) -> None:
    found = await import_cluster(request_context, read_site_files(SITES / "slurm-university"))

    target = found.target
    assert (target.title, target.cache_path) == ("GPU cluster", "/scratch/cryosparc_cache")
    assert (target.cache_reserve_mb, target.cache_quota_mb) == (10000, 1000000)
    assert found.notes == (
        "cluster_info.json: transfer_cmd_tpl is not known, and was left out.",
        "cluster_info.json: worker_bin_path is CryoSPARC's; Lanekeeper uses its own.",
    )


async def test_defaults_of_custom_variables_and_a_worker_of_ones_own_are_kept(
    request_context: Request, files: SiteFiles
) -> None:
    found = await import_cluster(
        request_context, changed(files, worker_bin_path="/opt/lk/lanekeeper-worker")
    )

    assert found.target.cluster is not None
    variables = [(v.name, v.value) for v in found.target.cluster.custom_vars]
    assert variables == [("runtime", "47:59:00")]
    assert (found.target.worker_bin_path, found.notes) == ("/opt/lk/lanekeeper-worker", ())


async def test_a_batch_system_that_we_do_not_know_is_told(
    request_context: Request, files: SiteFiles
) -> None:
    lsf = replace(
        changed(files, qsub_cmd_tpl="bsub {{ script_path_abs }}"),
        script="#!/bin/sh\n#BSUB -q gpu\n{{ run_cmd }}\n",
    )

    found = await import_cluster(request_context, lsf)

    assert found.system is None
    assert found.notes[-1] == (
        "cluster_info.json: qsub_cmd_tpl is not of Slurm, PBS or Grid Engine: no job will run."
    )


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("name", "our cluster", "cluster_info.json: name: A name has 1 to 64 letters"),
        ("title", " ", "cluster_info.json: title: A title has 1 to 200 characters"),
        ("cache_path", "scratch", "cluster_info.json: cache_path: "),
        ("send_cmd_tpl", "ssh {{ host }} {{ command }}", "cluster_info.json: send_cmd_tpl: host"),
        ("qsub_cmd_tpl", "qsub -N x s.sh", "cluster_info.json: qsub_cmd_tpl: Leave the job's"),
        ("qdel_cmd_tpl", "qdel {{ cluster_job_id", "cluster_info.json: qdel_cmd_tpl: Line 1"),
    ],
)
async def test_a_value_that_cannot_be_used_is_refused_with_its_key(
    request_context: Request, files: SiteFiles, key: str, value: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        await import_cluster(request_context, changed(files, **{key: value}))

    assert refusal.value.message.startswith(sentence)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("#!/bin/sh\r\n{{ run_cmd }}\r\n", "cluster_script.sh: It has the line ends of Windows."),
        ("#!/bin/sh\n#$ -q a\n", "cluster_script.sh: It runs no job: {{ run_cmd }} is missing."),
        ("{{ run_cmd }}\n", "cluster_script.sh: It must begin with #! and an interpreter."),
        ("#!/bin/sh\n{% if num_gpu %}\n{{ run_cmd }}\n", "cluster_script.sh: Line 3: "),
    ],
)
async def test_a_script_that_cannot_be_used_is_refused_with_its_name(
    request_context: Request, files: SiteFiles, script: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        await import_cluster(request_context, replace(files, script=script))

    assert refusal.value.message.startswith(sentence)
    assert await Lane.get("institute.gpu") is None


async def test_a_machine_of_the_same_name_is_left_alone(
    request_context: Request, files: SiteFiles, make_target: MakeTarget
) -> None:
    before = await make_target("institute.gpu")

    with pytest.raises(BadInput, match=r"Target institute\.gpu is of type node, not cluster"):
        await import_cluster(request_context, files)

    assert await Target.get("institute.gpu") == before


async def test_a_lane_of_machines_takes_no_cluster(
    request_context: Request, files: SiteFiles
) -> None:
    await create_lane(request_context, name="institute.gpu", type="node")

    with pytest.raises(LaneRefused):
        await import_cluster(request_context, files)

    assert await Target.get("institute.gpu") is None
