"""Measure single files below a root, as erasing them would count them."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from domain.files.paths import open_directory, open_root, parts_of


def size_of_files(root: Path, relative_paths: Iterable[str]) -> int:
    """The bytes that `erase_files` would free; blocking.

    What is missing, is no regular file, or can be reached by a link only counts 0.
    Raises NotFound if a path climbs out of `root`.
    """
    wanted = [parts_of(path) for path in relative_paths]
    with open_root(root) as anchor:
        return sum(_size(anchor, parts) for parts in wanted if parts)


def _size(anchor: int, parts: list[str]) -> int:
    with open_directory(anchor, parts[:-1]) as folder:
        if folder is None:
            return 0
        try:
            info = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return 0
        return info.st_size if stat.S_ISREG(info.st_mode) else 0
