from pathlib import Path

import pytest

from domain.job_types import Catalogue, load_catalogue, load_declaration
from domain.job_types.declaration import CATEGORIES, DATA_TYPES
from domain.job_types.site import Site, TypeRules
from tests.domain.job_types.files import HEAD, RUN, a_file, a_type

ANYWHERE = [
    "import_volumes",
    "import_micrographs",
    "import_movies",
    "import_particles",
    "import_templates",
    "average_movies",
    "ctf_estimation",
    "curate_exposures_v2",
    "blob_picker",
    "inspect_picks_v2",
    "downsample_particles",
    "extract_micrographs_cpu_parallel",
    "select_2D",
    "validation",
    "exposure_sets",
    "particle_sets",
    "simulate_data",
]
"""The built-in types that need nothing but Lanekeeper's own packages, in the builder's order."""
COUNTER = '[requires]\nexecutables = ["counter"]\nmessage = "Install it."'
BUILT_IN = sorted(load_catalogue().types)


def test_the_built_in_types_are_all_good_and_in_the_builders_order() -> None:
    catalogue = load_catalogue()

    assert catalogue.problems == {}
    found = catalogue.all()
    assert [t.type for t in found if not t.requires.executables] == ANYWHERE
    assert found == sorted(found, key=lambda t: (CATEGORIES.index(t.category), t.title))
    assert set(catalogue.providers.values()) == {"lanekeeper"}


def test_categories_and_data_types_are_the_fields_own() -> None:
    assert (len(CATEGORIES), len(set(CATEGORIES))) == (21, 21)
    assert (len(DATA_TYPES), len(set(DATA_TYPES))) == (14, 14)


@pytest.mark.parametrize("key", ANYWHERE)
def test_a_type_that_needs_no_other_program_runs_here(key: str) -> None:
    declaration = load_catalogue().get(key)

    assert declaration is not None
    assert Catalogue().unavailable_reason(declaration) is None


@pytest.mark.parametrize("key", BUILT_IN)
def test_a_built_in_type_leads_to_types_that_exist(key: str) -> None:
    catalogue = load_catalogue()
    declaration = catalogue.get(key)

    assert declaration is not None
    assert [step.type for step in declaration.steps if catalogue.get(step.type) is None] == []


def test_a_site_adds_types_of_its_own(tmp_path: Path) -> None:
    a_type(tmp_path)

    catalogue = load_catalogue([tmp_path])

    assert catalogue.get("count_particles") is not None
    assert catalogue.providers["count_particles"] == "site"


def test_a_broken_file_hides_its_type_alone_and_keeps_its_error(tmp_path: Path) -> None:
    a_type(tmp_path)
    broken = a_file(tmp_path, "type = 3", "broken.toml")

    catalogue = load_catalogue([tmp_path])

    assert catalogue.get("count_particles") is not None
    assert list(catalogue.problems) == [broken]
    assert catalogue.problems[broken].startswith(f"{broken}:1: ")


def test_a_site_replaces_no_type_by_accident(tmp_path: Path) -> None:
    a_type(tmp_path / "a")
    second = a_type(tmp_path / "b")

    catalogue = load_catalogue([tmp_path / "a", tmp_path / "b"])

    assert catalogue.problems == {second: f"{second}: there is a job type count_particles already"}


def test_a_type_that_says_so_replaces_a_built_in_one_and_is_shown_as_the_sites(
    tmp_path: Path,
) -> None:
    text = HEAD.replace("count_particles", "blob_picker") + "replaces = true" + RUN
    a_file(tmp_path, text, "blob_picker.toml")

    catalogue = load_catalogue([tmp_path])

    assert catalogue.problems == {}
    assert catalogue.types["blob_picker"].title == "Count Particles"
    assert catalogue.providers["blob_picker"] == "site"


@pytest.fixture
def lab_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package whose code must not run; its entry points are to be written."""
    a_type(tmp_path / "lab_types" / "more")
    (tmp_path / "lab_types" / "__init__.py").write_text("raise SystemExit('imported')")
    facts = tmp_path / "lab_types-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: lab-types\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    return facts / "entry_points.txt"


def test_a_package_adds_types_and_none_of_its_code_is_run(lab_package: Path) -> None:
    lab_package.write_text("[lanekeeper.job_types]\nlab = lab_types.more\n")

    assert load_catalogue().providers["count_particles"] == "lab-types"


def test_a_package_that_is_not_there_is_left_out(lab_package: Path) -> None:
    lab_package.write_text("[lanekeeper.job_types]\nlab = no_such_types\n")

    catalogue = load_catalogue()

    assert set(catalogue.providers.values()) == {"lanekeeper"}
    assert catalogue.problems == {}


def test_there_is_no_type_of_another_name() -> None:
    assert load_catalogue().get("class_2D_new") is None


@pytest.mark.parametrize(
    ("requires", "reason"),
    [
        ('executables = ["sh"]\npython = ["numpy>=1"]', None),
        (
            'executables = ["no_such_program"]\nmessage = "Install it."',
            "no_such_program is not installed. Install it.",
        ),
        (
            'python = ["no-such-package>=2"]',
            "The Python package no-such-package is not installed.",
        ),
    ],
)
def test_a_type_says_what_it_lacks(tmp_path: Path, requires: str, reason: str | None) -> None:
    declaration = load_declaration(a_type(tmp_path, tables=f"[requires]\n{requires}"))

    assert Catalogue().unavailable_reason(declaration) == reason


def test_programs_are_looked_for_where_the_site_says(tmp_path: Path) -> None:
    declaration = load_declaration(a_type(tmp_path / "types", tables=COUNTER))
    program = tmp_path / "bin" / "counter"
    site = Site(types={"count_particles": TypeRules(path=(str(program.parent),))})
    before = Catalogue(site=site).unavailable_reason(declaration)

    program.parent.mkdir()
    program.write_text("#!/bin/sh")
    program.chmod(0o755)

    assert before == "counter is not installed. Install it."
    assert Catalogue(site=site).unavailable_reason(declaration) is None
    assert Catalogue().unavailable_reason(declaration) == before


@pytest.mark.parametrize(
    ("lacking", "reason"),
    [
        ({"a": {}}, None),
        ({"a": {"count_particles": "counter"}, "b": {"other": "sh"}}, None),
        (
            {"a": {"count_particles": "counter"}, "b": {"count_particles": "counter"}},
            "counter is not installed on any target. Install it.",
        ),
    ],
)
def test_a_type_can_run_if_one_target_lacks_nothing(
    tmp_path: Path, lacking: dict[str, dict[str, str]], reason: str | None
) -> None:
    declaration = load_declaration(a_type(tmp_path, tables=COUNTER))

    assert Catalogue().unavailable_reason(declaration, lacking) == reason
