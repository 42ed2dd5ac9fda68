"""Command lines of stand-ins, by the options that were recorded from the programs."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

RECORDED = Path(__file__).parents[2] / "data/programs"


def parsed(file: str, command: str, argv: Sequence[str]) -> argparse.Namespace:
    """Values by the long name of their option, and `paths`, the words without one.

    Ends with 2, as argparse does, for an option that `command` does not have in `file`.
    """
    known = json.loads((RECORDED / file).read_text())[command]
    parser = argparse.ArgumentParser(prog=command, allow_abbrev=False)
    parser.add_argument("paths", nargs="*")
    for names in known["with_value"]:
        parser.add_argument(*names)
    for names in known["flags"]:
        parser.add_argument(*names, action="store_true")
    return parser.parse_intermixed_args(argv)
