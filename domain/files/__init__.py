"""Files below a project's directory: opened, measured, copied and erased; no link leads out.

Everything here blocks: callers on an event loop use `asyncio.to_thread`.
"""

from domain.files.copying import BLOCK, OnBytes, WrittenFile, blocks_of
from domain.files.erasing import erase_files, erase_job_directory
from domain.files.measuring import size_of_files
from domain.files.paths import open_directory, open_root, parts_of
from domain.files.reading import FoundFile, files_below, open_beneath, open_file, tree_size
from domain.files.unfinished import (
    UnfinishedTree,
    erase_directory,
    erase_unfinished,
    unfinished_tree,
)
from domain.files.writing import write_beneath

__all__ = [
    "BLOCK",
    "FoundFile",
    "OnBytes",
    "UnfinishedTree",
    "WrittenFile",
    "blocks_of",
    "erase_directory",
    "erase_files",
    "erase_job_directory",
    "erase_unfinished",
    "files_below",
    "open_beneath",
    "open_directory",
    "open_file",
    "open_root",
    "parts_of",
    "size_of_files",
    "tree_size",
    "unfinished_tree",
    "write_beneath",
]
