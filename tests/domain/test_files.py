"""Files below a project: nothing leads out, nothing of a link's target is erased."""

import os
from pathlib import Path

import pytest

from domain.errors import NotFound
from domain.files import erase_job_directory, open_beneath, tree_size


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "J1" / "run" / "2").mkdir(parents=True)
    (root / "J1" / "run" / "2" / "job.log").write_text("hello")
    (root / "J1" / "job.log").symlink_to("run/2/job.log")
    (tmp_path / "secret").write_text("secret")
    return root


def read(root: Path, relative: str) -> bytes:
    with open_beneath(root, relative) as file:
        return file.read()


def test_a_file_below_the_root_is_opened(project: Path) -> None:
    assert read(project, "J1/run/2/job.log") == b"hello"


def test_a_link_that_stays_below_the_root_is_followed(project: Path) -> None:
    assert read(project, "J1/job.log") == b"hello"


@pytest.mark.parametrize(
    "path",
    ["../secret", "J1/../../secret", "/etc/passwd", "J1//../../secret", "J1/\0", "", "J1", "nope"],
)
def test_a_path_that_leads_out_or_nowhere_is_not_found(project: Path, path: str) -> None:
    with pytest.raises(NotFound):
        open_beneath(project, path)


@pytest.mark.parametrize("target", ["../../secret", "/etc/passwd", "run/../../../secret", "loop"])
def test_a_link_that_leads_out_is_not_followed(project: Path, target: str) -> None:
    (project / "J1" / "loop").symlink_to(target)

    with pytest.raises(NotFound):
        open_beneath(project, "J1/loop")


def test_a_directory_that_is_a_link_out_is_not_entered(project: Path, tmp_path: Path) -> None:
    (project / "J1" / "out").symlink_to(tmp_path)

    with pytest.raises(NotFound):
        open_beneath(project, "J1/out/secret")


def test_a_pipe_is_no_file(project: Path) -> None:
    os.mkfifo(project / "J1" / "pipe")

    with pytest.raises(NotFound):
        open_beneath(project, "J1/pipe")


def test_sizes_count_files_and_not_what_links_point_to(project: Path, tmp_path: Path) -> None:
    (project / "J1" / "out").symlink_to(tmp_path / "secret")

    assert tree_size(project / "J1") == 5


def test_erasing_leaves_the_directory_and_what_links_point_to(
    project: Path, tmp_path: Path
) -> None:
    (project / "J1" / "out").symlink_to(tmp_path)
    (project / "J1" / "run" / "2" / "spec.json").write_text("{}")

    freed = erase_job_directory(project, "J1")

    assert freed == 7
    assert list((project / "J1").iterdir()) == []
    assert (tmp_path / "secret").read_text() == "secret"


@pytest.mark.parametrize(("link", "target"), [("run", "../J2/run"), ("run/9", "../../J2/run/1")])
def test_erasing_never_touches_another_jobs_attempt(project: Path, link: str, target: str) -> None:
    other = project / "J2" / "run" / "1" / "spec.json"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    planted = project / "J3" / link
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.symlink_to(target)

    erase_job_directory(project, "J3")

    assert other.read_text() == "{}"
    assert list((project / "J3").iterdir()) == []


@pytest.mark.parametrize("job_dir", ["", ".", "nope"])
def test_a_project_is_never_erased_for_a_job(project: Path, job_dir: str) -> None:
    assert erase_job_directory(project, job_dir) == 0
    assert (project / "J1").is_dir()


def test_a_job_directory_outside_the_project_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        erase_job_directory(project, "../")
    assert (tmp_path / "secret").exists()
