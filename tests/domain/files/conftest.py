"""A small project with a job, and something beside it that is nobody's business."""

from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "J1" / "run" / "2").mkdir(parents=True)
    (root / "J1" / "run" / "2" / "job.log").write_text("hello")
    (root / "J1" / "job.log").symlink_to("run/2/job.log")
    (tmp_path / "secret").write_text("secret")
    return root
