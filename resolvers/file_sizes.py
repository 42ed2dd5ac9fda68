"""Sizes of files of jobs, read from the disk."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from domain.errors import NotFound
from domain.files import open_beneath


async def sizes_of(project_dir: str, paths: Sequence[str]) -> Mapping[str, int]:
    """The sizes in bytes of those files that exist below the directory, by path, in order."""
    return await asyncio.to_thread(_sizes, Path(project_dir), paths) if paths else {}


def _sizes(root: Path, paths: Sequence[str]) -> dict[str, int]:
    sizes = {path: _size(root, path) for path in paths}
    return {path: size for path, size in sizes.items() if size is not None}


def _size(root: Path, path: str) -> int | None:
    try:
        with open_beneath(root, path) as file:
            return os.fstat(file.fileno()).st_size
    except (NotFound, OSError):
        return None
