"""The import contracts of pyproject.toml hold, and name every package of ours."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


def test_every_import_contract_is_kept() -> None:
    linted = subprocess.run(
        [str(LINT), "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True
    )

    assert linted.returncode == 0, linted.stdout
    assert " 0 broken." in linted.stdout


def test_no_room_of_the_house_is_left_out_of_the_contracts() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    rooms = set(config["tool"]["importlinter"]["root_packages"])

    layered = {c["containers"][0] for c in contracts if c["type"] == "layers" and "containers" in c}

    assert rooms == {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert layered == rooms
    assert all(c["exhaustive"] for c in contracts if "containers" in c)
