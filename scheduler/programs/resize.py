"""Images and maps in other numbers of pixels, by cropping or padding their Fourier transforms.

The middle pixel (side // 2) stays the middle, and values keep their scale.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def resized_images(images: Array, size: int) -> NDArray[np.float32]:
    """Images (n, y, x), square and of even sides, with `size` pixels a side."""
    return _resized(images, size, axes=(1, 2))


def resized_map(volume: Array, size: int) -> NDArray[np.float32]:
    """A cube with `size` voxels a side."""
    return _resized(volume, size, axes=(0, 1, 2))


def _resized(values: Array, size: int, axes: tuple[int, ...]) -> NDArray[np.float32]:
    old = values.shape[-1]
    if old == size:
        return np.asarray(values, np.float32)
    spectrum = np.fft.fftshift(np.fft.fftn(values, axes=axes), axes=axes)
    kept = min(old, size)
    spectrum = _cut(spectrum, axes, old // 2 - kept // 2, kept)
    if size > old:
        before = size // 2 - kept // 2
        margins = [(0, 0)] * values.ndim
        for axis in axes:
            margins[axis] = (before, size - kept - before)
        spectrum = np.pad(spectrum, margins)
    back = np.fft.ifftn(np.fft.ifftshift(spectrum, axes=axes), axes=axes).real
    scaled: NDArray[np.float32] = (back * (size / old) ** len(axes)).astype(np.float32)
    return scaled


def _cut(
    spectrum: NDArray[np.complex128], axes: tuple[int, ...], start: int, length: int
) -> NDArray[np.complex128]:
    for axis in axes:
        spectrum = np.take(spectrum, range(start, start + length), axis=axis)
    return spectrum
