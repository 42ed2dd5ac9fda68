"""`python -m bench.run [SECTION …] [--rounds N]`: measure, print one table, fail on a goal."""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.product import Unavailable
from bench.sections import SECTIONS, Stage
from bench.table import Line, show
from domain.database import connect
from domain.documents import DOCUMENTS
from domain.settings import Settings
from web.embedded_mongo import EmbeddedMongo

ROUNDS = 5


@asynccontextmanager
async def embedded_mongod(directory: Path) -> AsyncIterator[str]:
    """The product's own mongod over `directory`; its URL."""
    mongod = EmbeddedMongo(directory)
    await mongod.start()
    try:
        yield mongod.url
    finally:
        await mongod.stop()


async def measure(directory: Path, names: Sequence[str], rounds: int) -> list[Line]:
    """The lines of these sections, over one mongod that ours and the peers share."""
    async with embedded_mongod(directory) as url:
        return [line for name in names for line in await _section(directory, url, name, rounds)]


async def _section(directory: Path, url: str, name: str, rounds: int) -> list[Line]:
    (directory / name).mkdir()
    async with connect(url, f"{Settings().database}-{name}", DOCUMENTS) as database:
        try:
            return await SECTIONS[name](Stage(directory / name, url, database, rounds))
        except Unavailable as reason:  # a skipped goal does not count as passed
            return [Line(f"all of {name}", "", None, skipped=str(reason))]


def main() -> int:
    """Measure and print; the exit status is 0 only if every goal was reached."""
    parser = argparse.ArgumentParser(prog="python -m bench.run")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="lanekeeper-bench-") as directory:
        names = asked.sections or list(SECTIONS)
        lines = asyncio.run(measure(Path(directory), names, asked.rounds))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    show(lines, f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}")
    return 0 if all(line.verdict in ("pass", "") for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
