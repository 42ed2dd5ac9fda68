"""Defocus and astigmatism from a micrograph's power spectrum.

The averaged periodogram (Welch 1967) is freed of its smooth background; the oscillation that is
left is correlated with CTF². One-dimensional search first, then two dimensions with astigmatism.
"""

from dataclasses import dataclass

import numpy as np
from ctf import Defocus, Microscope, frequencies, phase, transfer
from numpy.typing import NDArray
from scipy import ndimage, optimize

Array = NDArray[np.floating]
STEP_A = 50.0
"""Of the exhaustive search; a ring moves by a small part of its width."""
DISAGREEMENT_A = 300.0
"""Two ranges that differ by more than this make a fit suspect: correlation does not show it."""
FIRST_ASTIGMATISM_A = 150.0
GOOD_CORRELATION = 0.5


@dataclass(frozen=True)
class Range:
    """Where to look: resolutions and defoci in Å."""

    res_min_A: float
    res_max_A: float
    df_min_A: float
    df_max_A: float


@dataclass(frozen=True)
class Spectrum:
    """A half-plane power spectrum with its background removed, and its radial mean."""

    oscillation: Array
    frequency: Array
    azimuth: Array
    radial: Array
    radial_frequency: Array


@dataclass(frozen=True)
class Fit:
    """`correlation` is that of the 2-D fit; `check_A` is the mean defocus that another fit finds.

    Of our own, that is by the lower resolutions alone; of a program's, our search in one dimension.
    """

    defocus: Defocus
    correlation: float
    fit_to_A: float
    check_A: float

    @property
    def mean_A(self) -> float:
        """The mean of both defoci."""
        return (self.defocus.df1_A + self.defocus.df2_A) / 2

    @property
    def is_suspect(self) -> bool:
        """Whether the two fits disagree."""
        return abs(self.mean_A - self.check_A) > DISAGREEMENT_A


