"""A figure of how the scores of picks are spread."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def save_histograms(scores: dict[str, np.ndarray], path: str) -> None:
    """Write one histogram for each of the scores; keys are their titles."""
    figure = Figure(figsize=(3.6 * len(scores), 2.8), dpi=100, layout="constrained")
    for axes, (title, values) in zip(
        np.atleast_1d(figure.subplots(1, len(scores))), scores.items(), strict=True
    ):
        axes.hist(values, bins=min(100, max(10, len(values) // 20)), color="#4878a8")
        axes.set_xlabel(title)
        axes.set_ylabel("picks")
    FigureCanvasAgg(figure).print_png(path)
