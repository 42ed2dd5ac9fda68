"""A stand-in for Topaz: it takes the options that Topaz 0.3.20 has, and no others.

`preprocess` copies; `extract` finds the same two particles in each image, in the given order.
"""

import shutil
import sys
from pathlib import Path

from tests.fakes.programs.options import parsed

RECORDED = "topaz-0.3.20.json"
FOUND = ((10.0, 20.0, -1.5), (30.0, 5.0, 2.5))


def run(argv: list[str]) -> None:
    """What the real one would leave, in its forms."""
    if argv == ["--version"]:
        sys.stdout.write("0.3.20\n")
        return
    command, arguments = argv[0], parsed(RECORDED, argv[0], argv[1:])
    paths = [Path(path) for path in arguments.paths]
    if command == "preprocess":
        Path(arguments.destdir).mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copy(path, Path(arguments.destdir) / f"{path.stem}.mrc")
        return
    scale = float(arguments.up_scale)
    with Path(arguments.output).open("w") as picks:
        picks.write("image_name\tx_coord\ty_coord\tscore\n")
        for path in paths:
            path.open("rb").close()
            for x, y, score in FOUND:
                picks.write(f"{path.stem}\t{x * scale:.0f}\t{y * scale:.0f}\t{score}\n")


if __name__ == "__main__":
    run(sys.argv[1:])
