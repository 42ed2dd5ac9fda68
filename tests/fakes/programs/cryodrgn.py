"""A stand-in for cryoDRGN 4.3.1: the options and files of the commands that the job type runs."""

import sys
from argparse import Namespace
from pathlib import Path

import mrcfile
import numpy as np

from tests.fakes.programs.options import parsed

ENDED = "(INFO) # =====> Epoch: {} Average gen loss = 0.9, KLD = 1.5, total loss = {}; Finished\n"


def run(argv: list[str]) -> None:
    """Leave what the command would, without learning anything."""
    if argv == ["--version"]:
        sys.stdout.write("cryoDRGN 4.3.1\n")
        return
    given = parsed("cryodrgn-4.3.1.json", argv[0], argv[1:])
    if argv[0] == "train_vae":
        train(given)
    elif argv[0] == "analyze":
        generate(Path(given.paths[0]) / f"analyze.{given.paths[1]}" / f"kmeans{given.ksample}")
    else:
        target = given.outpkl if argv[0] == "parse_pose_star" else given.o
        Path(target).write_text(Path(given.paths[0]).read_text())


def train(given: Namespace) -> None:
    """Weights and places of each epoch; a quote before an image is one too many for it."""
    assert "'" not in Path(given.paths[0]).read_text()
    for path in (given.poses, given.ctf):
        Path(path).read_text()
    folder = Path(given.outdir)
    folder.mkdir()
    for epoch in range(1, int(given.num_epochs) + 1):
        sys.stdout.write(ENDED.format(epoch, 1 / epoch))
        (folder / f"weights.{epoch}.pkl").write_text(f"{epoch}")
        (folder / f"z.{epoch}.pkl").write_text(given.zdim)


def generate(folder: Path) -> None:
    """A map of each cluster."""
    folder.mkdir(parents=True)
    for number in range(1, int(folder.name.removeprefix("kmeans")) + 1):
        voxels = np.full((8, 8, 8), number, np.float32)
        mrcfile.write(folder / f"vol_{number:03d}.mrc", voxels, voxel_size=4)


if __name__ == "__main__":
    run(sys.argv[1:])
