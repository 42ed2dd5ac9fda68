"""Races with a job that swaps a folder for a link out of the project, again and again (INV-23)."""

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.errors import NotFound
from domain.files import erase_files, erase_job_directory, open_beneath, tree_size

ROUNDS = 2500
AT_FDCWD, RENAME_EXCHANGE = -100, 2
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def swapping(one: Path, other: Path) -> Iterator[Callable[[], int]]:
    """Exchange two entries as fast as possible; gives how often it was done."""
    stop, swaps = threading.Event(), [0]

    def swap() -> None:
        while not stop.is_set():  # the call lets other threads run
            names = os.fsencode(one), os.fsencode(other)
            swaps[0] += not _libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield lambda: swaps[0]
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def outside(project: Path, tmp_path: Path) -> Path:
    """A folder beside the project whose files have the names of the job's."""
    folder = tmp_path / "outside"
    (folder / "run" / "1").mkdir(parents=True)
    for name in ("data.mrc", "run/1/spec.json"):
        (folder / name).write_text("secret")
    (project / "J1" / "data").mkdir()
    (project / "J1" / "data" / "data.mrc").write_text("inside")
    (project / "link").symlink_to(folder)
    return folder


def untouched(outside: Path) -> bool:
    return all((outside / name).read_text() == "secret" for name in ("data.mrc", "run/1/spec.json"))


def test_no_read_leaks_while_a_folder_is_swapped_for_a_link(project: Path, outside: Path) -> None:
    read, refused = 0, 0
    with swapping(project / "J1" / "data", project / "link") as swaps:
        for _ in range(ROUNDS):
            try:
                with open_beneath(project, "J1/data/data.mrc") as file:
                    assert file.read() == b"inside"
                    read += 1
            except NotFound:
                refused += 1
        assert swaps() > 100

    assert read > 0
    assert refused > 0


def test_no_size_of_what_lies_outside_is_counted(project: Path, outside: Path) -> None:
    (outside / "data.mrc").write_bytes(b"x" * 1000)
    with swapping(project / "J1" / "data", project / "link"):
        sizes = {tree_size(project, "J1") for _ in range(ROUNDS)}

    assert sizes <= {5, 11}
    assert len(sizes) == 2


def test_no_file_outside_is_erased_while_its_folder_is_swapped(
    project: Path, outside: Path
) -> None:
    data = os.open(project / "J1" / "data", os.O_RDONLY)  # the folder, wherever it is
    freed = set()
    with swapping(project / "J1" / "data", project / "link") as swaps:
        for _ in range(ROUNDS):
            freed.add(erase_files(project, ["J1/data/data.mrc"]))
            os.close(os.open("data.mrc", os.O_CREAT, dir_fd=data))
        assert swaps() > 100
    os.close(data)

    assert freed == {0, 6}
    assert untouched(outside)


def test_no_file_outside_is_erased_while_the_job_directory_is_swapped(
    project: Path, outside: Path
) -> None:
    with swapping(project / "J1", project / "link") as swaps:
        for _ in range(ROUNDS):
            erase_job_directory(project, "J1")
            assert untouched(outside)
        assert swaps() > 100


def test_no_file_outside_is_erased_while_a_folder_in_it_is_swapped(
    project: Path, outside: Path
) -> None:
    for _ in range(ROUNDS // 25):
        nested = project / "J1" / "nested"
        for index in range(20):
            (nested / f"{index}").mkdir(parents=True, exist_ok=True)
            (nested / f"{index}" / "data.mrc").write_text("inside")
        with swapping(nested, project / "link"):
            erase_job_directory(project, "J1")
        assert untouched(outside)
        _tidy(project, outside)


def _tidy(project: Path, outside: Path) -> None:
    """Whatever of the two was left where: the link is back in its place."""
    link = project / "link"
    if link.is_symlink():
        return
    if link.exists():
        erase_job_directory(project, "link")
        link.rmdir()
    link.symlink_to(outside)
