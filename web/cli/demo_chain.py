"""The jobs of the demo: a small simulated set, from its movies to a map."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SEED = 7
FRAMES, MOVIES, SIZE, PSIZE_A = 8, 8, 1024, 2.0
DOSE_E_PER_A2 = 8.0
DIAMETER_A, BOX_PX, BINNED_PX = 130, 80, 32
"""The particles are 110 Å across; binned, their pixels are of 5 Å."""


@dataclass(frozen=True)
class Step:
    """A job: its type, params, and for each input the step and output that feed it."""

    name: str
    type: str
    params: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, str]] = field(default_factory=dict)


DATA = Step(
    "data",
    "simulate_data",
    {"count": MOVIES, "size": SIZE, "frames": FRAMES, "psize_A": PSIZE_A, "seed": SEED},
)
_SEARCH = {"diameter_A": DIAMETER_A, "offset_range_pix": 2, "offset_step_pix": 1}


def chain(data_uid: str) -> list[Step]:
    """What follows once the movies of job `data_uid` are there, parents first."""
    movies = {
        "blob_paths": f"{data_uid}/movie_*.mrc",
        "psize_A": PSIZE_A,
        "total_dose_e_per_A2": DOSE_E_PER_A2,
    }
    return [
        Step("movies", "import_movies", movies),
        Step(
            "motion", "motion_correction_relion", inputs={"movies": ("movies", "imported_movies")}
        ),
        Step("ctf", "ctf_estimation", {"n_workers": 2}, {"exposures": ("motion", "micrographs")}),
        Step("picks", "log_picker_relion", inputs={"micrographs": ("ctf", "exposures")}),
        Step(
            "particles",
            "extract_micrographs_cpu_parallel",
            {"box_size_pix": BOX_PX, "bin_size_pix": BINNED_PX},
            {"micrographs": ("ctf", "exposures"), "particles": ("picks", "particles")},
        ),
        Step(
            "classes",
            "class_2D_relion",
            {**_SEARCH, "class2D_K": 5, "num_iterations": 6, "psi_step_deg": 12},
            {"particles": ("particles", "particles")},
        ),
        Step(
            "selection",
            "select_2D",
            inputs={
                "particles": ("classes", "particles"),
                "templates": ("classes", "class_averages"),
            },
        ),
        Step(
            "map",
            "homo_refine_relion",
            {**_SEARCH, "num_iterations": 4, "healpix_order": 1, "ini_high_A": 40},
            {"particles": ("selection", "particles_selected"), "volume": ("data", "volume")},
        ),
        Step(
            "truth",
            "validation",
            inputs={"volume": ("map", "volume"), "reference": ("data", "volume")},
        ),
    ]


def select(classes: list[dict[str, int]]) -> list[int]:
    """The demo's rule: classes that hold at least half as many particles as the average class."""
    counts = {shown["index"]: shown["num_particles"] for shown in classes}
    least = sum(counts.values()) / max(len(counts), 1) / 2
    return [index for index, count in counts.items() if count >= least]
