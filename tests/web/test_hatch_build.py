"""The build hook: a package holds the built pages, or says why it cannot."""

import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HOOK = Path(__file__).parents[2] / "web" / "dashboard" / "hatch_build.py"


@pytest.fixture
def hook() -> ModuleType:
    """The module, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the hook would run; nothing is run."""
    run: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **options: run.append(command))
    return run


def initialize(hook: ModuleType, root: Path, version: str) -> None:
    make: Callable[..., object] = hook.BuildWeb
    make(str(root), {}, None, None, str(root), "wheel").initialize(version, {})  # type: ignore[attr-defined]


def test_an_editable_install_builds_nothing(
    hook: ModuleType, commands: list[list[str]], tmp_path: Path
) -> None:
    initialize(hook, tmp_path, "editable")

    assert commands == []


def test_a_package_without_pages_can_be_asked_for(
    hook: ModuleType,
    commands: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_DASHBOARD", "1")

    initialize(hook, tmp_path, "standard")

    assert commands == []


def test_pages_that_are_missing_are_built_and_those_that_are_there_are_used(
    hook: ModuleType,
    commands: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    built = tmp_path / "web" / "dashboard" / "dist"
    built.mkdir(parents=True)
    (built / "index.html").touch()

    initialize(hook, tmp_path, "standard")

    assert commands == [["npm", "ci"], ["npm", "run", "build"]]  # of the playground alone


def test_without_npm_it_says_what_to_do(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(RuntimeError, match=r"npm was not found\. Install Node\.js"):
        initialize(hook, tmp_path, "standard")
