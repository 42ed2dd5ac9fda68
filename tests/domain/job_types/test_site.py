"""What a site says of its programs, and what of it is refused."""

from pathlib import Path

import pytest

from domain.job_types import NO_RULES, SiteRefused, Surroundings, load_catalogue, load_site

RULES = """
[types.topaz_extract]
path = ["/opt/topaz/bin"]
env = { OMP_PROC_BIND = "true", CACHE = "/type" }
python = "/opt/topaz/bin/python"
[types.import_movies]
hidden = true
[lanes.gpu]
path = ["/opt/lane/bin"]
env = { CACHE = "/lane" }
provides = ["MotionCor3"]
time_limit_s = 3600
[targets.gpu01]
path = ["/opt/gpu01/bin"]
env = { CACHE = "/target" }
provides = ["topaz"]
"""


def a_site(directory: Path, text: str) -> Path:
    path = directory / "site.toml"
    path.write_text(text)
    return path


def test_without_a_file_nothing_is_added() -> None:
    site = load_site(None)

    assert site == NO_RULES
    assert site.surroundings("topaz_extract", lane="gpu", target="gpu01") == Surroundings()
    assert site.provided(lane="gpu", target="gpu01") is None


def test_what_is_nearer_to_the_run_goes_first(tmp_path: Path) -> None:
    site = load_site(a_site(tmp_path, RULES))

    told = site.surroundings("topaz_extract", lane="gpu", target="gpu01")

    assert told.path == ("/opt/gpu01/bin", "/opt/lane/bin", "/opt/topaz/bin")
    assert told.env == {"OMP_PROC_BIND": "true", "CACHE": "/target"}
    assert (told.python, told.time_limit_s) == ("/opt/topaz/bin/python", 3600)


def test_a_lane_and_its_target_vouch_together(tmp_path: Path) -> None:
    site = load_site(a_site(tmp_path, RULES))

    assert site.provided(lane="gpu", target="gpu01") == frozenset({"MotionCor3", "topaz"})
    assert site.provided(lane="gpu", target="gpu02") == frozenset({"MotionCor3"})
    assert site.provided(lane="cpu", target="cpu01") is None


def test_a_hidden_type_is_known_and_not_offered(tmp_path: Path) -> None:
    catalogue = load_catalogue(site_file=a_site(tmp_path, RULES))

    assert catalogue.get("import_movies") is not None
    assert "import_movies" not in {t.type for t in catalogue.offered()}
    assert len(catalogue.offered()) == len(catalogue.all()) - 1


def test_a_type_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = a_site(tmp_path, "[types.topaz_extrac]\nhidden = true\n[types.xyz]")

    catalogue = load_catalogue(site_file=path)

    first = "types.topaz_extrac: there is no such job type; did you mean topaz_extract?"
    problem = f"{first}; types.xyz: there is no such job type"
    assert catalogue.problems == {path: f"{path}: {problem}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[lanes.gpu]\npth = []", "2: lanes.gpu.pth: unknown key; did you mean path?"),
        ('[lanes.gpu]\npath = ["bin"]', "2: lanes.gpu.path[0]: must begin with /"),
        ('[types.a]\npython = "python3"', "2: types.a.python: must begin with /"),
        ("[types.a]\ntime_limit_s = 0", "2: types.a.time_limit_s: must be more than 0"),
        (
            '[targets.a]\nenv = { LANEKEEPER_X = "1" }',
            "2: targets.a.env.LANEKEEPER_X: must name a variable that is not ours",
        ),
        (
            '[lanes.a]\nenv = { PATH = "/opt/bin" }',
            "2: lanes.a.env.PATH: is not set; a site's file has `path` for it",
        ),
        ("[types.a]\nprovides = []", "2: types.a.provides: unknown key"),
        ("[types", "1: Expected ']' at the end of a table declaration (at end of document)"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = a_site(tmp_path, text)

    with pytest.raises(SiteRefused) as refused:
        load_site(path)

    assert str(refused.value).startswith(f"{path}:{said}")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteRefused, match="No such file"):
        load_site(tmp_path / "none.toml")


def test_what_is_beyond_pythons_limits_is_refused_too(tmp_path: Path) -> None:
    path = a_site(tmp_path, f"[types.a]\ntime_limit_s = {'9' * 5000}")

    with pytest.raises(SiteRefused, match="digits"):
        load_site(path)
