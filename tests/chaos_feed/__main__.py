"""`python -m tests.chaos_feed [--changes 200000] [--seed 1] …`: 1 if anything was wrong."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from tests.chaos_feed.run import Size, chaos_feed


def main() -> int:
    """One run; what went wrong is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos_feed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planted", help="a fault of tests/chaos/planted.py")
    for field in fields(Size):
        name = f"--{field.name.replace('_', '-')}"
        parser.add_argument(name, type=int, default=field.default)
    asked = vars(parser.parse_args())
    seed, planted = asked.pop("seed"), asked.pop("planted")
    directory = Path(tempfile.mkdtemp(prefix="lanekeeper-chaos-feed-"))
    report = asyncio.run(chaos_feed(directory, Size(**asked), seed=seed, planted=planted))
    sys.stdout.write("\n  ".join((str(report), *report.violations[:50])) + "\n")
    if report.violations:
        sys.stdout.write(f"  everything is in {directory}\n")
        return 1
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
