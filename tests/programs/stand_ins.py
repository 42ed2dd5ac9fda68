"""Programs that are not installed here, as others see them: by their names on the PATH."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, **modules: str) -> None:
    """Put stand-ins on the PATH: the name of each, and its module among the fakes.

    A name that ends with "_py" stands for one that ends with ".py". The variable STAND_IN tells a
    module by which name it was called.
    """
    folder.mkdir(exist_ok=True)
    for name, module in modules.items():
        script = folder / (f"{name[:-3]}.py" if name.endswith("_py") else name)
        command = f'exec {sys.executable} -m tests.fakes.programs.{module} "$@"'
        script.write_text(f"#!/bin/sh\nSTAND_IN={name} PYTHONPATH={ROOT} {command}\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
