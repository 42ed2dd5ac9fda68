"""`python -m tests.chaos --minutes 5 [--seed 1]`: rounds of chaos; 1 if anything was wrong.

`python -m tests.chaos --lane slurm --seeds 10`, or `--lane ssh`: 60 jobs a seed on such a lane.
"""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

from tests.chaos.lane_run import LANES, lane_chaos
from tests.chaos.run import Report, chaos

ROUND_S = 120.0


Round = Callable[[Path], Awaitable[Report]]


def main() -> int:
    """Rounds, each with the next seed; what went wrong is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lane", choices=sorted(LANES))
    parser.add_argument("--seeds", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end what was begun, as at Ctrl-C
    rounds = _on_lane(asked) if asked.lane else _here(asked)
    return 1 if sum(map(_went_wrong, rounds)) else 0


def _here(asked: argparse.Namespace) -> Iterator[Round]:
    """Of at most two minutes each."""
    end_at, seed = time.monotonic() + 60 * asked.minutes, asked.seed
    while (left := end_at - time.monotonic()) > 0:
        yield partial(chaos, seed=seed, seconds=min(left, ROUND_S))
        seed += 1


def _on_lane(asked: argparse.Namespace) -> Iterator[Round]:
    for seed in range(asked.seed, asked.seed + asked.seeds):
        yield partial(lane_chaos, lane=asked.lane, seed=seed)


def _went_wrong(round_: Round) -> bool:
    directory = Path(tempfile.mkdtemp(prefix="lanekeeper-chaos-"))
    report = asyncio.run(_report(round_, directory))
    _say("\n  ".join((str(report), *report.violations)))
    if report.violations:
        _say(f"  everything is in {directory}")
    else:
        shutil.rmtree(directory)
    return bool(report.violations)


async def _report(round_: Round, directory: Path) -> Report:
    return await round_(directory)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
