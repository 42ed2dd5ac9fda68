"""A stand-in for programs of RELION 5: they say its version, and take the options that 5.0 has.

`relion_refine` writes the files of the iterations that it would, with the first class for every
second particle. In the place of the others the installed ones of 3.1 do the same work, without what
they do not have: Blush and GPUs.
"""

import json
import os
import re
import sys
from pathlib import Path

import mrcfile
import numpy as np

OPTIONS = Path(__file__).parents[2] / "data/programs/relion-5.0.json"
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


def run(program: str, argv: list[str]) -> None:
    """Answer, iterate, or do as the real one."""
    recorded = json.loads(OPTIONS.read_text())[program.removesuffix("_mpi")]
    if argv == ["--version"]:
        sys.stdout.write("RELION version: 5.0.1-commit-3d6c20 \n")
    elif argv == ["--help"]:
        sys.stdout.write("\n".join([*recorded["with_value"], *recorded["flags"]]))
    elif program == "relion_refine":
        iterate(values(argv, recorded))
    else:
        values(argv, recorded)
        os.execv(f"/usr/bin/{program}", [program, *known_to_3(argv)])


def known_to_3(argv: list[str]) -> list[str]:
    """What is left of a command line for RELION 3.1 without GPUs."""
    kept = [word for word in argv if word != "--blush"]
    if "--gpu" in kept:
        at = kept.index("--gpu")
        kept[at : at + 2] = []
    return kept


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
    run(os.environ["STAND_IN"], sys.argv[1:])
