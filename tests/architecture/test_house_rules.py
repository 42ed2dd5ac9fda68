"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "schema", "resolvers", "scheduler", "web")
LONGER = {"scheduler/supervise.py": "travels to nodes as one file"}
"""File → why it may be longer than the others."""


def tracked(*endings: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [name for name in names if name.endswith(endings)] if endings else names


def source() -> list[str]:
    return [name for name in tracked(".py") if name.split("/")[0] in PACKAGES]


@pytest.mark.parametrize(("ending", "most"), [(".py", 300), (".ts", 250), (".tsx", 250)])
def test_files_stay_short(ending: str, most: int) -> None:
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in tracked(ending)}

    too_long = {n: length for n, length in lengths.items() if length > most and n not in LONGER}

    assert too_long == {}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("file", ["scheduler/supervise.py", "scheduler/programs/lanekeeper_job.py"])
def test_what_travels_alone_needs_the_standard_library_only(file: str) -> None:
    foreign = set(imports(ROOT / file)) - set(sys.stdlib_module_names) - {"__future__"}

    assert foreign == set()


def test_programs_import_nothing_of_ours() -> None:
    programs = sorted((ROOT / "scheduler" / "programs").glob("*.py"))

    found = {path.name: set(imports(path)) & set(PACKAGES) for path in programs}

    assert found == {path.name: set() for path in programs}
    assert len(programs) > 5


def test_every_program_is_type_checked() -> None:
    """Nothing imports them, so mypy finds only those that pyproject.toml names."""
    programs = (ROOT / "scheduler" / "programs").glob("*.py")
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["modules"]

    scripts = {path.stem for path in programs if '__name__ == "__main__"' in path.read_text()}

    assert scripts - set(named) == set()


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{name}:{inner.lineno}"
        for name in source()
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_no_process_is_started_through_the_event_loop() -> None:
    """Its cost grows with the parent's memory under some loops (12-performance, section 6)."""
    pattern = re.compile(r"create_subprocess_(exec|shell)|subprocess_(exec|shell)\(")

    found = [name for name in source() if pattern.search((ROOT / name).read_text())]

    assert found == []


HOSTS = re.compile(
    "|".join(["registry" + r"\.npmjs", "pypi" + r"\.org", "python" + "hosted", "deb" + r"\.debian"])
)


def test_no_host_of_a_registry_stands_in_a_file() -> None:
    texts = [name for name in tracked() if not name.endswith((".png", ".ico"))]

    found = [name for name in texts if HOSTS.search((ROOT / name).read_text(errors="replace"))]

    assert found == []


MACHINE_PATHS = re.compile(r"(?<![\w.}>)~*/])/(work|root|home|tmp|mnt|Users)/")
"""Of whoever wrote the file; a longer path may have such a part."""


def test_no_path_of_somebodys_machine_stands_in_a_file() -> None:
    texts = [name for name in tracked() if not name.endswith((".png", ".ico"))]

    found = [
        f"{name}: {match.group()}"
        for name in texts
        for match in MACHINE_PATHS.finditer((ROOT / name).read_text(errors="replace"))
    ]

    assert MACHINE_PATHS.search('"/ho' + 'me/anna/data"')
    assert found == []


def test_npm_lock_files_name_no_addresses() -> None:
    locks = [name for name in tracked() if name.endswith("package-lock.json")]

    assert len(locks) == 4
    assert [n for n in locks if '"resolved"' in (ROOT / n).read_text()] == []
