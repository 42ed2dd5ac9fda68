"""An ab-initio map is the true one, in whatever orientation, and in either hand."""

from dataclasses import dataclass

import mrcfile
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.transform import Rotation

from tests.nightly import nightly
from tests.programs.project import Project, Run
from tests.programs.truth import table

pytestmark = [pytest.mark.relion, nightly("a minute and a half")]
Map = NDArray[np.floating]
DESCENT = {
    "diameter_A": 130,
    "offset_range_pix": 1,
    "offset_step_pix": 1,
    "healpix_order": 0,
    "initial_iterations": 15,
    "middle_iterations": 20,
    "final_iterations": 15,
    "initial_resolution_A": 70,
    "final_resolution_A": 40,
    "initial_batch": 30,
    "final_batch": 90,
}
FINE_A, COARSE_A = 6, 12
"""Between them a ball of the size of the protein correlates with it by 0.49."""


@dataclass(frozen=True)
class Volume:
    """A map, and its voxel size in Å."""

    voxels: Map
    step_angstrom: float


def band(voxels: Map, step_angstrom: float) -> Volume:
    """A map without what is finer or coarser than the band."""
    fine, coarse = (
        ndimage.gaussian_filter(voxels.astype(float), sigma / step_angstrom)
        for sigma in (FINE_A, COARSE_A)
    )
    return Volume(fine - coarse, step_angstrom)


def read(project: Project, run: Run, output: str) -> Volume:
    """The map of an output, within the band."""
    [row] = table(project, run, output)
    voxels = mrcfile.read(project.directory / row["map/path"].decode())
    return band(voxels, float(row["map/psize_A"]))


def likeness(found: Volume, truth: Volume) -> float:
    """The best correlation over 3,000 orientations and both hands, the best of them refined."""
    size, step = len(found.voxels), found.step_angstrom / truth.step_angstrom
    grid = (np.indices(found.voxels.shape).reshape(3, -1) - size // 2) * step
    generator = np.random.default_rng(1)

    def correlation(target: Map, turn: Rotation) -> float:
        places = turn.as_matrix() @ grid + len(truth.voxels) // 2
        turned = ndimage.map_coordinates(truth.voxels, places, order=1)
        return float(np.corrcoef(turned, target.ravel())[0, 1])

    def refined(target: Map) -> float:
        turns = Rotation.random(3000, random_state=1)
        best, turn = max(((correlation(target, turn), turn) for turn in turns), key=lambda c: c[0])
        for spread in np.repeat((0.2, 0.1, 0.05), 100):
            near = Rotation.from_rotvec(generator.normal(0, spread, 3)) * turn
            if (value := correlation(target, near)) > best:
                best, turn = value, near
        return best

    return max(refined(found.voxels), refined(found.voxels[::-1]))


def test_a_map_from_nothing_is_the_true_one(
    project: Project, simulated: Run, true_particles: Run
) -> None:
    run = project.run(
        "homo_abinit_relion", DESCENT, cores=2, particles=true_particles.connected("particles")
    )

    truth = read(project, simulated, "volume")
    assert likeness(read(project, run, "volume_class_0"), truth) >= 0.75
