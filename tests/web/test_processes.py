"""`lanekeeper serve` holds its data directory alone, and keeps what it has started alive."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from web.processes import AlreadyRunning, only_one

ROOT = Path(__file__).parents[2]
HOLD = (
    "import sys, signal; from pathlib import Path; from web.processes import only_one\n"
    "with only_one(Path(sys.argv[1])): print('held', flush=True); signal.pause()"
)


def test_a_second_server_on_the_same_data_is_refused_with_its_place(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(AlreadyRunning, match=str(tmp_path)), only_one(tmp_path):
        pass


def test_two_data_directories_can_be_served_at_the_same_time(tmp_path: Path) -> None:
    with only_one(tmp_path / "a"), only_one(tmp_path / "b"):
        assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}


def test_a_killed_server_leaves_nothing_that_a_human_must_remove(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), only_one(tmp_path):
            pass
        holder.kill()

    with only_one(tmp_path):
        assert (tmp_path / "lanekeeper.lock").exists()


def test_nobody_else_on_the_machine_may_read_a_new_data_directory(tmp_path: Path) -> None:
    with only_one(tmp_path / "data"):
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_the_lock_is_given_back_at_the_end(tmp_path: Path) -> None:
    with only_one(tmp_path):
        pass

    with (tmp_path / "lanekeeper.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
