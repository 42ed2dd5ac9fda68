"""A stand-in for RELION 5: it says its version, and takes the options that 5.0.1 has.

It writes the files of the iterations that it would, with the first class for every second particle.
Two halves are refined by the installed `relion_refine_mpi` of 3.1, without what that does not have:
Blush and GPUs.
"""

import json
import os
import re
import sys
from pathlib import Path

import mrcfile
import numpy as np

OPTIONS = Path(__file__).parents[2] / "data/programs/relion-refine-5.0.1.json"
REAL = "/usr/bin/relion_refine_mpi"
GENERAL = "data_model_general\n\n_rlnCurrentResolution 12.5\n\n"
COLUMNS = (
    "ImageName",
    "ClassNumber",
    "MaxValueProbDistribution",
    "AngleRot",
    "AngleTilt",
    "AnglePsi",
)
CLASSES = "data_model_classes\n\nloop_\n_rlnReferenceImage\n_rlnEstimatedResolution\n"


def run(argv: list[str]) -> None:
    """Answer, or iterate."""
    is_parallel, given = "--split_random_halves" in argv, argv
    recorded = json.loads(OPTIONS.read_text())
    if given in (["--version"], ["--help"]):
        known = [*recorded["with_value"], *recorded["flags"]]
        text = "RELION version: 5.0.1-commit-3d6c20 " if "--version" in given else "\n".join(known)
        sys.stdout.write(f"{text}\n")
    elif is_parallel:
        kept = [word for word in given if word != "--blush"]
        if "--gpu" in kept:
            at = kept.index("--gpu")
            kept[at : at + 2] = []
        os.execv(REAL, [REAL, *kept])
    else:
        iterate(values(given, recorded))


def values(given: list[str], recorded: dict[str, list[str]]) -> dict[str, str]:
    """Option → its value; ends with 1 for what RELION would not understand."""
    found, words = {}, iter(given)
    for word in words:
        if word in recorded["flags"]:
            found[word] = ""
        elif word in {*recorded["with_value"], "--pipeline_control"}:
            found[word] = next(words)
        else:
            sys.exit(f"ERROR: {word} is not a valid RELION argument")
    return found


def iterate(given: dict[str, str]) -> None:
    """Write the files of each iteration that is written, `sampling` last."""
    total, every = int(given["--iter"]), int(given.get("--grad_write_iter", 1))
    star, classes = Path(given["--i"]).read_text(), int(given["--K"])
    names = re.findall(r"\S+@\S+", star)
    size = int(np.ravel(re.findall(r"opticsGroup1 .* (\d+) 2 *$", star, re.MULTILINE))[0])
    for number in [*range(every, total, every), total]:
        prefix = f"{given['--o']}_it{number:03d}"
        rows = [f"{name} {place % 2 + 1} 0.5 30 60 90" for place, name in enumerate(names)]
        head = "".join(f"_rln{column}\n" for column in COLUMNS)
        write(f"{prefix}_data.star", f"data_particles\n\nloop_\n{head}" + "\n".join(rows))
        references = "".join(f"{k}@{prefix} 12.5\n" for k in range(1, classes + 1))
        write(f"{prefix}_model.star", f"{GENERAL}{CLASSES}{references}")
        write_averages(prefix, classes, size, is_3d="--denovo_3dref" in given)
        write(f"{prefix}_sampling.star", "data_sampling_general\n\n_rlnHealpixOrder 1\n")


def write_averages(prefix: str, classes: int, size: int, *, is_3d: bool) -> None:
    """The averages or maps of the classes, each of noise of its own."""
    noise = np.random.default_rng(classes).normal(size=(classes, *(size,) * (3 if is_3d else 2)))
    if not is_3d:
        mrcfile.write(f"{prefix}_classes.mrcs", noise.astype(np.float32), voxel_size=5)
        return
    for number, voxels in enumerate(noise, start=1):
        path = f"{prefix}_class{number:03d}.mrc"
        mrcfile.write(path, voxels.astype(np.float32), voxel_size=5)


def write(path: str, text: str) -> None:
    """Write a STAR file."""
    Path(path).write_text(f"{text}\n")


if __name__ == "__main__":
    run(sys.argv[1:])
