"""Particles in fewer pixels, movies as sums of frames, templates as files: pixel for pixel."""

import mrcfile
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.programs.project import Project, Run
from tests.programs.truth import Table, frames_of, table


def images(project: Project, rows: Table) -> NDArray[np.float32]:
    """The images of a table's rows, as another library reads them."""
    read = [mrcfile.read(project.directory / bytes(path).decode()) for path in rows["blob/path"]]
    return np.stack([stack[index] for stack, index in zip(read, rows["blob/idx"], strict=True)])


@pytest.fixture(scope="module")
def two_sizes(project: Project, simulated: Run, estimated: Run) -> tuple[Run, Run]:
    """The true particles in boxes of 80 px, as they are and binned to 32 px."""
    whole, binned = (
        project.run(
            "extract_micrographs_cpu_parallel",
            {"box_size_pix": 80, "bin_size_pix": size},
            micrographs=estimated.connected("exposures"),
            particles=simulated.connected("truth"),
        )
        for size in (80, 32)
    )
    return whole, binned


def test_downsampled_particles_are_those_that_are_extracted_binned(
    project: Project, two_sizes: tuple[Run, Run]
) -> None:
    whole, binned = two_sizes
    given = whole.connected("particles")

    run = project.run("downsample_particles", {"bin_size_pix": 32}, particles=given)

    rows, wanted = table(project, run, "particles"), table(project, binned, "particles")
    rows, wanted = (t[np.argsort(t["uid"])] for t in (rows, wanted))
    np.testing.assert_array_equal(rows["uid"], wanted["uid"])
    np.testing.assert_allclose(rows["blob/psize_A"], 5.0)
    np.testing.assert_allclose(images(project, rows), images(project, wanted), atol=1e-3)
    np.testing.assert_array_equal(rows["alignments3D/pose"], wanted["alignments3D/pose"])


def test_an_average_is_the_sum_of_the_frames_times_the_gain(project: Project, movie: Run) -> None:
    params = {"frame_start": 2, "frame_end": 3}

    run = project.run("average_movies", params, movies=movie.connected("imported_movies"))

    [row] = table(project, run, "micrographs")
    frames = frames_of(project, movie)
    gain = mrcfile.read(project.directory / "gain.mrc")
    made = mrcfile.read(project.directory / bytes(row["micrograph_blob/path"]).decode())
    np.testing.assert_allclose(made, (frames[1] + frames[2]) * gain, rtol=1e-6)
    assert row["micrograph_blob/shape"].tolist() == [256, 256]
    assert any("without alignment" in record["text"] for record in run.said("log"))


def test_every_image_of_a_file_of_templates_is_a_row(own_project: Project) -> None:
    stack = np.random.default_rng(1).normal(size=(3, 24, 24)).astype(np.float32)
    mrcfile.write(own_project.directory / "t.mrcs", stack, voxel_size=4)

    run = own_project.run("import_templates", {"template_path": "t.mrcs"})

    rows = table(own_project, run, "imported_templates")
    np.testing.assert_allclose(rows["blob/psize_A"], 4)
    np.testing.assert_array_equal(images(own_project, rows), stack)
