"""simulate → CTF → picks, against the truth that the simulation wrote down."""

from hashlib import sha256
from pathlib import Path

import mrcfile
import numpy as np
import starfile
from PIL import Image

from tests.programs.project import Project, Run
from tests.programs.truth import matches, table


def test_the_simulation_commits_all_it_promises(simulated: Run) -> None:
    assert simulated.code == 0, simulated.stderr
    assert {n: o["num_items"] for n, o in simulated.committed.items()} == {
        "micrographs": 3,
        "truth": 90,
        "volume": 1,
    }


def checksums(run: Run) -> list[str]:
    files = sorted(run.directory.glob("*.mrc"))
    return [sha256(file.read_bytes()).hexdigest() for file in files]


def test_the_same_seed_gives_the_same_bytes(small: Run, small_again: Run) -> None:
    assert len(checksums(small)) == 3  # two micrographs and the volume
    assert checksums(small) == checksums(small_again)


def test_another_seed_gives_another_protein_and_other_pictures(
    small: Run, small_of_another_seed: Run
) -> None:
    assert set(checksums(small)).isdisjoint(checksums(small_of_another_seed))


def test_defocus_is_found_within_200_angstrom_rms(
    project: Project, simulated: Run, estimated: Run
) -> None:
    truth = table(project, simulated, "truth")
    found = table(project, estimated, "exposures")

    errors = []
    for row in found:
        true = truth[truth["location/micrograph_uid"] == row["uid"]][0]
        errors += [float(row[f"ctf/df{n}_A"] - true[f"ctf/df{n}_A"]) for n in (1, 2)]

    assert len(errors) == 6
    assert np.sqrt(np.mean(np.square(errors))) <= 200


def test_a_fit_reaches_as_far_as_its_rings_go_though_the_first_are_few(
    own_project: Project,
) -> None:
    """Small micrographs near focus have less than a ring where a fit begins to be judged."""
    params = {"count": 6, "size": 512, "particles_per_micrograph": 30}
    taken = own_project.run("simulate_data", params)
    noise = np.random.default_rng(1).normal(size=(512, 512)).astype(np.float32)
    mrcfile.write(own_project.directory / "noise.mrc", noise, voxel_size=2)
    blank = own_project.run("import_micrographs", {"blob_paths": "noise.mrc", "psize_A": 2.0})

    seen = own_project.run("ctf_estimation", exposures=taken.connected("micrographs"))
    unseen = own_project.run("ctf_estimation", exposures=blank.connected("imported_micrographs"))

    assert table(own_project, seen, "exposures")["ctf_stats/ctf_fit_to_A"].max() <= 5
    assert table(own_project, unseen, "exposures")["ctf_stats/ctf_fit_to_A"].min() >= 10


def test_an_exposure_keeps_what_it_came_with(project: Project, estimated: Run) -> None:
    names = table(project, estimated, "exposures").dtype.names or ()

    assert {"micrograph_blob/path", "mscope_params/accel_kv", "ctf/df1_A"} <= set(names)


def test_every_micrograph_has_its_ctf_figure(estimated: Run) -> None:
    pictures = [Path(record["files"][0]["path"]).name for record in estimated.said("plot")]

    assert pictures == [f"micrograph_{n:04d}_ctf.png" for n in (1, 2, 3)]
    for name in pictures:
        with Image.open(estimated.directory / name) as picture:
            assert min(picture.size) > 300


def test_picks_match_the_true_particles(project: Project, simulated: Run, estimated: Run) -> None:
    run = project.run("blob_picker", micrographs=estimated.connected("exposures"))
    truth, picks = table(project, simulated, "truth"), table(project, run, "particles")

    hit, right = matches(truth, picks)

    assert hit / len(truth) >= 0.70
    assert right / len(picks) >= 0.95


def test_star_files_are_read_by_another_library(
    project: Project, simulated: Run, estimated: Run
) -> None:
    rows = starfile.read(project.directory / estimated.committed["exposures"]["star"])

    found = table(project, estimated, "exposures")
    assert list(rows["rlnMicrographName"]) == [
        f"{simulated.uid}/micrograph_{n:04d}.mrc" for n in (1, 2, 3)
    ]
    np.testing.assert_allclose(rows["rlnDefocusU"], found["ctf/df1_A"], rtol=1e-5)


def test_progress_ends_at_the_number_of_micrographs(estimated: Run) -> None:
    last = estimated.said("progress")[-1]

    assert (last["done"], last["total"]) == (3, 3)
