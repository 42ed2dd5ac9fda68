"""The supervisor goes to nodes as one file, so it needs nothing but Python itself."""

import ast
import os
import sys
from pathlib import Path

import pytest

from scheduler import supervise

SOURCE = Path(supervise.__file__)


def imported_modules(source: str) -> set[str]:
    """The top name of each module that is imported anywhere, also inside functions."""
    found: set[str] = set()
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.Import):
            found |= {name.name.split(".")[0] for name in part.names}
        elif isinstance(part, ast.ImportFrom):
            found.add("." * part.level + (part.module or "").split(".")[0])
    return found


def test_the_supervisor_imports_the_standard_library_only() -> None:
    foreign = imported_modules(SOURCE.read_text()) - sys.stdlib_module_names

    assert foreign == set()


def test_a_foreign_import_would_be_noticed() -> None:
    source = "import os\ndef f():\n    from domain.errors import DomainError\n    from . import x\n"

    assert imported_modules(source) - sys.stdlib_module_names == {"domain", "."}


def test_a_short_write_is_not_taken_for_the_whole() -> None:
    # A nearly full disk takes a part and reports no error; a full pipe does the same.
    reader, writer = os.pipe2(os.O_NONBLOCK)

    with pytest.raises(OSError, match="temporarily unavailable"):
        supervise.write_all(writer, b"x" * 1_000_000)

    os.close(reader)
    os.close(writer)
