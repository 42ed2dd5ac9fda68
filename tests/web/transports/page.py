"""The programs of docs/integrations.md, as they stand there, run against a server."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.web.transports.conftest import TOKEN, Api

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "integrations.md"
EXAMPLE = ROOT / "docs" / "examples" / "python_client" / "wait_for_job.py"
CLIENTS = ROOT / "tests" / "clients"
BLOCK = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INTERPRETERS: Mapping[str, str] = {"py": sys.executable, "mjs": "node", "sh": "sh"}


def programs() -> dict[str, str]:
    """The page's programs by their names."""
    return dict(BLOCK.findall(PAGE.read_text()))


@asynccontextmanager
async def running(
    api: Api, name: str, *arguments: str, directory: Path, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program of the page; it is ended with the context."""
    path = directory / name
    path.write_text(programs()[name])
    if path.suffix == ".mjs":
        (directory / "node_modules").symlink_to(CLIENTS / "node_modules")
    async with started(api, path, *arguments, **more) as process:
        yield process


@asynccontextmanager
async def started(
    api: Api, path: Path, *arguments: str, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program against the server; `more` are environment variables."""
    process = await asyncio.create_subprocess_exec(
        INTERPRETERS[path.suffix[1:]],
        path,
        *arguments,
        env=os.environ | {"LANEKEEPER_URL": api.url, "LANEKEEPER_TOKEN": TOKEN} | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
