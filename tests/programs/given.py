"""Tables as another job would have left them."""

from collections.abc import Sequence

import numpy as np

from tests.programs.project import Json, Project


def given(
    project: Project, output: str, columns: Sequence[tuple[str, object]], rows: int
) -> list[Json]:
    """A table of `rows` rows with uids 1, 2 …, as an input that is connected."""
    content = np.zeros(
        rows, dtype=[("uid", "<u8"), *[(n, np.asarray(v).dtype) for n, v in columns]]
    )
    content["uid"] = np.arange(1, rows + 1)
    for name, values in columns:
        content[name] = values
    path = f"{output}.cs"
    with (project.directory / path).open("wb") as file:
        np.save(file, content)
    return [{"job": "J0", "output": output, "version": "F", "metafile": path, "slots": {}}]
