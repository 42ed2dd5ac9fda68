"""The whole product with three lanes: this machine, one over SSH, and a Slurm cluster.

The machine over SSH is this one through a real sshd, the cluster a private one on it; both share
the file system with the server, as the machines of a lab do.
"""

import asyncio
import getpass
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.product import Product, running_product
from tests.integration.site_file import a_site
from tests.lanes.slurm import Slurm, private_slurm
from tests.lanes.sshd import Sshd

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
SMALL = {"count": 2, "size": 512, "particles_per_micrograph": 10}
ONLINE_TIMEOUT_S = 60
HOW = "status exitReason clusterJobId queueMessage resourcesAllocated { laneType }"


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    sshd = Sshd(tmp_path_factory.mktemp("ssh") / "sshd")
    sshd.prepare()
    asyncio.run(sshd.start())
    yield sshd
    asyncio.run(sshd.stop())


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    with private_slurm(tmp_path_factory.mktemp("slurm")) as running:
        yield running


@pytest.fixture(scope="module")
def product(
    mongod_path: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """With the lanes whose tools are installed; a test that needs another is skipped."""
    sshd, slurm = (installed(request, name) for name in ("sshd", "slurm"))
    with ExitStack() as stack:
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        if isinstance(sshd, Sshd):
            environment.setenv("LANEKEEPER_SSH_KEY", str(sshd.directory / "key"))
            environment.setenv("LANEKEEPER_SSH_KNOWN_HOSTS", str(sshd.known_hosts))
        if isinstance(slurm, Slurm):
            environment.setenv("SLURM_CONF", slurm.env["SLURM_CONF"])
        site = a_site(tmp_path_factory.mktemp("site"))
        environment.setenv("LANEKEEPER_SITE_FILE", str(site))
        environment.setenv("LANEKEEPER_JOB_TYPES_DIRS", json.dumps([str(site.parent / "types")]))
        running = stack.enter_context(running_product(tmp_path_factory.mktemp("product")))
        if isinstance(sshd, Sshd):
            connect_far(running, sshd)
        if isinstance(slurm, Slurm):
            connect_slurm(running)
        yield running


def installed(request: pytest.FixtureRequest, name: str) -> object:
    try:
        return request.getfixturevalue(name)
    except pytest.skip.Exception:
        return None


def connect_slurm(product: Product) -> None:
    """By the preset, with a lane of its own."""
    lane = 'mutation { createLane(input: {name: "slurm", type: CLUSTER}) { errors { message } } }'
    assert product.ask(lane)["createLane"]["errors"] == []
    names = "sendCmdTpl qsubCmdTpl qstatCmdTpl qdelCmdTpl qinfoCmdTpl scriptTpl"
    preset = product.ask(f"{{ clusterPresets {{ {names} }} }}")["clusterPresets"][0]
    answer = product.ask(
        "mutation($i: CreateClusterTargetInput!) { createClusterTarget(input: $i) {"
        " errors { message } } }",
        i={"lane": "slurm", "name": "private", **preset},
    )
    assert answer["createClusterTarget"]["errors"] == []


def connect_far(product: Product, sshd: Sshd) -> None:
    """The target `far`, beside this machine in the default lane."""
    ssh = {"host": "127.0.0.1", "port": sshd.port, "user": getpass.getuser()}
    size = {"hostname": "far", "cpuCores": 2, "ramGb": 16}
    made = product.ask(
        "mutation($input: CreateNodeTargetInput!) { createNodeTarget(input: $input) {"
        " errors { message } target { name } } }",
        input={"lane": "default", "name": "far", "ssh": ssh, **size},
    )["createNodeTarget"]
    assert made["errors"] == []


def targets(product: Product) -> dict[str, dict[str, Any]]:
    found = product.ask("{ targets { name hostname online lastSeenAt } }")
    return {target["name"]: target for target in found["targets"]}


def wait_until_far_is(product: Product, *, online: bool) -> dict[str, Any]:
    give_up_at = time.monotonic() + ONLINE_TIMEOUT_S
    while targets(product)["far"]["online"] is not online:
        assert time.monotonic() < give_up_at, product.log[-4000:]
        time.sleep(0.1)
    return targets(product)["far"]


def wait_until_offered(product: Product, key: str) -> None:
    """Programs are looked for soon after a machine has answered, not at once."""
    query = f'{{ jobType(key: "{key}") {{ available unavailableReason }} }}'
    give_up_at = time.monotonic() + ONLINE_TIMEOUT_S
    while not (told := product.ask(query)["jobType"])["available"]:
        assert time.monotonic() < give_up_at, told
        time.sleep(0.1)


def import_on(product: Product, lane: str | None) -> None:
    """Let imports run on this lane; else they run on the default one, whatever is asked."""
    changed = product.ask(
        "mutation($lane: String) { updateInstanceSettings(input: {importLaneOverride: $lane}) {"
        " errors { message } } }",
        lane=lane,
    )
    assert changed["updateInstanceSettings"]["errors"] == []


def run_chain(product: Product, pattern: str, **where: str) -> Path:
    """Import, CTF and picks in a project of their own, in one place; the project's directory."""
    project = product.make_project()
    first = product.make_job(project, "import_micrographs", {"blob_paths": pattern, "psize_A": 2.0})
    second = product.make_job(project, "ctf_estimation", exposures=f"{first}.imported_micrographs")
    third = product.make_job(project, "blob_picker", micrographs=f"{second}.exposures")
    for uid in (first, second, third):
        result = product.act("queueJob", project, uid, **where)
        assert result["outcome"] == "APPLIED", result
    for uid in (first, second, third):
        done = product.wait_done(project, [uid])
        assert done == {uid: "COMPLETED"}, product.job(project, uid, "errorsRun { message }")
    return product.directory_of(project)


def results(project: Path) -> dict[str, str]:
    """Checksums of what the programs have left, by path; without logs and the tokens of runs."""
    files = {str(path.relative_to(project)): path for path in project.glob("J*/**/*")}
    return {
        name: hashlib.sha256(without_token(path)).hexdigest()
        for name, path in files.items()
        if path.is_file() and "/run/" not in name and path.suffix != ".log"
    }


def without_token(path: Path) -> bytes:
    if path.name != "outputs.json":
        return path.read_bytes()
    outputs = json.loads(path.read_text())
    return json.dumps({k: v for k, v in outputs.items() if k != "token"}).encode()


def test_a_chain_leaves_the_same_results_here_over_ssh_and_on_a_cluster(
    product: Product, sshd: Sshd, slurm: Slurm
) -> None:
    far = wait_until_far_is(product, online=True)
    (here,) = (n for n in targets(product) if n not in ("far", "private"))
    source = product.make_project()
    simulated = product.make_job(source, "simulate_data", SMALL)
    product.act("queueJob", source, simulated, hostname=here)
    assert product.wait_done(source, [simulated]) == {simulated: "COMPLETED"}
    pattern = f"{product.directory_of(source)}/{simulated}/**/micrograph_*.mrc"

    mine = run_chain(product, pattern, hostname=here)
    theirs = run_chain(product, pattern, hostname="far")
    import_on(product, "slurm")
    clusters = run_chain(product, pattern, lane="slurm")
    import_on(product, None)

    assert far["lastSeenAt"] is not None
    assert results(theirs) == results(mine)
    assert results(clusters) == results(mine)
    assert len(results(mine)) > 10
    runs = {place: sorted(place.glob("J*/run/1")) for place in (mine, theirs, clusters)}
    assert {len(found) for found in runs.values()} == {3}
    for place, mark in ((theirs, "supervise.py"), (clusters, "cluster.json")):
        marked = {run for found in runs.values() for run in found if (run / mark).exists()}
        assert marked == set(runs[place])


def test_a_program_that_only_some_machines_have_runs_there(
    product: Product, sshd: Sshd, slurm: Slurm
) -> None:
    wait_until_far_is(product, online=True)
    wait_until_offered(product, "site_count")
    project = product.make_project()
    far, cluster = (product.make_job(project, "site_count") for _ in range(2))

    product.act("queueJob", project, far)  # this machine would do, but for the program
    product.act("queueJob", project, cluster, lane="slurm")

    assert product.wait_done(project, [far, cluster]) == dict.fromkeys((far, cluster), "COMPLETED")
    counts = {uid: product.directory_of(project) / uid / "count.txt" for uid in (far, cluster)}
    assert {uid: path.read_text().strip() for uid, path in counts.items()} == {
        far: "far",
        cluster: "slurm",
    }


def test_verifying_says_what_was_found_and_what_is_wrong(product: Product, sshd: Sshd) -> None:
    verify = (
        'mutation { verifyTarget(input: {name: "far"}) { errors { message } reachable output } }'
    )
    wait_until_far_is(product, online=True)

    found = product.ask(verify)["verifyTarget"]
    asyncio.run(sshd.stop())
    wait_until_far_is(product, online=False)
    missing = product.ask(verify)["verifyTarget"]
    asyncio.run(sshd.start())
    back = wait_until_far_is(product, online=True)

    assert (found["errors"], found["reachable"]) == ([], True)
    assert "cores" in found["output"]
    assert missing["reachable"] is False
    assert missing["output"] == f"Nothing listens on 127.0.0.1:{sshd.port}: sshd does not run."
    assert back["online"]


def test_a_job_lives_through_a_cut_and_a_restart_of_the_server(
    product: Product, sshd: Sshd
) -> None:
    wait_until_far_is(product, online=True)
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", {**SMALL, "count": 12})
    product.act("queueJob", project, uid, hostname="far")
    product.wait_for_one(project, [uid], "RUNNING")

    asyncio.run(sshd.stop())
    product.kill9("scheduler")
    asyncio.run(sshd.start())

    assert product.wait_done(project, [uid]) == {uid: "COMPLETED"}
    assert product.job(project, uid)["runs"] == 1


def test_the_preview_of_a_script_is_what_is_submitted(product: Product, slurm: Slurm) -> None:
    project = product.make_project()
    job = product.make_job(project, "simulate_data", SMALL)
    preview = product.ask(
        "query($job: JobRef!) { clusterScriptPreview(job: $job, lane: "
        '"slurm") { script command problems } }',
        job={"uid": {"projectUid": project, "jobUid": job}},
    )["clusterScriptPreview"]
    slurm.call("scontrol", "update", "PartitionName=main", "State=DOWN")
    product.act("queueJob", project, job, lane="slurm")
    slurm.until(
        lambda: "PartitionDown" in (product.job(project, job, HOW)["queueMessage"] or ""),
        "the reason to be told",
    )
    product.act("killJob", project, job)
    slurm.call("scontrol", "update", "PartitionName=main", "State=UP")

    [script] = product.directory_of(project).glob("J*/run/1/cluster_script.sh")
    [spec] = product.directory_of(project).glob("J*/run/1/spec.json")
    token = json.loads(spec.read_text())["token"].rsplit("-", 1)[1]
    assert preview["problems"] == []
    assert preview["command"] == f"sbatch {script}"
    assert preview["script"].replace("…", token) == script.read_text()


def test_a_killed_job_is_cancelled_on_the_cluster(product: Product, slurm: Slurm) -> None:
    slurm.call("scontrol", "update", "PartitionName=main", "State=DOWN")
    project = product.make_project()
    job = product.make_job(project, "simulate_data", SMALL)
    product.act("queueJob", project, job, lane="slurm")
    slurm.until(
        lambda: "PartitionDown" in (product.job(project, job, HOW)["queueMessage"] or ""),
        "the reason to be told",
    )
    shown = product.job(project, job, HOW)

    product.act("killJob", project, job)

    product.wait_done(project, [job])
    assert shown["resourcesAllocated"] == {"laneType": "CLUSTER"}
    assert product.job(project, job, HOW)["status"] == "KILLED"
    slurm.until_job(shown["clusterJobId"], "CANCELLED")
    slurm.call("scontrol", "update", "PartitionName=main", "State=UP")
