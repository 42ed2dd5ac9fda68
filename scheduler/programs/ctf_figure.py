"""The figure of a CTF fit: the spectrum beside the fitted rings, and the radial curves."""

import matplotlib as mpl
import numpy as np
from ctf import Defocus, Microscope, transfer
from ctf_fit import Fit, Spectrum
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy import ndimage

mpl.use("Agg")
import matplotlib.pyplot as plt


def save_figure(spectrum: Spectrum, fit: Fit, microscope: Microscope, name: str, path: str) -> None:
    """Left half of the rings: data; right half: the fit. Below, both as curves."""
    figure, (rings, curves) = plt.subplots(1, 2, figsize=(9.6, 4.2), width_ratios=(1, 1.35))
    nyquist = float(spectrum.frequency[0].max())
    rings.imshow(
        both_halves(spectrum, fit, microscope),
        cmap="gray",
        extent=(-nyquist, nyquist, -nyquist, nyquist),
        origin="lower",
    )
    rings.axvline(0, color="#f0a030", linewidth=0.8)
    rings.set_title("data | fit", fontsize=9)
    rings.set_xlabel("spatial frequency (1/Å)", fontsize=8)
    draw_curves(curves, spectrum, fit, microscope)
    astigmatism = fit.defocus.df1_A - fit.defocus.df2_A
    figure.suptitle(
        f"{name}   defocus {fit.mean_A / 1e4:.3f} µm, astigmatism {astigmatism:.0f} Å, "
        f"fit to {fit.fit_to_A:.1f} Å",
        fontsize=10,
    )
    for axes in (rings, curves):
        axes.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def both_halves(spectrum: Spectrum, fit: Fit, microscope: Microscope) -> NDArray[np.floating]:
    """The spectrum for x < 0 and the fitted CTF² for x > 0, zero frequency in the middle."""
    data = ndimage.gaussian_filter(spectrum.oscillation, 1.2)
    model = transfer(microscope, fit.defocus, spectrum.frequency, spectrum.azimuth) ** 2
    low, high = np.percentile(data, (5, 99))
    shown = np.clip((data - low) / (high - low), 0, 1)
    right = np.fft.fftshift(model, axes=0)
    left = np.fft.fftshift(shown, axes=0)[::-1, ::-1]  # a real image's spectrum is symmetric
    return np.hstack((left, right))


def draw_curves(axes: Axes, spectrum: Spectrum, fit: Fit, microscope: Microscope) -> None:
    """The radial mean over the fitted CTF²."""
    frequency = spectrum.radial_frequency
    inside = (frequency > 1 / 40) & (frequency < spectrum.frequency[0].max())
    mean = Defocus(fit.mean_A, fit.mean_A)
    model = transfer(microscope, mean, frequency[inside]) ** 2
    data = spectrum.radial[inside]
    scale = np.percentile(np.abs(data), 97) or 1.0
    axes.plot(frequency[inside], model, color="#d08020", linewidth=1, label="fit (CTF²)")
    curve = data / scale / 2 + 0.5
    axes.plot(frequency[inside], curve, color="#2060a0", linewidth=1, label="data, radial mean")
    axes.axvline(1 / fit.fit_to_A, color="0.6", linewidth=0.8, linestyle="--")
    axes.set_ylim(-0.3, 1.5)
    axes.set_xlabel("spatial frequency (1/Å)", fontsize=8)
    axes.legend(fontsize=7, loc="upper right", frameon=False)
