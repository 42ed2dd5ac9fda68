"""One small file below a root, written whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from domain.files.copying import NewFile
from domain.files.paths import make_directory, open_root, parts_of


def write_beneath(root: Path, relative: str, content: bytes) -> None:
    """Put a file in its place below `root` in one step, on the disk; blocking.

    Directories that are missing are made. Raises OSError if a link is on the way.
    """
    *folders, name = parts_of(relative)
    with open_root(root) as anchor, make_directory(anchor, folders) as folder:
        temporary = f".{name}.{secrets.token_hex(8)}.tmp"
        try:
            with NewFile(folder, temporary) as file:
                file.write(content)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
            raise
        os.fsync(folder)
