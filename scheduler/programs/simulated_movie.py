"""A micrograph as the frames of a movie: the sample drifts, electrons are counted."""

import numpy as np
from ctf import frequencies
from numpy.typing import NDArray

Array = NDArray[np.floating]
COUNTS = 4.0
"""Mean electrons per pixel and frame: few enough for signed bytes, which every program reads."""
DRIFT_A = 12.0
"""How far the sample comes in a movie, more at its begin than at its end."""


def drift(random: np.random.Generator, frames: int) -> Array:
    """Å (x, y) that the sample has come at each frame since the first."""
    direction = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(scale=0.3, size=frames - 1))
    speed = np.exp(-np.arange(frames - 1) / 3)
    steps = (speed / speed.sum() * DRIFT_A)[:, None] * np.stack(
        (np.cos(direction), np.sin(direction)), axis=1
    )
    return np.vstack((np.zeros(2), np.cumsum(steps, axis=0)))


def count_frames(
    random: np.random.Generator,
    spectrum: NDArray[np.complex128],
    psize_A: float,
    shot_noise: float,
    way: Array,
) -> NDArray[np.int8]:
    """Counts (frame, y, x) of an image whose spectrum is given, moved along `way`.

    Summed up along it again, the shot noise has the deviation `shot_noise` in the image's units.
    """
    size = spectrum.shape[0]
    frequency, azimuth = frequencies(size, psize_A)
    wave_x, wave_y = frequency * np.cos(azimuth), frequency * np.sin(azimuth)
    contrast = 1 / (shot_noise * np.sqrt(COUNTS * len(way)))
    counted = np.empty((len(way), size, size), np.int8)
    for frame, (x, y) in enumerate(way):
        moved = spectrum * np.exp(-2j * np.pi * (wave_x * x + wave_y * y))
        expected = COUNTS * (1 + contrast * np.fft.irfft2(moved, s=(size, size)))
        counted[frame] = np.minimum(random.poisson(np.maximum(expected, 0)), 127)
    return counted
