"""A stand-in for ASPIRE: `estimate-ctf` takes the options that 0.14.3 has, each with a value.

It "finds" a defocus of 15000 and 14800 Å at -150° in every micrograph of its folder.
"""

import json
import sys
from pathlib import Path

OPTIONS = Path(__file__).parents[2] / "data/programs/aspire-0.14.3.json"
FOUND = {"DefocusU": 15000.0, "DefocusV": 14800.0, "DefocusAngle": -150.0}


def run(command: str, given: list[str]) -> None:
    """Leave a STAR file of each micrograph; ends with 2 for an option that there is not."""
    unknown = set(given[::2]) - set(json.loads(OPTIONS.read_text())[command])
    if unknown:
        sys.stderr.write(f"Error: No such option: {min(unknown)}\n")
        sys.exit(2)
    values = dict(zip(given[::2], given[1::2], strict=True))
    target = Path(values["--output_dir"])
    target.mkdir()
    for path in Path(values["--data_folder"]).glob("*.mrc"):
        path.open("rb").close()
        pairs = "".join(f"_rln{name} {value}\n" for name, value in FOUND.items())
        (target / f"{path.stem}.star").write_text(f"data_root\n\n{pairs}")


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
