"""The curve of a Fourier shell correlation, drawn."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray


def save_curve(fsc: NDArray[np.floating], box_A: float, threshold: float, path: str) -> None:
    """Write the curve over spatial frequency, with its threshold; `box_A` is the side in Å."""
    figure = Figure(figsize=(6, 3.6), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot(np.arange(len(fsc)) / box_A, fsc, color="#1f77b4")
    axes.axhline(threshold, color="#888888", linewidth=1, linestyle="--")
    axes.axhline(0, color="#cccccc", linewidth=1)
    axes.set_xlabel("Spatial frequency (1/Å)")
    axes.set_ylabel("FSC")
    axes.set_ylim(-0.2, 1.05)
    figure.savefig(path)
