"""`lanekeeper lane` on a real database: clusters connected by the files that sites have."""

import json
import shutil
from pathlib import Path

import pytest

from domain.cluster_templates import custom_names
from domain.documents import Lane, Target
from tests.integration.mongod import Mongod
from tests.integration.terminal import Terminal

pytestmark = pytest.mark.mongo
SITES = Path(__file__).parents[1] / "data" / "sites"
FOREIGN = "cluster_info.json: worker_bin_path is CryoSPARC's; Lanekeeper uses its own.\n"


@pytest.fixture(scope="module")
def terminal(mongod: Mongod) -> Terminal:
    return Terminal(mongod.url, "lane")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of a site's files, to be spoilt."""
    return Path(shutil.copytree(SITES / "slurm-university", tmp_path / "site"))


def target(terminal: Terminal, name: str) -> Target | None:
    return terminal.read(lambda: Target.get(name))


@pytest.mark.parametrize(
    ("site", "lane", "system", "variables"),
    [
        ("slurm-university", "gpu-cluster", "Slurm", "account, partition, ram_gb_multiplier, time"),
        ("slurm-behind-ssh", "national-centre", "Slurm", "mem_gb"),
        ("pbs-centre", "centre-pbs", "PBS", "gputype, hpc_project, walltime"),
        ("sge-institute", "institute.gpu", "Grid Engine", "pe, runtime"),
    ],
)
def test_a_sites_files_for_cryosparc_become_a_lane_as_they_are(
    terminal: Terminal, site: str, lane: str, system: str, variables: str
) -> None:
    code, said = terminal.run("import-cluster", str(SITES / site))

    assert (code, said.splitlines()[:2]) == (
        0,
        [
            f"Lane {lane} is made; its cluster's batch system: {system}.",
            f"Custom variables, asked for when a job is queued: {variables}.",
        ],
    )
    assert said.endswith(FOREIGN)
    made = target(terminal, lane)
    assert made is not None
    assert made.cluster is not None
    assert made.worker_bin_path is None
    assert made.cluster.script_tpl == (SITES / site / "cluster_script.sh").read_text()
    assert ", ".join(custom_names(made.cluster.variables)) == variables


def test_files_of_the_same_name_change_the_lane_that_is_there(
    terminal: Terminal, site: Path
) -> None:
    terminal.run("import-cluster", str(site))
    info = json.loads((site / "cluster_info.json").read_text())
    before = target(terminal, "gpu-cluster")
    changed = info | {"title": "Old GPU cluster", "cache_path": None, "qinfo_cmd_tpl": "sinfo -s"}
    (site / "cluster_info.json").write_text(json.dumps(changed))

    code, said = terminal.run("import-cluster", str(site))

    found, lane = target(terminal, "gpu-cluster"), terminal.read(lambda: Lane.get("gpu-cluster"))
    assert (code, said.splitlines()[0]) == (
        0,
        "Lane gpu-cluster is changed; its cluster's batch system: Slurm.",
    )
    assert before is not None
    assert (before.title, before.cache_path) == ("GPU cluster", "/scratch/cryosparc_cache")
    assert (before.cache_reserve_mb, before.cache_quota_mb) == (10000, 1000000)
    assert found is not None
    assert found.cluster is not None
    assert (found.title, found.cache_path) == ("Old GPU cluster", None)
    assert found.cluster.qinfo_cmd_tpl == "sinfo -s"
    assert lane is not None
    assert lane.title == "Old GPU cluster"


def test_what_cannot_be_used_is_refused_with_its_place_and_nothing_is_made(
    terminal: Terminal, site: Path
) -> None:
    info = json.loads((site / "cluster_info.json").read_text())
    spoilt = {**info, "name": "spoilt", "cache_path": "scratch"}  # found out after the lane
    (site / "cluster_info.json").write_text(json.dumps(spoilt))

    code, said = terminal.run("import-cluster", str(site))

    assert code == 1
    assert said.startswith("lanekeeper: cluster_info.json: cache_path: ")
    assert terminal.read(lambda: Lane.get("spoilt")) is None


def test_the_example_of_a_system_can_be_imported_and_replaces_no_file(
    terminal: Terminal, tmp_path: Path
) -> None:
    made = terminal.run("example-cluster", "pbs", str(tmp_path / "new"))
    again = terminal.run("example-cluster", "sge", str(tmp_path / "new"))
    imported = terminal.run("import-cluster", str(tmp_path / "new"))

    assert made == (0, f"cluster_info.json and cluster_script.sh are in {tmp_path}/new.\n")
    assert again == (1, f"lanekeeper: {tmp_path}/new/cluster_info.json is there already.\n")
    assert imported == (
        0,
        "Lane pbs is made; its cluster's batch system: PBS.\n"
        "Custom variables, asked for when a job is queued: account, queue, time.\n",
    )
