"""A pseudo-protein: atoms in a core with lobes, its projections and its volume."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.transform import Rotation

Array = NDArray[np.floating]
ATOMS = 6000
LOBES = 6
RADIUS_A = 55.0
BLUR_A = 2.5


def protein(random: np.random.Generator) -> Array:
    """Atoms (n, 3) in Å around the origin: a core with lobes around it, without symmetry."""
    around = random.normal(size=(LOBES, 3))
    around *= random.uniform(22, 34, (LOBES, 1)) / np.linalg.norm(around, axis=1, keepdims=True)
    centres = np.vstack((np.zeros(3), around))
    sizes = np.array([17.0, *random.uniform(8, 13, LOBES)])
    lobe = random.choice(len(centres), ATOMS, p=sizes**2 / np.sum(sizes**2))
    atoms = centres[lobe] + random.normal(size=(ATOMS, 3)) * sizes[lobe][:, None]
    distance = np.linalg.norm(atoms, axis=1, keepdims=True)
    atoms *= np.minimum(1, RADIUS_A / np.maximum(distance, 1e-9))
    centred: Array = atoms - atoms.mean(axis=0)
    return centred


def projection(atoms: Array, rotation: Rotation, box_px: int, psize_A: float) -> Array:
    """The atoms' density seen along z after `rotation`, in a square box."""
    turned = rotation.apply(atoms)[:, :2] / psize_A + box_px / 2
    edges = np.arange(box_px + 1) - 0.5
    density, _, _ = np.histogram2d(turned[:, 1], turned[:, 0], bins=(edges, edges))
    blurred: Array = ndimage.gaussian_filter(density, BLUR_A / psize_A)
    return blurred


def volume(atoms: Array, box_px: int, psize_A: float) -> Array:
    """The density in a cube (z, y, x)."""
    edges = [np.arange(box_px + 1) - 0.5] * 3
    density, _ = np.histogramdd(atoms[:, ::-1] / psize_A + box_px / 2, bins=edges)
    blurred: Array = ndimage.gaussian_filter(density, BLUR_A / psize_A).astype(np.float32)
    return blurred
