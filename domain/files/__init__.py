"""Files below a project's directory: opened, measured, copied and erased; no link leads out.

Everything here blocks: callers on an event loop use `asyncio.to_thread`.
"""

from domain.files.erasing import erase_files, erase_job_directory
from domain.files.reading import FoundFile, open_beneath, tree_size

__all__ = [
    "FoundFile",
    "erase_files",
    "erase_job_directory",
    "open_beneath",
    "tree_size",
]
