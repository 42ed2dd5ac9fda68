"""The whole product with a machine that is reached over SSH, which is this one through a real sshd.

It shares the file system with the server, as the machines of a lab do.
"""

import asyncio
import getpass
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.product import Product, running_product
from tests.lanes.sshd import Sshd

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
SMALL = {"count": 2, "size": 512, "particles_per_micrograph": 10}
ONLINE_TIMEOUT_S = 60


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    sshd = Sshd(tmp_path_factory.mktemp("ssh") / "sshd")
    sshd.prepare()
    asyncio.run(sshd.start())
    yield sshd
    asyncio.run(sshd.stop())


@pytest.fixture(scope="module")
def product(
    mongod_path: str, sshd: Sshd, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LANEKEEPER_SSH_KEY", str(sshd.directory / "key"))
        environment.setenv("LANEKEEPER_SSH_KNOWN_HOSTS", str(sshd.known_hosts))
        with running_product(tmp_path_factory.mktemp("product")) as running:
            connect_far(running, sshd)
            yield running


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


def run_chain(product: Product, pattern: str, hostname: str) -> Path:
    """Import, CTF and picks in a project of their own, on one machine; the project's directory."""
    project = product.make_project()
    first = product.make_job(project, "import_micrographs", {"blob_paths": pattern, "psize_A": 2.0})
    second = product.make_job(project, "ctf_estimation", exposures=f"{first}.imported_micrographs")
    third = product.make_job(project, "blob_picker", micrographs=f"{second}.exposures")
    for uid in (first, second, third):
        result = product.act("queueJob", project, uid, hostname=hostname)
        assert result["outcome"] == "APPLIED", result
    for uid in (first, second, third):
        done = product.wait_done(project, [uid])
        assert done == {uid: "COMPLETED"}, product.job(project, uid, "errorsRun { message }")
    return directory_of(product, project)


def directory_of(product: Product, project: str) -> Path:
    found = product.ask("query($p: ProjectUid!) { project(uid: $p) { projectDir } }", p=project)
    return Path(found["project"]["projectDir"])


def results(project: Path) -> dict[str, bytes]:
    """What the programs have left, by path; without logs, and the tokens of the runs."""
    files = {str(path.relative_to(project)): path for path in project.glob("J*/**/*")}
    found = {
        name: path.read_bytes()
        for name, path in files.items()
        if path.is_file() and "/run/" not in name and not name.endswith("job.log")
    }
    for name in [name for name in found if name.endswith("outputs.json")]:
        outputs = json.loads(found[name])
        found[name] = json.dumps({k: v for k, v in outputs.items() if k != "token"}).encode()
    return found


def test_a_chain_over_ssh_leaves_the_same_results_as_here(product: Product) -> None:
    far = wait_until_far_is(product, online=True)
    (here,) = (each["hostname"] for name, each in targets(product).items() if name != "far")
    source = product.make_project()
    simulated = product.make_job(source, "simulate_data", SMALL)
    product.act("queueJob", source, simulated, hostname=here)
    assert product.wait_done(source, [simulated]) == {simulated: "COMPLETED"}
    pattern = f"{directory_of(product, source)}/{simulated}/**/micrograph_*.mrc"

    mine = run_chain(product, pattern, here)
    theirs = run_chain(product, pattern, "far")

    assert far["lastSeenAt"] is not None
    assert results(theirs) == results(mine)
    assert len(results(mine)) > 10
    ran_over_ssh = [path.parts[-4] for path in theirs.glob("J*/run/1/supervise.py")]
    assert sorted(ran_over_ssh) == ["J1", "J2", "J3"]
    assert list(mine.glob("J*/run/1/supervise.py")) == []


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
