"""Pictures of micrographs for people: grey PNGs of a modest size."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

Image2D = NDArray[np.floating]
THUMBNAIL_PX = 512


def grey(image: Image2D, size_px: int = THUMBNAIL_PX) -> Image.Image:
    """The image with contrast stretched between its 1st and 99th percentile, at most `size_px`."""
    low, high = np.percentile(image, (1, 99))
    scaled = np.clip((image - low) / max(high - low, 1e-12), 0, 1) * 255
    picture = Image.fromarray(scaled.astype(np.uint8)[::-1])  # MRC's first row is the lowest
    picture.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
    return picture


def low_passed(image: Image2D, psize_A: float, resolution_A: float) -> Image2D:
    """The image without detail finer than `resolution_A`, by a Gaussian."""
    smoothed: Image2D = ndimage.gaussian_filter(
        image, resolution_A / psize_A / 2.35, mode="reflect"
    )
    return smoothed


def save_thumbnail(image: Image2D, psize_A: float, path: str) -> None:
    """Write the micrograph as a person likes to see it: low-passed to 20 Å."""
    grey(low_passed(image, psize_A, 20)).save(path, optimize=True)


def save_picks(
    image: Image2D, centres_px: NDArray[np.floating], radius_px: float, path: str
) -> None:
    """Write the micrograph with a circle around each pick; rows of `centres_px` are (x, y)."""
    picture = grey(image, 768).convert("RGB")
    scale = picture.width / image.shape[1]
    draw = ImageDraw.Draw(picture)
    radius = radius_px * scale
    for x, y in centres_px:
        column, row = x * scale, (image.shape[0] - 1 - y) * scale
        box = (column - radius, row - radius, column + radius, row + radius)
        draw.ellipse(box, outline=(64, 220, 120), width=2)
    picture.save(path, compress_level=4)
