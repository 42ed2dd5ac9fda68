"""Paths inside tables: found when a job is exported, changed when it is imported.

`.cs` tables are read as NumPy files (format 1 and 2, without pickles), block by block; a path is
a text field whose name ends in "path". In STAR files a path is a word with a slash. What cannot
be read as such a table has no paths, and is left as it is.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from domain.errors import NotFound
from domain.files import parts_of

Rename = Callable[[str], str]
Block = NDArray[np.void]
EXTERNAL = "external"
"""The folder of an imported job for files that were not the exported job's own."""
_BLOCK_BYTES = 8 * 1024 * 1024
_MAX_HEADER = 64 * 1024
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_NOT_A_HEADER = (TypeError, SyntaxError, TokenError, RecursionError, MemoryError)
_STAR_PATH = re.compile(rb"'[^'\n]*/[^'\n]*'|\"[^\"\n]*/[^\"\n]*\"|[^\s'\"]*/[^\s'\"]*")


def normal(path: str) -> str | None:
    """A path of a table as it is below the project; None if it is absolute or climbs out."""
    try:
        return "/".join(parts_of(path)) or None
    except NotFound:
        return None


@dataclass(frozen=True)
class Relocation:
    """From the job directory `source` to `target`; `external` files go into a folder there."""

    source: str
    target: str
    external: frozenset[str]

    def __call__(self, path: str) -> str:
        """Where the file is now; paths that the export does not hold stay as they are."""
        plain = normal(path)
        if plain is None:
            return path
        inside = self.inside(plain)
        return path if inside is None else f"{self.target}/{inside}"

    def inside(self, path: str) -> str | None:
        """The file's place in the new job directory; None if it is not among the job's files."""
        own = path.removeprefix(f"{self.source}/")
        if own != path:
            return own
        return f"{EXTERNAL}/{path}" if path in self.external else None


def paths_in_table(file: BinaryIO) -> set[str]:
    """All paths in a `.cs` table, as they stand there."""
    found: set[bytes] = set()
    try:
        dtype, _ = _read_header(file)
        for block in _blocks(file, dtype):
            for name in _path_fields(dtype):
                found.update(np.unique(block[name]).tolist())
    except ValueError:
        return set()
    return {text for value in found if (text := _text(value))}


def relocate_table(file: BinaryIO, write: Callable[[bytes], object], rename: Rename) -> bool:
    """Write the table with its paths renamed; False, and nothing is written, if none changes.

    A text field grows where a new path would not fit.
    """
    try:
        widths = _new_widths(file, rename)
        if widths is None:
            return False
        file.seek(0)
        dtype, header = _read_header(file)
    except ValueError:
        return False
    wider = np.dtype([(name, *_field(dtype, name, widths)) for name in dtype.names or ()])
    write(_header_of(wider, header))
    for block in _blocks(file, dtype):
        write(_renamed(block, wider, rename).tobytes())
    return True


def relocate_star(file: BinaryIO, write: Callable[[bytes], object], rename: Rename) -> bool:
    """The same for a STAR file; "12@stack.mrcs" keeps its number."""

    @cache
    def renamed(word: bytes) -> bytes:
        quote = word[:1] if word[:1] in (b"'", b'"') else b""
        number, at, path = word.strip(b"'\"").rpartition(b"@")
        return quote + number + at + _bytes(rename, path) + quote

    changed = False
    lines: list[bytes] = []
    while line := file.readline(_BLOCK_BYTES):
        after = _STAR_PATH.sub(lambda match: renamed(match[0]), line) if b"/" in line else line
        changed |= after != line
        lines.append(after)
    if changed:
        write(b"".join(lines))
    return changed


def _read_header(file: BinaryIO) -> tuple[np.dtype[Any], int]:
    """The type of a table's rows and their number; raises ValueError if it is no such table."""
    read = _HEADERS.get(npy.read_magic(file))
    if read is None:
        raise ValueError("an unknown version of the format")
    try:
        shape, _, dtype = read(file, max_header_size=_MAX_HEADER)
    except _NOT_A_HEADER as error:
        raise ValueError("not a header") from error
    if len(shape) != 1 or dtype.names is None or dtype.hasobject or dtype.itemsize == 0:
        raise ValueError("not a table of plain rows")
    return dtype, shape[0]


def _header_of(dtype: np.dtype[Any], rows: int) -> bytes:
    target = io.BytesIO()
    header = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (rows,)}
    npy.write_array_header_2_0(target, header)
    return target.getvalue()


def _blocks(file: BinaryIO, dtype: np.dtype[Any]) -> Iterator[Block]:
    rows = max(1, _BLOCK_BYTES // dtype.itemsize)
    while content := file.read(rows * dtype.itemsize):
        yield np.frombuffer(content, dtype)  # ValueError for half a row


def _path_fields(dtype: np.dtype[Any]) -> list[str]:
    names = dtype.names or ()
    return [n for n in names if dtype[n].kind == "S" and n.rpartition("/")[2].endswith("path")]


def _new_widths(file: BinaryIO, rename: Rename) -> dict[str, int] | None:
    """Path field → the width that it needs; None if no path changes."""
    dtype, rows = _read_header(file)
    widths = {name: dtype[name].itemsize for name in _path_fields(dtype)}
    seen, changed = 0, False
    for block in _blocks(file, dtype):
        seen += len(block)
        for name in widths:
            for value in np.unique(block[name]).tolist():
                after = _bytes(rename, value)
                changed |= after != value
                widths[name] = max(widths[name], len(after))
    if seen != rows:
        raise ValueError("not as many rows as promised")
    return widths if changed else None


def _field(dtype: np.dtype[Any], name: str, widths: dict[str, int]) -> tuple[Any, ...]:
    if name in widths:
        return (f"S{widths[name]}",)
    base, shape = dtype[name].base, dtype[name].shape
    return (base, shape) if shape else (base,)


def _renamed(block: Block, wider: np.dtype[Any], rename: Rename) -> Block:
    after = np.zeros(len(block), wider)
    paths = set(_path_fields(wider))
    for name in wider.names or ():
        if name in paths:
            values, places = np.unique(block[name], return_inverse=True)
            renamed = [_bytes(rename, value) for value in values.tolist()]
            after[name] = np.array(renamed, wider[name])[places]
        else:
            after[name] = block[name]
    return after


def _bytes(rename: Rename, path: bytes) -> bytes:
    text = _text(path)
    return rename(text).encode() if text else path


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None
