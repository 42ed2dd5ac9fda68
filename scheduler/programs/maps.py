"""Maps (volumes): read, compared, resized, and as rows of tables."""

import mrcfile
import numpy as np
from lanekeeper_job import JobFailed
from numpy.typing import NDArray
from resize import resized_map
from tables import Table, new_table, path_field, text, uid_of

Array = NDArray[np.floating]
FSC_THRESHOLD = 0.5


def read_map(path: str) -> tuple[NDArray[np.float32], float]:
    """A cube (z, y, x) and its voxel size in Å; raises JobFailed if it is none."""
    try:
        with mrcfile.open(path, mode="r", permissive=True) as file:
            voxels, psize = np.asarray(file.data, np.float32), float(file.voxel_size.x)
    except FileNotFoundError as error:
        raise JobFailed(f"{path} is not there any more.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(f"{path} cannot be read as an MRC map: {error}") from error
    if voxels.ndim != 3 or len(set(voxels.shape)) != 1:
        raise JobFailed(f"{path} is not a cube; its shape is {voxels.shape}.")
    return voxels, psize


def write_map(path: str, voxels: Array, psize_A: float) -> None:
    """Write a map whose bytes depend on its content alone, not on the time."""
    with mrcfile.new(path, np.asarray(voxels, np.float32), overwrite=True) as file:
        file.set_volume()
        file.voxel_size = psize_A
        file.header.label[0] = b"Written by Lanekeeper"


def connected_map(table: Table, slot: str = "map") -> tuple[NDArray[np.float32], float]:
    """The first map of a table, with the voxel size that the table knows."""
    if f"{slot}/path" not in (table.dtype.names or ()):
        raise JobFailed(f"What is connected has no {slot.replace('_', ' ')}.")
    voxels, _ = read_map(text(table[f"{slot}/path"][0]))
    return voxels, float(table[f"{slot}/psize_A"][0])


def map_table(paths: dict[str, str], size: int, psize_A: float) -> Table:
    """A table of one row; `paths` says the file of each slot (map, map_half_A …)."""
    table = new_table(list(paths), 1)
    table["uid"] = uid_of(*paths.values())
    for slot, path in paths.items():
        table[f"{slot}/path"], table[f"{slot}/psize_A"] = path_field(path), psize_A
        table[f"{slot}/shape"] = size
    return table


def fitted(voxels: Array, psize_A: float, size: int, wanted_A: float) -> NDArray[np.float32]:
    """A map in a box of `size` voxels of `wanted_A`: cut or padded, then resampled."""
    side = int(2 * round(size * wanted_A / psize_A / 2))
    return resized_map(boxed(voxels, side), size)


def boxed(voxels: Array, side: int) -> NDArray[np.float32]:
    """The middle of a map, or the map in the middle of zeros; `side` // 2 stays the middle."""
    old = voxels.shape[0]
    start = old // 2 - side // 2
    if start >= 0:
        cut = slice(start, start + side)
        return np.asarray(voxels[cut, cut, cut], np.float32)
    wide = np.zeros((side,) * 3, np.float32)
    place = slice(-start, -start + old)
    wide[place, place, place] = voxels
    return wide


def shells(size: int) -> NDArray[np.int64]:
    """The Fourier shell of each voxel of a transform, in steps of one over the box."""
    steps = np.fft.fftfreq(size) * size
    radius = np.sqrt(steps[:, None, None] ** 2 + steps[None, :, None] ** 2 + steps**2)
    rounded: NDArray[np.int64] = np.rint(radius).astype(np.int64)
    return rounded


def fourier_shell_correlation(first: Array, second: Array) -> NDArray[np.float64]:
    """The correlation of two maps in each shell, up to Nyquist (Harauz & van Heel 1986)."""
    size = first.shape[0]
    a, b, shell = np.fft.fftn(first), np.fft.fftn(second), shells(size).ravel()

    def total(values: Array) -> NDArray[np.float64]:
        return np.bincount(shell, weights=values.ravel())[: size // 2 + 1].astype(float)

    product = total((a * b.conj()).real)
    power = np.sqrt(total(np.abs(a) ** 2) * total(np.abs(b) ** 2))
    return product / np.maximum(power, 1e-30)


def resolution_at(fsc: Array, threshold: float, size: int, psize_A: float) -> float:
    """Å at which the curve first falls below `threshold`, between its points; else Nyquist."""
    below = np.flatnonzero(fsc[1:] < threshold)
    if len(below) == 0:
        return 2 * psize_A
    at = int(below[0]) + 1
    before, after = float(fsc[at - 1]), float(fsc[at])
    shell = at - 1 + (before - threshold) / max(before - after, 1e-12)
    return size * psize_A / max(shell, 1e-12)
