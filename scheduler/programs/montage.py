"""Pictures of small images side by side: class averages, particles, slices of a map."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

TILE_PX = 128
LABEL_PX = 16

Array = NDArray[np.floating]


def class_picture(image: Array, size_px: int = TILE_PX) -> Image.Image:
    """One image, grey, its contrast stretched; an empty class is black."""
    low, high = np.percentile(image, (1, 99.5))
    scaled = np.clip((image - low) / max(high - low, 1e-12), 0, 1) * 255
    picture = Image.fromarray(scaled.astype(np.uint8)[::-1])  # MRC's first row is the lowest
    return picture.resize((size_px, size_px), Image.Resampling.BICUBIC)


def save_montage(images: Sequence[Array] | Array, labels: Sequence[str], path: str) -> None:
    """Write all images in rows, each above its label."""
    columns = max(1, int(np.ceil(np.sqrt(len(images)))))
    rows = -(-len(images) // columns)
    height = TILE_PX + LABEL_PX
    sheet = Image.new("L", (columns * TILE_PX, max(1, rows) * height))
    draw = ImageDraw.Draw(sheet)
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        x, y = place % columns * TILE_PX, place // columns * height
        sheet.paste(class_picture(image), (x, y))
        draw.text((x + 4, y + TILE_PX + 2), label, fill=255)
    sheet.save(path, optimize=True)


def save_slices(volume: Array, path: str) -> None:
    """Write the three middle slices and the three projections of a map (z, y, x)."""
    middle = [size // 2 for size in volume.shape]
    slices = [volume[middle[0]], volume[:, middle[1]], volume[:, :, middle[2]]]
    projections = [volume.sum(axis=axis) for axis in range(3)]
    labels = ["slice xy", "slice xz", "slice yz", "along z", "along y", "along x"]
    save_montage([*slices, *projections], labels, path)
