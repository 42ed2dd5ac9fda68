"""A terminal whose commands work on a database of their own."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import TypeVar

from typer.testing import CliRunner

from domain.database import connect
from domain.documents import DOCUMENTS
from web.cli.main import app

T = TypeVar("T")


class Terminal:
    """Runs `lanekeeper GROUP …`."""

    def __init__(self, url: str, group: str) -> None:
        self.url, self.name, self.group = url, f"test_{uuid.uuid4().hex[:12]}", group
        self._runner = CliRunner(
            env={"LANEKEEPER_MONGODB_URL": url, "LANEKEEPER_DATABASE": self.name}
        )

    def run(self, *words: str, typed: str = "") -> tuple[int, str]:
        """The exit code and all that was printed."""
        result = self._runner.invoke(app, [self.group, *words], input=typed)
        return result.exit_code, result.output

    def read(self, question: Callable[[], Awaitable[T]]) -> T:
        """What the database holds, read without the command line."""

        async def answer() -> T:
            async with connect(self.url, self.name, DOCUMENTS):
                return await question()

        return asyncio.run(answer())
