"""Importing particles: from STAR files of RELION 3.0 and 3.1, and from `.cs` files."""

from typing import Any

import mrcfile
import numpy as np
import pandas as pd
import pytest
import starfile
from scipy.spatial.transform import Rotation

from tests.programs.project import Project, Run
from tests.programs.truth import Table, table

NAMES = ["000002@Extract/a.mrcs", "000001@Extract/b.mrcs", "000001@Extract/a.mrcs"]
OPTICS: dict[str, list[Any]] = {
    "rlnOpticsGroup": [1, 2],
    "rlnVoltage": [300, 200],
    "rlnSphericalAberration": [2.7, 1.4],
    "rlnAmplitudeContrast": [0.1, 0.07],
    "rlnImagePixelSize": [2.5, 2.5],
}
PARTICLES: dict[str, list[Any]] = {
    "rlnImageName": NAMES,
    "rlnOpticsGroup": [1, 2, 1],
    "rlnDefocusU": [11000.0, 12000.0, 13000.0],
    "rlnDefocusV": [10000.0, 11500.0, 12800.0],
    "rlnDefocusAngle": [90.0, 0.0, 45.0],
}


ALIGNED = {
    "rlnAngleRot": [10.0, 0.0, 0.0],
    "rlnAngleTilt": [20.0, 0.0, 0.0],
    "rlnAnglePsi": [30.0, 30.0, 30.0],
    "rlnOriginXAngst": [5.0, 0.0, 0.0],
    "rlnOriginYAngst": [-2.5, 0.0, 0.0],
    "rlnClassNumber": [4, 1, 1],
    "rlnRandomSubset": [2, 1, 1],
}
PLACED = {
    "rlnMicrographName": ["Extract/m.mrc"] * 3,
    "rlnCoordinateX": [20.0, 40.0, 8.0],
    "rlnCoordinateY": [10.0, 30.0, 4.0],
}


