from pathlib import Path

import pytest

from domain.settings import Settings
from scheduler.run import job_types_of
from tests.domain.job_types.files import a_type


def test_the_log_tells_of_a_hidden_type_with_line_and_key(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    file = a_type(tmp_path, tables="[params.x]\ntype = 'integer'\nminimun = 3")

    found = job_types_of(settings.model_copy(update={"job_types_dirs": [tmp_path]}))

    assert found.get("count_particles") is None
    assert [record.getMessage() for record in caplog.records] == [
        f"A job type is hidden: {file}:12: params.x.minimun: unknown key; did you mean minimum?"
    ]
