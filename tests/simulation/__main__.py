"""Run seeds on all cores and say what came of them: python -m tests.simulation --help."""

import argparse
import os
import sys
import time

from tests.simulation.crowd import Total, hunt, live_all
from tests.simulation.mutants import MUTANTS
from tests.simulation.seeds import live


def main() -> int:
    """1 if any seed shows a violation."""
    asked = _arguments()
    _fix_hashes()
    if asked.seed is not None:
        return _replay(asked.seed, trace=asked.trace)
    if asked.mutants:
        return _hunt(asked.seeds, asked.processes)
    began = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    total = live_all(seeds, asked.processes, _progress if sys.stderr.isatty() else _silently)
    took = time.monotonic() - began
    _say(f"{total}; {took:.0f} s, {total.seeds / took:.1f} seeds/s on {asked.processes} cores")
    for report in total.red[:10]:
        _say(f"seed {report.seed}: {report.violations[0]}")
    if total.red:
        _say(f"Replay with: python -m tests.simulation --seed {total.red[0].seed} --trace")
    return 1 if total.red else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, help="replay this one seed alone")
    parser.add_argument("--trace", action="store_true", help="with --seed: print all that happens")
    parser.add_argument("--mutants", action="store_true", help="take guards away; all must show")
    return parser.parse_args()


def _fix_hashes() -> None:
    """The order of sets of texts must not differ from run to run."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        arguments = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, arguments, {**os.environ, "PYTHONHASHSEED": "0"})


def _hunt(seeds: int, processes: int) -> int:
    """1 if any mutant lives through all `seeds`."""
    found = hunt(MUTANTS, seeds, processes)
    for name, report in found.items():
        killed = f"seed {report.seed}: {report.violations[0]}" if report else "LIVES"
        _say(f"{name}: {killed}")
    return 1 if None in found.values() else 0


def _replay(seed: int, *, trace: bool) -> int:
    lines: list[str] | None = [] if trace else None
    report = live(seed, keep=lines)
    for line in lines or ():
        sys.stdout.write(line)
    _say(str(report))
    for violation in report.violations:
        _say(violation)
    return 1 if report.violations else 0


def _progress(total: Total) -> None:
    sys.stderr.write(f"\r{total.seeds} seeds, {len(total.red)} red")


def _silently(total: Total) -> None:
    """Nobody watches."""


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main())
