"""A stand-in for crYOLO's prediction: the options of 1.7.7.1, the files of 1.9.9.

It finds the same two particles in each image of its folder but the first, and one below the
threshold. Weights that are no .h5 are too large for it.
"""

import json
import sys
from pathlib import Path

from tests.fakes.programs.options import parsed

CENTRES = ((40.0, 200.0, 0.4), (120.5, 60.25, 0.9), (90.0, 90.0, 0.1))
STAR = "\ndata_\n\nloop_\n_rlnCoordinateX #1\n_rlnCoordinateY #2\n_rlnClassNumber #3\n"
CBOX = (
    "data_global\n\n_cbox_format_version 1.0\n\ndata_cryolo\n\nloop_\n_CoordinateX #1\n"
    "_CoordinateY #2\n_CoordinateZ #3\n_Width #4\n_Height #5\n_Confidence #6\n"
)


def run(argv: list[str]) -> None:
    """Leave both files of each image in which there is something."""
    given = parsed("cryolo-1.7.7.1.json", "predict", argv)
    [size, _] = json.loads(Path(given.conf).read_text())["model"]["anchors"]
    if not given.weights.endswith(".h5"):
        sys.stdout.write("Not enough GPU memory. Try to reduce prediction batch size (-pbs).\n")
        return
    for path in sorted(Path(given.input).iterdir())[1:]:
        star, cbox = STAR, CBOX
        for x, y, confidence in CENTRES:
            if confidence >= float(given.threshold):
                star += f"{x} {y} -999\n"
            cbox += f"{x - size / 2} {y - size / 2} <NA> {size} {size} {confidence}\n"
        write(Path(given.output) / "STAR" / f"{path.stem}.star", star)
        write(Path(given.output) / "CBOX" / f"{path.stem}.cbox", cbox)


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    run(sys.argv[1:])
