"""CTF estimation by programs: stand-ins know what these ask for."""

from pathlib import Path

import numpy as np
import pytest

from tests.programs.project import Project, Run
from tests.programs.stand_ins import install
from tests.programs.truth import table

OPTIONS = {"restrain_astigmatism": True, "exhaustive_search": True, "find_thickness": True}


@pytest.fixture
def _stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, tmp_path / "bin", ctffind="ctffind", aspire="aspire")


@pytest.mark.usefixtures("_stand_ins")
def test_ctffind_is_answered_and_its_fit_is_kept(
    project: Project, simulated: Run, estimated: Run
) -> None:
    given = simulated.connected("micrographs")

    run = project.run("ctf_estimation_ctffind5", OPTIONS, exposures=given)

    assert run.code == 0, run.stderr
    rows, ours = table(project, run, "exposures"), table(project, estimated, "exposures")
    assert {tuple(row) for row in rows[["ctf/df1_A", "ctf/df2_A"]]} == {(15000, 14800)}
    np.testing.assert_allclose(rows["ctf/df_angle_rad"], np.pi / 6, rtol=1e-6)
    np.testing.assert_allclose(rows["ctf_stats/cross_corr"], 0.25)
    np.testing.assert_allclose(rows["ctf_stats/ctf_fit_to_A"], 4.25)
    ours_mean = (ours["ctf/df1_A"] + ours["ctf/df2_A"]) / 2
    np.testing.assert_allclose(rows["ctf_stats/df_check_A"], ours_mean, atol=150)
    warned = [r["text"].split(":")[0] for r in run.said("log") if r["level"] == "warning"]
    assert warned == [
        f"micrograph_{n:04d}" for n in (1, 2, 3) if abs(ours_mean[n - 1] - 14900) > 300
    ]


@pytest.mark.usefixtures("_stand_ins")
def test_aspire_takes_one_micrograph_in_a_folder_of_its_own(
    project: Project, simulated: Run, estimated: Run
) -> None:
    run = project.run("ctf_estimation_aspire", exposures=simulated.connected("micrographs"))

    assert run.code == 0, run.stderr
    rows = table(project, run, "exposures")
    assert {tuple(row) for row in rows[["ctf/df1_A", "ctf/df2_A"]]} == {(15000, 14800)}
    np.testing.assert_allclose(rows["ctf/df_angle_rad"], np.pi / 6, rtol=1e-6)
    good = table(project, estimated, "exposures")["ctf_stats/cross_corr"]
    assert np.all(rows["ctf_stats/cross_corr"] < good)


@pytest.mark.usefixtures("_stand_ins")
def test_another_ctffind_is_refused_though_it_answers(
    project: Project, simulated: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_VERSION", "4.1.14")

    run = project.run("ctf_estimation_ctffind5", exposures=simulated.connected("micrographs"))

    assert run.error.startswith("ctffind is not CTFFIND 5: its result begins with '# Output from")
