"""Programs of others as they are, at night and where they are installed."""

import shutil

import numpy as np
import pytest

from tests.nightly import nightly
from tests.programs.project import Project, Run
from tests.programs.truth import table

NIGHT_S = 900


def installed(program: str) -> pytest.MarkDecorator:
    """Skip by name where it is not."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@nightly("2 minutes")
@installed("aspire")
def test_aspire_agrees_with_our_own_fit(project: Project, simulated: Run, estimated: Run) -> None:
    given = simulated.connected("micrographs")

    run = project.run("ctf_estimation_aspire", timeout_s=NIGHT_S, exposures=given)

    assert run.code == 0, run.stderr
    rows, ours = table(project, run, "exposures"), table(project, estimated, "exposures")
    for field in ("ctf/df1_A", "ctf/df2_A"):
        np.testing.assert_allclose(rows[field], ours[field], atol=150)


@nightly("4 minutes")
@installed("cryodrgn")
def test_cryodrgn_learns_of_our_particles(project: Project, true_particles: Run) -> None:
    small = {"zdim": 2, "enc_dim": 64, "dec_dim": 64, "compute_num_gpus": 0}

    run = project.run(
        "cryodrgn_train_vae",
        {**small, "num_epochs": 3, "num_volumes": 2},
        timeout_s=NIGHT_S,
        particles=true_particles.connected("particles"),
    )

    assert run.code == 0, run.stderr
    losses = [r["y"] for r in run.said("metric")]
    assert losses == sorted(losses, reverse=True)
    [row] = table(project, run, "volume_1")
    assert (list(row["map/shape"]), row["map/psize_A"]) == ([32] * 3, 5)
