"""Reading below a project: no path and no link leads out."""

import os
from pathlib import Path

import pytest

from domain.errors import NotFound
from domain.files import open_beneath, tree_size


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

    assert tree_size(project, "J1") == 5


def test_a_directory_that_is_not_there_has_no_size(project: Path) -> None:
    assert tree_size(project, "J9") == 0
    assert tree_size(project / "nowhere") == 0


def test_a_job_directory_that_is_a_link_has_no_size(project: Path) -> None:
    (project / "J2").symlink_to("J1")

    assert tree_size(project, "J2") == 0
