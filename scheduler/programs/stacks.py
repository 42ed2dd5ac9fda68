"""Stacks of images: particles and class averages, as rows of tables name them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mrcfile
import numpy as np
from lanekeeper_job import JobFailed
from numpy.typing import NDArray
from tables import Table, text

Images = NDArray[np.float32]


def read_images(table: Table, slot: str) -> Images:
    """The images (n, y, x) that the rows name, and no others, whatever the size of their stacks.

    Raises JobFailed if one cannot be read.
    """
    paths, indices = table[f"{slot}/path"], table[f"{slot}/idx"]
    images: list[Images] = [np.empty((1, 1), np.float32)] * len(table)
    for path in np.unique(paths):
        rows = np.flatnonzero(paths == path)
        with opened_stack(text(path)) as stack:
            if indices[rows].max() >= len(stack):
                number = indices[rows].max() + 1
                raise JobFailed(f"{text(path)} has no image {number}; it holds {len(stack)}.")
            for row in rows:
                images[row] = np.array(stack[indices[row]], np.float32)
    return np.stack(images) if images else np.empty((0, 1, 1), np.float32)


def read_stack(path: str) -> Images:
    """All images of an MRC stack; a single image is a stack of one."""
    with opened_stack(path) as stack:
        return np.array(stack, np.float32)


@contextmanager
def opened_stack(path: str) -> Iterator[NDArray[Any]]:
    """The images of an MRC stack, read where they are looked at; raises JobFailed."""
    try:
        with mrcfile.mmap(path, mode="r", permissive=True) as file:
            if file.data is None:
                raise JobFailed(f"{path} holds no images.")
            yield file.data if file.data.ndim == 3 else file.data[None]
    except FileNotFoundError as error:
        raise JobFailed(f"{path} is not there any more.") from error
    except (OSError, ValueError) as error:
        raise JobFailed(f"{path} cannot be read as an MRC stack: {error}") from error


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


def write_image(path: str, pixels: NDArray[np.float32], psize_A: float) -> None:
    """Write one MRC image whose bytes depend on its content alone, not on the time."""
    with mrcfile.new(path, pixels, overwrite=True) as file:
        file.voxel_size = psize_A
        file.header.label[0] = b"Written by Lanekeeper"


def normalised(images: Images, *, inverts: bool) -> Images:
    """Each with mean 0 and deviation 1 outside the particle, which is made bright."""
    size = images.shape[-1]
    y, x = np.ogrid[:size, :size]
    background = np.hypot(x - size / 2, y - size / 2) > 0.45 * size
    outside = images[:, background]
    mean, deviation = outside.mean(axis=1), outside.std(axis=1)
    sign = -1 if inverts else 1
    scaled = sign * (images - mean[:, None, None]) / np.maximum(deviation, 1e-12)[:, None, None]
    result: Images = scaled.astype(np.float32)
    return result
