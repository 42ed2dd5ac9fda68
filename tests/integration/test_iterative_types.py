"""Iterative jobs of RELION: iterations that are kept, and kill -9 of each part that takes part.

What a job had completed by then is promoted, and the next job reads it; nothing of it lives on.
NIGHTLY=1 makes twenty rounds of each kill with every type.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.integration.product import Product, running_product
from tests.nightly import IS_NIGHT

pytestmark = [pytest.mark.relion, pytest.mark.mongo, pytest.mark.processes]
TIMEOUT_S = 180
SAMPLE = {"count": 1, "size": 512, "particles_per_micrograph": 20}
FAST = {"diameter_A": 130, "offset_step_pix": 1, "compute_threads": 1}
COARSE = {**FAST, "offset_range_pix": 0, "healpix_order": 0}


@dataclass(frozen=True)
class Iterative:
    """A type with params for many short iterations, and the job that reads its outputs."""

    params: Mapping[str, object]
    next_type: str
    feeds: Mapping[str, str]
    needs_volume: bool = False


VERSIONS = "outputs { versions { version } }"
ERRORS = "errorsRun { message }"
KEPT = f"intermediateResultsSizeBytes {VERSIONS}"
OF_CLASSES = {"particles": "particles_all_classes", "volume": "volume_class_{k}"}
BY_TYPE = {
    "class_2D_relion": Iterative(
        {**FAST, "class2D_K": 2, "num_iterations": 200, "psi_step_deg": 45, "offset_range_pix": 1},
        "select_2D",
        {"particles": "particles", "templates": "class_averages"},
    ),
    "homo_refine_relion": Iterative(
        {**COARSE, "num_iterations": 200},
        "homo_refine_relion",
        {"particles": "particles", "volume": "volume"},
        needs_volume=True,
    ),
    "homo_abinit_relion": Iterative(
        {**COARSE, "abinit_K": 2, "write_every": 1, "initial_batch": 5, "initial_resolution_A": 80},
        "homo_refine_relion",
        OF_CLASSES,
    ),
    "class_3D_relion": Iterative(
        {**COARSE, "class3D_K": 2, "num_iterations": 200},
        "homo_refine_relion",
        OF_CLASSES,
        needs_volume=True,
    ),
}
ROUNDS = dict.fromkeys(BY_TYPE, 20) if IS_NIGHT else {"class_2D_relion": 1}


@pytest.fixture(scope="module")
def product(mongod_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("crashes")) as product:
        yield product


@pytest.fixture(scope="module")
def project(product: Product) -> str:
    return product.make_project()


@pytest.fixture(scope="module")
def inputs(product: Product, project: str) -> dict[str, str]:
    """Particles, and the volume that is true of them."""
    data = product.make_job(project, "simulate_data", SAMPLE)
    extracted = product.make_job(
        project,
        "extract_micrographs_cpu_parallel",
        {"box_size_pix": 80, "bin_size_pix": 32, "compute_num_cores": 1},
        micrographs=f"{data}.micrographs",
        particles=f"{data}.truth",
    )
    for uid in (data, extracted):
        product.act("queueJob", project, uid)
    done = product.wait_done(project, [data, extracted], TIMEOUT_S)
    assert set(done.values()) == {"COMPLETED"}, product.log[-4000:]
    return {"particles": f"{extracted}.particles", "volume": f"{data}.volume"}


def test_clearing_kept_iterations_frees_what_was_said_and_the_next_job_still_runs(
    product: Product, project: str, inputs: dict[str, str]
) -> None:
    iterative = BY_TYPE["class_2D_relion"]
    keep_iterations(product, project, ["class_2D_relion"])
    params = {**iterative.params, "num_iterations": 4}
    job = product.make_job(project, "class_2D_relion", params, particles=inputs["particles"])
    product.act("queueJob", project, job)
    assert product.wait_done(project, [job], TIMEOUT_S) == {job: "COMPLETED"}
    keep_iterations(product, project, [])
    kept = product.job(project, job, KEPT)
    directory = product.directory_of(project) / job
    before = size_of(directory)

    product.act("clearJobIntermediateResults", project, job)
    wait_until(product, project, job, "activeOperation { id }", is_free)

    after = product.job(project, job, KEPT)
    assert [len(output["versions"]) for output in kept["outputs"]] == [4, 4]
    assert kept["intermediateResultsSizeBytes"] > 0
    assert (
        before - size_of(product.directory_of(project) / job)
        == kept["intermediateResultsSizeBytes"]
    )
    assert after["intermediateResultsSizeBytes"] == 0
    check_next_job(product, project, job, iterative)


def test_a_killed_job_goes_on_in_a_new_one(
    product: Product, project: str, inputs: dict[str, str]
) -> None:
    iterative = BY_TYPE["class_2D_relion"]
    job = product.make_job(
        project, "class_2D_relion", dict(iterative.params), particles=inputs["particles"]
    )
    product.act("queueJob", project, job)
    wait_for_versions(product, project, job)
    product.act("killJob", project, job)
    assert product.wait_done(project, [job], TIMEOUT_S) == {job: "KILLED"}
    wait_until(product, project, job, "activeOperation { id }", is_free)
    complete = (product.directory_of(project) / job).glob("run_it*_sampling.star")
    done = max(int(path.name[6:9]) for path in complete)

    following = build_next(product, project, job, "continue")
    set_params(product, project, following, {"num_iterations": done + 2})
    product.act("queueJob", project, following)

    assert product.wait_done(project, [following], TIMEOUT_S) == {following: "COMPLETED"}
    made = product.job(project, following, VERSIONS)
    assert made["outputs"][0]["versions"][-1]["version"] == done + 2
    check_next_job(product, project, following, iterative)


def build_next(product: Product, project: str, job: str, key: str) -> str:
    answer = product.ask(
        "mutation($input: RunQuickActionInput!) { runQuickAction(input: $input) {"
        " result { createdJob { uid } errors { message } } } }",
        input={
            "target": {"job": {"uid": {"projectUid": project, "jobUid": job}}},
            "key": key,
            "workspaceUid": "W1",
        },
    )["runQuickAction"]["result"]
    assert answer["errors"] == []
    uid: str = answer["createdJob"]["uid"]
    return uid


def set_params(product: Product, project: str, job: str, params: dict[str, object]) -> None:
    target = {"job": {"uid": {"projectUid": project, "jobUid": job}}}
    product.ask(
        "mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { message } } }",
        input={"target": target, "params": params},
    )


def keep_iterations(product: Product, project: str, types: list[str]) -> None:
    changed = product.ask(
        "mutation($input: UpdateProjectInput!) { updateProject(input: $input) {"
        " errors { message } } }",
        input={"projectUid": project, "keepIterationsOf": types},
    )
    assert changed["updateProject"]["errors"] == []


def size_of(directory: Path) -> int:
    return sum(path.lstat().st_size for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("type_", ROUNDS)
@pytest.mark.parametrize("part", ["program", "supervisor", "scheduler"])
def test_what_was_complete_before_a_crash_is_read_by_the_next_job(
    product: Product, project: str, inputs: dict[str, str], part: str, type_: str
) -> None:
    iterative = BY_TYPE[type_]
    given = {n: o for n, o in inputs.items() if n == "particles" or iterative.needs_volume}
    for _ in range(ROUNDS[type_]):
        job = product.make_job(project, type_, dict(iterative.params), **given)
        product.act("queueJob", project, job)
        wait_for_versions(product, project, job)

        crash(product, project, job, part, f"{type_}.py")

        marked = product.act("markJobComplete", project, job)
        assert marked["outcome"] == "APPLIED", marked["errors"]
        assert processes_of(product, job) == []
        check_next_job(product, project, job, iterative)


def wait_for_versions(product: Product, project: str, job: str) -> None:
    """Until an iteration is complete: all its outputs are saved."""
    wait_until(product, project, job, VERSIONS, has_versions)


def has_versions(found: dict[str, Any]) -> bool:
    return bool(found["outputs"]) and all(output["versions"] for output in found["outputs"])


def wait_until(
    product: Product, project: str, job: str, fields: str, wanted: Callable[[dict[str, Any]], bool]
) -> None:
    """Until `wanted` holds of these fields of the job."""
    give_up_at = time.monotonic() + TIMEOUT_S
    while not wanted(product.job(project, job, fields)):
        assert time.monotonic() < give_up_at, product.job(project, job)
        time.sleep(0.05)


def crash(product: Product, project: str, job: str, part: str, program: str) -> None:
    """kill -9 the part; the job has ended afterwards, for the scheduler's sake by a kill."""
    if part == "scheduler":
        product.kill9("scheduler")
        product.wait_healthy()
        product.act("killJob", project, job)
    else:
        word = program if part == "program" else "supervise.py"
        [victim] = [p for p in processes_of(product, job) if word in " ".join(p.cmdline())]
        victim.kill()
    ended = product.wait_done(project, [job], TIMEOUT_S)
    assert ended == {job: "KILLED" if part == "scheduler" else "FAILED"}
    wait_until(product, project, job, "activeOperation { id }", is_free)


