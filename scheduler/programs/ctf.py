"""The contrast transfer function of an electron microscope, in Å and radians.

Rohou & Grigorieff 2015 (CTFFIND4), equations 1 to 5; underfocus is positive, and the amplitude
contrast makes protein dark.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Microscope:
    """Voltage in kV, spherical aberration in mm, amplitude contrast as a fraction."""

    accel_kv: float
    cs_mm: float
    amp_contrast: float

    @property
    def wavelength_A(self) -> float:
        """The relativistic electron wavelength."""
        volts = self.accel_kv * 1e3
        return float(12.2643247 / np.sqrt(volts * (1 + volts * 0.978466e-6)))


@dataclass(frozen=True)
class Defocus:
    """Defocus along two axes in Å, the first at `angle_rad` from the x axis."""

    df1_A: float
    df2_A: float
    angle_rad: float = 0.0


def transfer(
    microscope: Microscope, defocus: Defocus, frequency: Array, azimuth: Array | float = 0.0
) -> Array:
    """The CTF at spatial frequencies in 1/Å; negative where contrast is as in focus."""
    value: Array = -np.sin(phase(microscope, defocus, frequency, azimuth))
    return value


def phase(
    microscope: Microscope, defocus: Defocus, frequency: Array, azimuth: Array | float = 0.0
) -> Array:
    """The angle whose negative sine the CTF is; it is zero at each multiple of π."""
    mean = (defocus.df1_A + defocus.df2_A) / 2
    half = (defocus.df1_A - defocus.df2_A) / 2
    local = mean + half * np.cos(2 * (azimuth - defocus.angle_rad))
    wavelength, squared = microscope.wavelength_A, frequency**2
    spherical = microscope.cs_mm * 1e7
    shift = np.pi * wavelength * squared * (local - wavelength**2 * squared * spherical / 2)
    angle: Array = shift + np.arcsin(microscope.amp_contrast)
    return angle


def frequencies(size: int, psize_A: float) -> tuple[Array, Array]:
    """Frequency (1/Å) and azimuth (rad) of a half-plane transform of a square image."""
    y = np.fft.fftfreq(size, psize_A)[:, None]
    x = np.fft.rfftfreq(size, psize_A)[None, :]
    return np.hypot(x, y), np.arctan2(y, x)
