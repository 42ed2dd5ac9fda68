"""Our package names are ours: PyPI has distributions called schema, scheduler and web."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["domain", "schema", "resolvers", "scheduler", "web"])
def test_import_name_resolves_to_this_project(name: str) -> None:
    code = f"import {name}; print({name}.__file__)"

    found = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    assert Path(found.stdout.strip()).is_relative_to(ROOT)
