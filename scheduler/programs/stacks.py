"""Stacks of images: particles and class averages, as rows of tables name them."""

import mrcfile
import numpy as np
from lanekeeper_job import JobFailed
from numpy.typing import NDArray
from tables import Table, text

Images = NDArray[np.float32]


def read_images(table: Table, slot: str) -> Images:
    """The images (n, y, x) that the rows name; raises JobFailed if one cannot be read."""
    paths = [text(path) for path in table[f"{slot}/path"]]
    stacks = {path: read_stack(path) for path in dict.fromkeys(paths)}
    indices = table[f"{slot}/idx"]
    for path, index in zip(paths, indices, strict=True):
        if index >= len(stacks[path]):
            raise JobFailed(f"{path} has no image {index + 1}; it holds {len(stacks[path])}.")
    chosen = [stacks[path][index] for path, index in zip(paths, indices, strict=True)]
    return np.stack(chosen) if chosen else np.empty((0, 1, 1), np.float32)


def read_stack(path: str) -> Images:
    """All images of an MRC stack; a single image is a stack of one."""
    try:
        with mrcfile.open(path, mode="r", permissive=True) as file:
            pixels = np.asarray(file.data, dtype=np.float32)
    except FileNotFoundError as error:
        raise JobFailed(f"{path} is not there any more.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(f"{path} cannot be read as an MRC stack: {error}") from error
    return pixels if pixels.ndim == 3 else pixels[None]


def write_stack(
    path: str,
    images: NDArray[np.float32] | NDArray[np.int8],
    psize_A: float,
) -> None:
    """Write an MRC stack whose bytes depend on its content alone, not on the time."""
    with mrcfile.new(path, images, overwrite=True) as file:
        file.set_image_stack()
        file.voxel_size = psize_A
        file.header.label[0] = b"Written by Lanekeeper"
