"""`python -m tests.chaos --minutes 5 [--seed 1]`: rounds of chaos; 1 if anything was wrong."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import chaos

ROUND_S = 120.0


def main() -> int:
    """Rounds of at most two minutes, each with the next seed; what went wrong is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    end_at, seed, wrong = time.monotonic() + 60 * asked.minutes, asked.seed, 0
    while (left := end_at - time.monotonic()) > 0:
        directory = Path(tempfile.mkdtemp(prefix="lanekeeper-chaos-"))
        report = asyncio.run(chaos(directory, seed=seed, seconds=min(left, ROUND_S)))
        _say("\n  ".join((str(report), *report.violations)))
        if report.violations:
            wrong += 1
            _say(f"  everything is in {directory}")
        else:
            shutil.rmtree(directory)
        seed += 1
    return 1 if wrong else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