def power_spectrum(pixels: Array, size: int, psize_A: float) -> Spectrum:
    """The averaged spectrum of blocks of `size` pixels that overlap by half."""
    size = min(size, *pixels.shape)
    window = np.hanning(size)[:, None] * np.hanning(size)[None, :]
    total = np.zeros((size, size // 2 + 1))
    blocks = 0
    for top in range(0, pixels.shape[0] - size + 1, size // 2):
        for left in range(0, pixels.shape[1] - size + 1, size // 2):
            block = pixels[top : top + size, left : left + size]
            total += np.abs(np.fft.rfft2((block - block.mean()) * window)) ** 2
            blocks += 1
    logarithm = np.log(total / blocks + 1e-12)
    frequency, azimuth = frequencies(size, psize_A)
    shells = np.rint(frequency * size * psize_A).astype(int)
    return _without_background(logarithm, frequency, azimuth, shells)


def _without_background(
    logarithm: Array, frequency: Array, azimuth: Array, shells: NDArray[np.int_]
) -> Spectrum:
    radial = ndimage.mean(logarithm, shells, np.arange(shells.max() + 1))
    background = ndimage.gaussian_filter1d(radial, len(radial) / 24, mode="nearest")
    radial_frequency = np.arange(len(radial)) * float(frequency.max()) / shells.max()
    return Spectrum(
        oscillation=logarithm - background[shells],
        frequency=frequency,
        azimuth=azimuth,
        radial=radial - background,
        radial_frequency=radial_frequency,
    )


def rings(spectrum: Spectrum, search: Range) -> int:
    """How many samples the radial mean has within the resolutions of `search`."""
    return int(np.count_nonzero(_within(spectrum.radial_frequency, search)))


def fit(spectrum: Spectrum, microscope: Microscope, search: Range) -> Fit:
    """The best defocus within `search`."""
    mean = search_1d(spectrum, microscope, search)
    halfway = 2 / (1 / search.res_min_A + 1 / search.res_max_A)
    lower = Range(search.res_min_A, halfway * 0.75, search.df_min_A, search.df_max_A)
    check = search_1d(spectrum, microscope, lower)
    defocus, correlation = _fit_2d(spectrum, microscope, search, mean)
    return Fit(defocus, correlation, fit_limit(spectrum, microscope, defocus), check)


def judged(spectrum: Spectrum, microscope: Microscope, search: Range, defocus: Defocus) -> Fit:
    """A defocus that a program has found, and how it goes with the data by our own measures."""
    inside = _within(spectrum.frequency, search)
    data = ndimage.gaussian_filter(spectrum.oscillation, 1.0)[inside]
    model = transfer(microscope, defocus, spectrum.frequency[inside], spectrum.azimuth[inside]) ** 2
    check = search_1d(spectrum, microscope, search)
    limit = fit_limit(spectrum, microscope, defocus)
    return Fit(defocus, correlation(data, model), limit, check)


def search_1d(spectrum: Spectrum, microscope: Microscope, search: Range) -> float:
    """The defocus whose CTF² goes best with the radial mean, by trying all of them."""
    inside = _within(spectrum.radial_frequency, search)
    frequency, data = spectrum.radial_frequency[inside], spectrum.radial[inside]
    candidates = np.arange(search.df_min_A, search.df_max_A + STEP_A, STEP_A)
    scores = [
        correlation(data, transfer(microscope, Defocus(df, df), frequency) ** 2)
        for df in candidates
    ]
    return float(candidates[int(np.argmax(scores))])


def _fit_2d(
    spectrum: Spectrum, microscope: Microscope, search: Range, mean: float
) -> tuple[Defocus, float]:
    inside = _within(spectrum.frequency, search)
    data = ndimage.gaussian_filter(spectrum.oscillation, 1.0)[inside]
    frequency, azimuth = spectrum.frequency[inside], spectrum.azimuth[inside]

    def badness(point: Array) -> float:
        model = transfer(microscope, _defocus(point), frequency, azimuth) ** 2
        return -correlation(data, model)

    starts = [
        np.array([mean, FIRST_ASTIGMATISM_A * np.cos(a), FIRST_ASTIGMATISM_A * np.sin(a)])
        for a in np.linspace(0, 2 * np.pi, 4, endpoint=False)
    ]
    start = min(starts, key=badness)
    simplex = np.vstack([start, *(start + step for step in np.diag((200.0, 200.0, 200.0)))])
    options = {"initial_simplex": simplex, "xatol": 2.0, "fatol": 1e-5, "maxiter": 300}
    found = optimize.minimize(badness, start, method="Nelder-Mead", options=options)
    return _defocus(found.x), float(-found.fun)


def _defocus(point: Array) -> Defocus:
    """From (mean, astigmatism as a vector of twice the angle): no seam, no forbidden values."""
    mean, x, y = point
    half = float(np.hypot(x, y)) / 2
    return Defocus(mean + half, mean - half, float(np.arctan2(y, x)) / 2 % np.pi)


def fit_limit(spectrum: Spectrum, microscope: Microscope, defocus: Defocus) -> float:
    """The resolution (Å) to which rings and fit agree, by correlation in a sliding window.

    A window that holds less than a ring, as at low resolution, is not held against the fit.
    """
    mean = (defocus.df1_A + defocus.df2_A) / 2
    angle = phase(microscope, Defocus(mean, mean), spectrum.radial_frequency)
    model = np.sin(angle) ** 2
    nyquist = int(np.searchsorted(spectrum.radial_frequency, spectrum.frequency[0].max()))
    width = max(nyquist // 12, 8)
    last = width
    for start in range(width, nyquist - width + 1, width // 2):
        piece = slice(start, start + width)
        if correlation(spectrum.radial[piece], model[piece]) >= GOOD_CORRELATION:
            last = start + width
        elif abs(angle[start + width] - angle[start]) >= np.pi:
            break
    return float(1 / spectrum.radial_frequency[last])


def correlation(one: Array, other: Array) -> float:
    """Pearson's coefficient; 0 for constant data."""
    a, b = one - one.mean(), other - other.mean()
    norm = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / norm) if norm > 0 else 0.0


def _within(frequency: Array, search: Range) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (frequency >= 1 / search.res_min_A) & (
        frequency <= 1 / search.res_max_A
    )
    return inside
