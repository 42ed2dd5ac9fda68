"""What a run has committed is read below its project, and through no link out of it."""

import json
from pathlib import Path

import pytest

from scheduler.ending import read_committed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "J1").mkdir(parents=True)
    outputs = {"a": {"metafile": "J1/a.cs"}, "b": {"metafile": "J1/b.cs"}}
    (tmp_path / "outputs.json").write_text(json.dumps({"token": "t", "outputs": outputs}))
    (tmp_path / "project" / "J1" / "a.cs").write_text("table")
    (tmp_path / "b.cs").write_text("table")
    (tmp_path / "project" / "J1" / "b.cs").symlink_to("../../b.cs")
    return tmp_path / "project"


def test_a_result_that_is_a_link_out_of_the_project_is_missing(project: Path) -> None:
    (project.parent / "outputs.json").rename(project / "J1" / "outputs.json")

    committed = read_committed(project, "J1", "t")

    assert committed is not None
    assert committed.missing_files == ["J1/b.cs"]


def test_a_commit_that_is_a_link_out_of_the_project_is_none(project: Path) -> None:
    (project / "J1" / "outputs.json").symlink_to("../../outputs.json")

    assert read_committed(project, "J1", "t") is None