def is_free(found: dict[str, Any]) -> bool:
    """The kill that has ended the job does not hold it any more."""
    return found["activeOperation"] is None


def processes_of(product: Product, job: str) -> list[psutil.Process]:
    """What runs for the job: by the token in its environment, or its directory in the command."""
    found = []
    for process in psutil.process_iter():
        try:
            environment, command = process.environ(), " ".join(process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        is_ours = str(product.data_dir) in f"{command} {environment.get('LANEKEEPER_JOB_FILE')}"
        if is_ours and (environment.get("LANEKEEPER_JOB") == job or f"/{job}/run/" in command):
            found.append(process)
    return found


def largest_class(product: Product, project: str, job: str) -> str:
    """The number of the class with the most particles, where there are classes in space."""
    outputs = product.job(project, job, "outputs { name numItems }")["outputs"]
    prefix = "particles_class_"
    sizes = {o["name"]: o["numItems"] for o in outputs if o["name"].startswith(prefix)}
    return max(sizes, key=lambda name: sizes[name]).removeprefix(prefix) if sizes else ""


def check_next_job(product: Product, project: str, job: str, iterative: Iterative) -> None:
    """The next job reads outputs of one iteration: it refines, or asks about their classes."""
    largest = largest_class(product, project, job)
    feeds = {n: f"{job}.{o.replace('{k}', largest)}" for n, o in iterative.feeds.items()}
    is_asking = iterative.next_type == "select_2D"
    params = None if is_asking else {**COARSE, "num_iterations": 1}
    following = product.make_job(project, iterative.next_type, params, **feeds)
    product.act("queueJob", project, following)
    if not is_asking:
        done = product.wait_done(project, [following], TIMEOUT_S)
        assert done == {following: "COMPLETED"}, product.job(project, following, ERRORS)
        return
    product.wait_for(project, [following], frozenset({"WAITING"}), TIMEOUT_S)
    asked = product.job(project, following, "interaction { data }")["interaction"]
    assert sum(shown["num_particles"] for shown in asked["data"]["classes"]) == 20
    product.act("killJob", project, following)
