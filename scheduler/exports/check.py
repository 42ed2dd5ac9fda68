"""Check an exported job that comes from outside, before and while it is read; blocking.

Nothing in it is believed: every file must be in the manifest and every file of the manifest be
there, with its size and its sum; links and special files are refused.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

from domain.errors import NotFound
from domain.files import BLOCK, open_directory, open_file
from domain.job_types import Catalogue
from scheduler.exports.manifest import (
    MANIFEST,
    MANIFEST_SUM,
    MAX_MANIFEST,
    ExportedFile,
    Manifest,
    parse_manifest,
    refused,
)

_MAX_SUM = 1024


def read_manifest(directory: int, catalogue: Catalogue) -> Manifest:
    """The manifest, if the directory holds exactly what it says, by name and size.

    Raises BadInput with the first thing that is wrong.
    """
    content = _small_file(directory, MANIFEST, MAX_MANIFEST)
    manifest = parse_manifest(content, _small_file(directory, MANIFEST_SUM, _MAX_SUM))
    if catalogue.get(manifest.job.type) is None:
        raise refused(f"there is no job type {manifest.job.type} here")
    expected = {file.path: file.size_bytes for file in manifest.files}
    found = dict(_entries(directory))
    for path in sorted(expected.keys() | found.keys() - {MANIFEST, MANIFEST_SUM}):
        if path not in found:
            raise refused(f"{path} is missing")
        if path not in expected:
            raise refused(f"{path} is not in its manifest")
        if found[path] != expected[path]:
            raise refused(f"{path} has {found[path]:,} bytes, not {expected[path]:,}")
    return manifest


def checked_blocks(directory: int, file: ExportedFile) -> Iterator[bytes]:
    """The content of a file; raises BadInput at its end if it is not what the manifest says."""
    total, left = hashlib.sha256(), file.size_bytes
    with _opened(directory, file.path) as source:
        while block := source.read(min(BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise refused(f"{file.path} is larger than its manifest says")
            total.update(block)
            yield block
    if left or total.hexdigest() != file.sha256:
        raise refused(f"{file.path} does not match its checksum")


def _small_file(directory: int, name: str, most: int) -> bytes:
    with _opened(directory, name) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise refused(f"its {name} is too large")
    return content


def _opened(directory: int, path: str) -> BinaryIO:
    try:
        return open_file(directory, path)
    except NotFound as error:
        raise refused(f"{path} is missing") from error


def _entries(directory: int) -> Iterator[tuple[str, int]]:
    """All files with their sizes; raises BadInput for what is neither file nor folder."""
    pending: list[tuple[str, ...]] = [()]
    while pending:
        parts = pending.pop()
        with open_directory(directory, parts) as folder:
            for name in [] if folder is None else os.listdir(folder):
                path = "/".join((*parts, name))
                info = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISDIR(info.st_mode):
                    pending.append((*parts, name))
                elif stat.S_ISREG(info.st_mode):
                    yield path, info.st_size
                else:
                    raise refused(f"{path} is a link or no ordinary file")