@pytest.fixture(scope="module")
def with_images(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two stacks and a micrograph below Extract, of random pixels."""
    project = Project(tmp_path_factory.mktemp("images"))
    folder = project.directory / "Extract"
    folder.mkdir()
    random = np.random.default_rng(3)
    for name, shape in (("a.mrcs", (2, 16, 16)), ("b.mrcs", (1, 16, 16)), ("m.mrc", (40, 80))):
        pixels = random.normal(size=shape).astype(np.float32)
        mrcfile.write(folder / name, pixels, voxel_size=2.5)
    return project


@pytest.fixture(scope="module")
def star_rows(with_images: Project) -> Table:
    """What is imported from a STAR file that knows everything."""
    particles = {**PARTICLES, **ALIGNED, **PLACED}
    run = imported(with_images, {"optics": OPTICS, "particles": particles})
    return table(with_images, run, "imported_particles")


def imported(project: Project, blocks: dict[str, Any], **params: object) -> Run:
    """Import a STAR file of these blocks, each a mapping of columns."""
    frames = {name: pd.DataFrame(columns) for name, columns in blocks.items()}
    starfile.write(frames, project.directory / "given.star", overwrite=True)
    return project.run("import_particles", {"particle_meta_path": "given.star", **params})


def test_images_and_ctf_come_with_the_optics_of_their_group(star_rows: Table) -> None:
    assert list(star_rows["blob/path"]) == [
        *(b"Extract/a.mrcs", b"Extract/b.mrcs", b"Extract/a.mrcs"),
    ]
    assert star_rows["blob/idx"].tolist() == [1, 0, 0]
    assert star_rows["blob/shape"].tolist() == [[16, 16]] * 3
    np.testing.assert_allclose(star_rows["ctf/accel_kv"], [300, 200, 300])
    np.testing.assert_allclose(star_rows["ctf/df2_A"], [10000, 11500, 12800])
    np.testing.assert_allclose(star_rows["ctf/df_angle_rad"], np.radians([90, 0, 45]))
    assert len(set(star_rows["uid"])) == 3


def test_a_place_names_the_micrograph_as_its_own_import_does(
    with_images: Project, star_rows: Table
) -> None:
    named = {"blob_paths": "Extract/m.mrc", "psize_A": 2.5}

    run = with_images.run("import_micrographs", named)

    [micrograph] = table(with_images, run, "imported_micrographs")
    assert set(star_rows["location/micrograph_uid"]) == {micrograph["uid"]}
    np.testing.assert_allclose(star_rows["location/center_x_frac"], [0.25, 0.5, 0.1])
    np.testing.assert_allclose(star_rows["location/center_y_frac"], [0.25, 0.75, 0.1])


def test_poses_and_shifts_keep_their_convention(star_rows: Table) -> None:
    first = star_rows[0]

    turned = Rotation.from_rotvec(first["alignments3D/pose"]).inv().as_euler("ZYZ", degrees=True)
    np.testing.assert_allclose(turned, [10, 20, 30], atol=1e-4)
    np.testing.assert_allclose(first["alignments3D/shift"], [2, -1])
    assert (first["alignments3D/class"], first["alignments3D/split"]) == (3, 1)


def test_a_file_of_relion_3_0_has_its_units_turned_into_ours(with_images: Project) -> None:
    columns = {
        **{name: PARTICLES[name] for name in ("rlnImageName", "rlnDefocusU", "rlnDefocusV")},
        **{name: [OPTICS[name][0]] * 3 for name in list(OPTICS)[1:4]},
        "rlnMagnification": [10000.0] * 3,
        "rlnDetectorPixelSize": [2.5] * 3,
        "rlnAnglePsi": [30.0, 60.0, 90.0],
        "rlnOriginX": [1.0, 2.0, 3.0],
        "rlnOriginY": [0.0, 0.0, 0.0],
    }

    run = imported(with_images, {"": columns})

    rows = table(with_images, run, "imported_particles")
    np.testing.assert_allclose(rows["blob/psize_A"], 2.5)
    np.testing.assert_allclose(rows["alignments2D/shift"][:, 0], [1, 2, 3])
    np.testing.assert_allclose(rows["alignments2D/pose"], np.radians([30, 60, 90]), rtol=1e-6)


def test_the_rows_of_a_cs_file_are_kept_with_all_their_slots(
    with_images: Project, simulated: Run, project: Project
) -> None:
    truth = table(project, simulated, "truth")[:2]
    kinds = [(name, truth.dtype[name]) for name in truth.dtype.names or ()]
    blob = [("blob/path", "S30"), ("blob/idx", "<u4"), ("blob/shape", "<u4", (2,))]
    given = np.zeros(2, [*kinds, *blob, ("blob/psize_A", "<f4")])
    for name, _ in kinds:
        given[name] = truth[name]
    given["blob/path"], given["blob/idx"] = b">Extract/a.mrcs", [0, 1]
    given["blob/psize_A"] = 2.5
    np.save(with_images.directory / "given.npy", given)
    (with_images.directory / "given.npy").rename(with_images.directory / "given.cs")

    run = with_images.run("import_particles", {"particle_meta_path": "given.cs"})

    rows = table(with_images, run, "imported_particles")
    assert set(rows["blob/path"]) == {b"Extract/a.mrcs"}
    for name, _ in kinds:
        np.testing.assert_array_equal(rows[name], truth[name])


def lost(name: str) -> str:
    return (
        f"{name} is not there; say in which directory the paths of images begin "
        "(particle_blob_path)."
    )


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        ("3@Extract/a.mrcs", "Extract/a.mrcs has no image 3; it holds 2."),
        ("1@lost.mrcs", lost("lost.mrcs")),
    ],
)
def test_what_does_not_fit_is_refused_with_one_sentence(
    with_images: Project, first: str, sentence: str
) -> None:
    particles = PARTICLES | {"rlnImageName": [first, *NAMES[1:]]}

    run = imported(with_images, {"optics": OPTICS, "particles": particles})

    assert run.error == sentence


def test_a_microscope_that_the_file_does_not_say_must_be_given(with_images: Project) -> None:
    optics = {name: values for name, values in OPTICS.items() if name != "rlnVoltage"}

    error = imported(with_images, {"optics": optics, "particles": PARTICLES}).error

    assert error == "The file has no rlnVoltage; give it as the param accel_kv."
