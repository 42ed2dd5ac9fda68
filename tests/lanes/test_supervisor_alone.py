"""The supervisor goes to nodes as one file, so it needs nothing but Python itself."""

import ast
import sys
from pathlib import Path

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
