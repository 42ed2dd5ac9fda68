"""A scene as it was made, to be put back: quicker than to make it again."""

import asyncio
import shutil
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from domain.database import Row
from domain.documents import DOCUMENTS
from domain.documents.record import Record
from scheduler.executors.base import Sighting
from tests.fakes.executor import FakeExecutor


@dataclass(frozen=True)
class SavedScene:
    """All records, a copy of the directory, and what the executor has seen."""

    rows: Mapping[type[Record], list[Row]]
    files: Path
    sightings: Mapping[str, Sighting]

    @classmethod
    async def of(cls, directory: Path, executor: FakeExecutor) -> "SavedScene":
        """Save the present scene."""
        files = directory.with_name(f"{directory.name}-saved")
        shutil.copytree(directory, files)
        rows = {record: await record.rows().find({}).to_list(None) for record in DOCUMENTS}
        return cls(rows, files, dict(executor.sightings))

    async def put_back(self, directory: Path, executor: FakeExecutor) -> None:
        """Fill the empty database, the directory, which must not be there, and the executor."""
        shutil.copytree(self.files, directory)
        executor.sightings = dict(self.sightings)
        filled = {record: rows for record, rows in self.rows.items() if rows}
        await asyncio.gather(
            *(record.rows().insert_many(deepcopy(rows)) for record, rows in filled.items())
        )
