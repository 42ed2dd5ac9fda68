"""What a program is told: job.json, its command line and its environment (05, section 1)."""

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.database import Row
from domain.documents import Attempt, Job, Project
from domain.documents.attempt import RunPhase
from domain.documents.shapes import SlotIndices
from domain.job_types import (
    NO_RULES,
    JobTypeDeclaration,
    Site,
    Surroundings,
    complete_params,
    outside_run,
    promised_outputs,
    render_command,
    runner_command,
)

PROGRAMS = Path(__file__).parent / "programs"
UNWANTED = ("PYTHONPATH", "PYTHONHOME", "LD_PRELOAD")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Run:
    """All that describes one run: the records it is made of, its parents by uid, and the site."""

    job: Job
    project: Project
    attempt: Attempt
    declaration: JobTypeDeclaration
    parents: Mapping[str, Job]
    site: Site = NO_RULES

    @property
    def run_dir(self) -> str:
        """The attempt's directory, relative to the project directory: "J12/run/2"."""
        return f"{self.job.job_dir}/run/{self.attempt.number}"

    @property
    def phase(self) -> RunPhase:
        """The part of its work that the attempt does."""
        if not self.declaration.run.phases:
            return RunPhase.MAIN
        return RunPhase.APPLY if self.attempt.answered else RunPhase.PREPARE

    @property
    def answer(self) -> object:
        """What the user has answered in between; None but in the second phase."""
        answered = self.attempt.answered
        return answered.answer.data if answered and answered.answer else None

    @property
    def surroundings(self) -> Surroundings:
        """What the site gives to such a run."""
        place = self.attempt.resources
        return self.site.surroundings(self.declaration.type, lane=place.lane, target=place.target)

    @property
    def is_on_cluster(self) -> bool:
        """Whether a cluster chooses the cores and GPUs."""
        return self.attempt.resources.lane_type == "cluster"

    @property
    def slots(self) -> SlotIndices:
        """What it may use; on a cluster as much as it asked for, counted from 0."""
        if not self.is_on_cluster:
            return self.attempt.resources.slots
        need = self.job.resource_spec
        kinds = {"cpu": need.cpu, "gpu": need.gpu, "ram": need.ram}
        return SlotIndices(**{kind: list(range(number)) for kind, number in kinds.items()})


def freeze_programs(data_root: Path) -> Path:
    """Copy the built-in programs below `data_root`, once per content; returns the copy.

    A running job keeps the code it was started with, whatever is installed meanwhile.
    """
    files = sorted(PROGRAMS.glob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    copy = data_root / "programs" / digest.hexdigest()[:16]
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        unfinished.mkdir(parents=True)
        for file in files:
            shutil.copy2(file, unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another scheduler was first
            shutil.rmtree(unfinished)
    return copy


def job_file(run: Run, programs: Path) -> Row:
    """The content of job.json; paths relative to the project directory."""
    job, attempt, declaration = run.job, run.attempt, run.declaration
    context = _context(run, programs)
    outside = {"outside": outside_run(declaration, context)} if declaration.run.is_outside else {}
    return {
        "v": 1,
        "token": attempt.token,
        "project": {"uid": job.project_uid, "dir": run.project.project_dir},
        "job": {
            "uid": job.uid,
            "dir": job.job_dir,
            "type": job.type,
            "type_version": job.type_version,
        },
        "run": {
            "attempt": attempt.number,
            "dir": run.run_dir,
            "phase": run.phase,
            "answer": run.answer,
            "resume_from": None,
            "keep_versions": "all" if job.type in run.project.keep_iterations_of else "newest",
        },
        "params": context["params"],
        "inputs": {name: _connected(run, name) for name in declaration.inputs},
        "resources": _resources(run.slots),
        "outputs": _outputs(run),
        **outside,
    }


def _connected(run: Run, name: str) -> list[Row]:
    job_input = run.job.inputs.get(name)
    found = []
    for connection in job_input.connections if job_input else ():
        parent = run.parents.get(connection.job_uid)
        output = parent.outputs.get(connection.output) if parent else None
        version = output.final if output else None
        if version is None:
            continue
        found.append(
            {
                "job": connection.job_uid,
                "output": connection.output,
                "version": "F",
                "num_items": version.num_items,
                "metafile": version.metafile,
                "star": version.star,
                "slots": dict.fromkeys(version.slots, version.metafile),
            }
        )
    return found


def _resources(slots: SlotIndices) -> Row:
    return {
        "cpu": slots.cpu,
        "gpu": [{"index": index} for index in slots.gpu],
        "ram_gb": 8 * len(slots.ram),
        "scratch": None,
    }


def _outputs(run: Run) -> Row:
    return {
        name: {"type": output.type, "slots": list(output.slots), "required": output.required}
        for name, output in promised_outputs(run.declaration, run.job.params).items()
    }


def command(run: Run, programs: Path) -> tuple[str, ...]:
    """The program's argv, as its job type declares it, or that of the runner of another program."""
    context = _context(run, programs)
    if run.declaration.run.is_outside:
        return tuple(runner_command(context))
    return tuple(render_command(run.declaration, context))


def _context(run: Run, programs: Path) -> dict[str, object]:
    return {
        "python": run.surroundings.python or sys.executable,
        "programs": str(programs),
        "project_dir": run.project.project_dir,
        "job_dir": run.job.job_dir,
        "run_dir": run.run_dir,
        "phase": run.phase,
        "params": complete_params(run.declaration, run.job.params),
        "resources": {"cpu_count": len(run.slots.cpu)},
    }


def environment(run: Run) -> dict[str, str]:
    """What is set for the program besides the executor's own environment."""
    slots, directory, declared = run.slots, Path(run.attempt.directory), run.declaration.run
    gpus = {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": ",".join(str(index) for index in slots.gpu),
    }
    return {
        "LANEKEEPER_JOB_FILE": str(directory / "job.json"),
        "LANEKEEPER_ATTEMPT": run.attempt.token,
        "LANEKEEPER_PROJECT": run.job.project_uid,
        "LANEKEEPER_JOB": run.job.uid,
        **({} if run.is_on_cluster else gpus),  # a cluster has set its own
        "TMPDIR": str(directory / "tmp"),
        **dict.fromkeys(_THREADS, str(declared.threads_env or max(1, len(slots.cpu)))),
        **declared.env,
        **run.surroundings.env,
    }
