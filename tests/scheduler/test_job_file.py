"""What a program is told, from the records of its job."""

from dataclasses import replace
from pathlib import Path

from domain.documents import Attempt, Job, Project
from domain.documents.shapes import AllocatedResources, SlotIndices
from domain.job_types import JobTypeDeclaration, Site, load_declaration
from domain.job_types.site import TypeRules
from scheduler.job_file import Run, command, environment, job_file
from tests.domain.job_types.files import a_type

PROGRAMS = Path("/opt/programs")
RUN = """
[run]
command = ["count", "--cores", "{resources.cpu_count}", "--o", "{job_dir}/count.txt"]
"""
COLLECT = """
[run.collect.counts]
file = "{job_dir}/count.txt"
[outputs.counts]
type = "ml_model"
"""


def run_of(declaration: JobTypeDeclaration) -> Run:
    """The second attempt of J3, on two cores."""
    resources = AllocatedResources(
        lane="a", lane_type="node", target="t", hostname="t", slots=SlotIndices(cpu=[0, 1])
    )
    job = Job.model_construct(
        uid="J3", project_uid="P1", job_dir="J3", type="count_particles", type_version=1
    )
    attempt = Attempt.model_construct(number=2, token="x", directory="/d", resources=resources)
    return Run(job, Project.model_construct(project_dir="/p"), attempt, declaration, {})


def test_a_program_of_ours_is_started_as_declared(tmp_path: Path) -> None:
    run = run_of(load_declaration(a_type(tmp_path, run=RUN)))

    assert command(run, PROGRAMS) == ("count", "--cores", "2", "--o", "J3/count.txt")
    assert "outside" not in job_file(run, PROGRAMS)


def test_a_program_that_knows_nothing_of_us_is_started_by_the_runner(tmp_path: Path) -> None:
    run = run_of(load_declaration(a_type(tmp_path, run=RUN, tables=COLLECT)))

    assert command(run, PROGRAMS)[1:] == ("-s", "/opt/programs/run_command.py")
    outside = job_file(run, PROGRAMS)["outside"]
    assert outside["argv"] == ["count", "--cores", "2", "--o", "J3/count.txt"]
    assert outside["collect"] == {"counts": {"file": "J3/count.txt", "importer": "file"}}


def test_numerical_libraries_take_the_cores_of_the_run(tmp_path: Path) -> None:
    told = environment(run_of(load_declaration(a_type(tmp_path, run=RUN))))

    assert (told["OMP_NUM_THREADS"], told["MKL_NUM_THREADS"]) == ("2", "2")


def test_a_declaration_says_its_threads_and_its_own_variables(tmp_path: Path) -> None:
    run = RUN + "threads_env = 1\nenv = { PYTHONUNBUFFERED = '1', TMPDIR = '/ssd' }\n"

    told = environment(run_of(load_declaration(a_type(tmp_path, run=run))))

    assert (told["OMP_NUM_THREADS"], told["PYTHONUNBUFFERED"]) == ("1", "1")
    assert (told["TMPDIR"], told["LANEKEEPER_ATTEMPT"]) == ("/ssd", "x")


def test_the_site_says_the_interpreter_and_the_last_variables(tmp_path: Path) -> None:
    run = 'command = ["{python}", "count.py"]\nenv = { MODE = "type", ONLY = "type" }'
    declaration = load_declaration(a_type(tmp_path, run=f"[run]\n{run}\n"))
    rules = TypeRules(python="/opt/bin/python", env={"MODE": "site"})

    ruled = replace(run_of(declaration), site=Site(types={"count_particles": rules}))

    assert command(ruled, PROGRAMS) == ("/opt/bin/python", "count.py")
    told = environment(ruled)
    assert (told["MODE"], told["ONLY"]) == ("site", "type")


def test_a_project_keeps_every_iteration_of_the_types_that_it_names(tmp_path: Path) -> None:
    run = run_of(load_declaration(a_type(tmp_path, run=RUN)))

    run.project.keep_iterations_of = ["count_particles"]
    keeping = job_file(run, PROGRAMS)
    run.project.keep_iterations_of = ["class_2D_relion"]

    assert keeping["run"]["keep_versions"] == "all"
    assert job_file(run, PROGRAMS)["run"]["keep_versions"] == "newest"
