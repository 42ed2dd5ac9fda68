"""Importing micrographs: good files with their pictures, bad ones with one clear sentence."""

from pathlib import Path

import mrcfile
import numpy as np
import pytest

from tests.programs.project import Project, Run


def an_mrc(path: Path, *, size: int = 64, psize_A: float = 2.0, images: int = 1) -> Path:  # noqa: N803
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (size, size) if images == 1 else (images, size, size)
    pixels = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    with mrcfile.new(path, pixels) as file:
        file.voxel_size = psize_A
    return path


def imported(project: Project, pattern: str = "raw/*.mrc") -> Run:
    return project.run("import_micrographs", {"blob_paths": pattern, "psize_A": 2.0})


def test_every_matching_file_becomes_a_row_with_a_picture(own_project: Project) -> None:
    for name in ("b.mrc", "a.mrc"):
        an_mrc(own_project.directory / "raw" / name)

    run = imported(own_project)

    table = np.load(own_project.directory / run.committed["imported_micrographs"]["metafile"])
    assert [bytes(path) for path in table["micrograph_blob/path"]] == [b"raw/a.mrc", b"raw/b.mrc"]
    assert table["micrograph_blob/shape"].tolist() == [[64, 64], [64, 64]]
    for record in run.said("plot"):
        assert (own_project.directory / record["files"][0]["path"]).is_file()


def test_files_stay_where_they_are(own_project: Project) -> None:
    path = an_mrc(own_project.directory / "raw" / "a.mrc")
    before = path.read_bytes()

    imported(own_project)

    assert path.read_bytes() == before


def test_a_pattern_that_matches_nothing_says_so(own_project: Project) -> None:
    assert imported(own_project, "raw/*.mrc").error == "No file matches raw/*.mrc."


def test_a_file_that_is_not_an_mrc_is_named(own_project: Project) -> None:
    path = an_mrc(own_project.directory / "raw" / "good.mrc")
    path.with_name("notes.mrc").write_text("this is not a micrograph" * 100)

    error = imported(own_project).error

    assert error == "raw/notes.mrc is not an MRC file: it lacks the mark MAP in its header."


def test_a_truncated_file_is_named_with_both_sizes(own_project: Project) -> None:
    path = an_mrc(own_project.directory / "raw" / "cut.mrc")
    whole = path.read_bytes()
    path.write_bytes(whole[:-5000])

    error = imported(own_project).error

    promised, present = len(whole), len(whole) - 5000
    assert error == (
        f"raw/cut.mrc is truncated: its header promises {promised} bytes, it has {present}."
    )


def test_a_wrong_pixel_size_is_told_with_both_values(own_project: Project) -> None:
    an_mrc(own_project.directory / "raw" / "fine.mrc", psize_A=1.35)

    error = imported(own_project).error

    assert error == "raw/fine.mrc has a pixel size of 1.35 Å in its header, not 2 Å."


@pytest.mark.parametrize("unset", [0.0, 1.0])
def test_a_header_without_a_pixel_size_is_no_error(own_project: Project, unset: float) -> None:
    an_mrc(own_project.directory / "raw" / "a.mrc", psize_A=unset)

    assert imported(own_project).code == 0


def test_a_directory_is_told_how_to_name_its_files(own_project: Project) -> None:
    an_mrc(own_project.directory / "raw" / "a.mrc")

    error = imported(own_project, "raw").error

    assert error == "raw is a directory; name its files, as in raw/*.mrc."


def test_pixels_that_are_not_numbers_are_refused(own_project: Project) -> None:
    path = an_mrc(own_project.directory / "raw" / "a.mrc")
    with mrcfile.open(path, mode="r+") as file:
        file.data[3, 4] = np.nan

    assert imported(own_project).error == "raw/a.mrc holds pixels that are not numbers."


def test_an_absolute_path_outside_the_project_is_kept_as_it_is(
    own_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = an_mrc(tmp_path_factory.mktemp("microscope") / "a.mrc")

    run = imported(own_project, str(path))

    table = np.load(own_project.directory / run.committed["imported_micrographs"]["metafile"])
    assert bytes(table["micrograph_blob/path"][0]).decode() == str(path)


def test_a_stack_is_not_a_micrograph(own_project: Project) -> None:
    an_mrc(own_project.directory / "raw" / "movie.mrc", images=8)

    error = imported(own_project).error

    assert error == "raw/movie.mrc holds 8 images; a micrograph file holds one."
