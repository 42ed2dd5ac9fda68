"""What simulated programs read and leave on the disk, as the run contract says."""

import json
from dataclasses import dataclass
from pathlib import Path

from scheduler.executors.base import Launch


@dataclass
class Run:
    """A program and its supervisor; `cpu`, `gpu` and `ram` are slots as its job.json names them."""

    key: str
    cpu: tuple[int, ...]
    gpu: tuple[int, ...]
    ram: int


def run_of(launch: Launch) -> Run | None:
    """What is to run, as its job.json says; None if its directory was erased."""
    try:
        resources = json.loads((launch.directory / "job.json").read_bytes())["resources"]
    except FileNotFoundError:
        return None
    gpus = tuple(gpu["index"] for gpu in resources["gpu"])
    return Run(launch.key, tuple(resources["cpu"]), gpus, resources["ram_gb"] // 8)


def write_outputs(launch: Launch) -> None:
    """What a program leaves as its last act, if its directory is still there."""
    if not (launch.directory / "job.json").exists():
        return
    content = json.loads((launch.directory / "job.json").read_bytes())
    job_dir = content["job"]["dir"]
    outputs = {
        name: {"metafile": f"{job_dir}/{name}.cs", "num_items": 1, "version": "F"}
        for name in content["outputs"]
    }
    for output in outputs.values():
        Path(launch.cwd, str(output["metafile"])).write_text("table")
    told = {"v": 1, "token": launch.token, "outcome": "completed", "outputs": outputs}
    Path(launch.cwd, job_dir, "outputs.json").write_text(json.dumps(told))
