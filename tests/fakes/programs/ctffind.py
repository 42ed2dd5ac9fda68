"""A stand-in for CTFFIND: it asks what version 5.0.2 asks, in that order, and no more.

It "finds" a defocus of 15000 and 14800 Å at 30°, whatever the micrograph.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).parents[2] / "data/programs/ctffind-5.0.2.json"
READ: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "number": float,
    "yes or no": ("no", "yes").index,
}
FOUND = "1.000000 15000.000000 14800.000000 30.000000 0.000000 0.250000 4.250000 0 0 0"


def run(given: list[str]) -> None:
    """Hear an answer to each question, and leave the result; ends with 1 for a wrong answer."""
    answers = iter(given)
    said: dict[str, Any] = {}
    for question in json.loads(QUESTIONS.read_text())["questions"]:
        if all(said[name] for name in question.get("only_after", [])):
            try:
                said[question["about"]] = READ[question["answer"]](next(answers).strip())
            except (StopIteration, ValueError) as error:
                sys.exit(f"{question['about']}: {error!r}")
    if list(answers):
        sys.exit("more was said than was asked")
    Path(said["image"]).open("rb").close()
    target = Path(said["diagnostic image"]).with_suffix(".txt")
    version = os.environ.get("STAND_IN_VERSION", "5.0.2")
    target.write_text(f"# Output from CTFFind version {version}, run on 2025-02-13\n{FOUND}\n")


if __name__ == "__main__":
    run(sys.stdin.readlines())
