"""Erasing below a project: what links point to stays, and so does everything beside."""

import os
from pathlib import Path

import pytest

from domain.errors import NotFound
from domain.files import erase_files, erase_job_directory
from domain.files.erasing import erase_tree


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


def test_erasing_a_job_directory_that_is_a_link_frees_nothing(project: Path) -> None:
    (project / "J2").symlink_to("J1")

    assert erase_job_directory(project, "J2") == 0

    assert (project / "J1" / "run" / "2" / "job.log").exists()
    assert (project / "J2").is_symlink()


def test_folders_nested_without_end_are_erased(project: Path) -> None:
    descriptor = os.open(project / "J1", os.O_RDONLY)
    for _ in range(1500):  # deeper than Python recurses, and than descriptors last
        os.mkdir("deeper", dir_fd=descriptor)
        below = os.open("deeper", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)

    erase_job_directory(project, "J1")

    assert list((project / "J1").iterdir()) == []


def test_erased_files_count_their_bytes_and_missing_ones_nothing(project: Path) -> None:
    (project / "J1" / "it1.cs").write_bytes(b"x" * 100)
    (project / "J1" / "it2.cs").write_bytes(b"x" * 20)

    assert erase_files(project, ["J1/it1.cs", "J1/it3.cs", "J9/it1.cs"]) == 100

    assert sorted(p.name for p in (project / "J1").iterdir()) == ["it2.cs", "job.log", "run"]


def test_erasing_a_file_twice_frees_its_bytes_once(project: Path) -> None:
    (project / "J1" / "it1.cs").write_bytes(b"x" * 100)

    assert [erase_files(project, ["J1/it1.cs"]) for _ in range(2)] == [100, 0]


def test_directories_are_not_erased_as_files(project: Path) -> None:
    assert erase_files(project, ["J1/run", "J1", "", "."]) == 0

    assert (project / "J1" / "run" / "2" / "job.log").exists()


def test_a_link_is_erased_itself_and_a_folder_that_is_a_link_is_not_entered(
    project: Path, tmp_path: Path
) -> None:
    (project / "J1" / "picture.png").symlink_to(tmp_path / "secret")
    (project / "J1" / "out").symlink_to(tmp_path)

    assert erase_files(project, ["J1/picture.png", "J1/out/secret"]) == 0

    assert not (project / "J1" / "picture.png").is_symlink()
    assert (tmp_path / "secret").read_text() == "secret"


def test_one_path_that_leads_out_spares_all_others(project: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        erase_files(project, ["J1/run/2/job.log", "../secret"])

    assert (project / "J1" / "run" / "2" / "job.log").exists()
    assert (tmp_path / "secret").exists()


def test_a_tree_is_erased_whatever_it_is(project: Path, tmp_path: Path) -> None:
    (project / "link").symlink_to(tmp_path)
    anchor = os.open(project, os.O_RDONLY)
    for name in ("J1", "link", "nothing"):
        erase_tree(anchor, name)
    os.close(anchor)

    assert list(project.iterdir()) == []
    assert (tmp_path / "secret").exists()
