"""Importing maps and masks: what is registered, and what is refused with one sentence."""

import mrcfile
import numpy as np
import pytest

from tests.programs.project import Json, Project
from tests.programs.truth import table


def write(project: Project, voxels: np.ndarray, psize: float = 3.0) -> None:
    path = project.directory / "volume.mrc"
    mrcfile.write(path, voxels.astype(np.float32), voxel_size=psize, overwrite=True)


CUBE = np.linspace(0, 1, 16**3).reshape(16, 16, 16)


@pytest.mark.parametrize(("kind", "output"), [("map", "volume"), ("mask", "mask")])
def test_a_cube_is_registered_with_its_pixel_size(
    own_project: Project, kind: str, output: str
) -> None:
    write(own_project, CUBE)

    run = own_project.run("import_volumes", {"volume_path": "volume.mrc", "kind": kind})

    assert list(run.committed) == [output]
    [row] = table(own_project, run, output)
    assert (row[f"{kind}/path"], row[f"{kind}/psize_A"]) == (b"volume.mrc", 3.0)
    assert list(row[f"{kind}/shape"]) == [16, 16, 16]


@pytest.mark.parametrize(
    ("voxels", "psize", "params", "sentence"),
    [
        (CUBE[:8], 3.0, {}, "volume.mrc is not a cube; its shape is (8, 16, 16)."),
        (
            CUBE,
            3.0,
            {"psize_A": 2.0},
            "volume.mrc has a pixel size of 3 Å in its header, not 2 Å.",
        ),
        (CUBE, 1.0, {}, "volume.mrc does not say its pixel size; give it as a param."),
        (
            CUBE * 2,
            3.0,
            {"kind": "mask"},
            "volume.mrc is no mask: its values must lie between 0 and 1.",
        ),
    ],
)
def test_what_is_no_good_volume_is_refused(
    own_project: Project, voxels: np.ndarray, psize: float, params: Json, sentence: str
) -> None:
    write(own_project, voxels, psize)

    run = own_project.run("import_volumes", {"volume_path": "volume.mrc", **params})

    assert run.error == sentence
