"""A stand-in for MotionCor3: it takes the tags that version 1.2.1 has, and sums the frames."""

import json
import re
import sys
from pathlib import Path

import mrcfile
import numpy as np

TAGS = Path(__file__).parents[2] / "data/programs/motioncor3-1.2.1.json"


def run(argv: list[str]) -> int:
    """Write what the real one writes: the sum, and one weighted by dose if it knows the dose."""
    if argv == ["--version"]:
        sys.stdout.write("MotionCor3 version 1.2.1\nBuilt on May 14 2025\n")
        return 0
    known = json.loads(TAGS.read_text())["tags"]
    given = [word for word in argv if re.match(r"-[A-Za-z]", word)]
    unknown = [word for word in given if word not in known]
    if unknown:
        sys.stdout.write(f"MotionCor3 has no tag {unknown[0]}\n")
        return 3
    values = {tag: argv[argv.index(tag) + 1] for tag in given}
    total = mrcfile.read(values["-InMrc"]).sum(axis=0, dtype=np.float32)
    if "-Gain" in values:
        total *= mrcfile.read(values["-Gain"])
    target = Path(values["-OutMrc"])
    mrcfile.write(target, total)
    if "-FmDose" in values:
        mrcfile.write(target.with_name(f"{target.stem}_DW.mrc"), total / float(values["-FmDose"]))
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
