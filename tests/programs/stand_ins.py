"""Programs that are not installed here, as others see them: by their names on the PATH."""

import os
import sys
from pathlib import Path

import pytest

FAKES = Path(__file__).parents[1] / "fakes" / "programs"


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, **sources: str) -> None:
    """Put stand-ins on the PATH: the name of each, and its file among the fakes.

    A name may end with "_py" where the program's ends with ".py".
    """
    folder.mkdir(exist_ok=True)
    for name, source in sources.items():
        script = folder / (f"{name[:-3]}.py" if name.endswith("_py") else name)
        script.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKES / source} "$@"\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
