"""Directories that appear whole or not at all, whatever happens while they are made."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from domain.errors import NotFound
from domain.files import erase_directory, erase_unfinished, open_beneath, unfinished_tree

PLACE = "exports/jobs/J1"


class Fault(Exception):
    """Something goes wrong in the middle."""


def publish(project: Path, content: bytes, *, replace: bool = False) -> None:
    with unfinished_tree(project, PLACE, "test") as tree:
        tree.write("a/b/data", [content])
        tree.publish(replace=replace)


def names(project: Path) -> list[str]:
    folder = project / "exports" / "jobs"
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


def test_a_file_is_copied_with_its_sum(project: Path) -> None:
    content = os.urandom(3 * 1024 * 1024 + 1)
    (project / "J1" / "data").write_bytes(content)
    told: list[int] = []

    with (
        unfinished_tree(project, PLACE, "test", told.append) as tree,
        open_beneath(project, "J1/data") as source,
    ):
        written = tree.copy(source, "files/data")
        tree.publish()

    assert (project / PLACE / "files" / "data").read_bytes() == content
    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert (written.path, written.size_bytes, sum(told)) == ("files/data", *[len(content)] * 2)


def test_nothing_is_left_of_what_was_not_published(project: Path) -> None:
    def make_and_fail() -> None:
        with unfinished_tree(project, PLACE, "test") as tree:
            tree.write("a/b/data", [b"half"])
            assert names(project) == [".J1.test.unfinished"]
            raise Fault

    with pytest.raises(Fault):
        make_and_fail()

    assert names(project) == []


def test_what_a_crash_has_left_is_erased(project: Path) -> None:
    left = project / "exports" / "jobs" / ".J1.earlier.unfinished"
    (left / "a").mkdir(parents=True)
    other = left.parent / ".J11.earlier.unfinished"
    other.mkdir()

    erase_unfinished(project, PLACE)

    assert names(project) == [other.name]


def test_one_thought_dead_cannot_publish_what_another_goes_on_with(project: Path) -> None:
    with unfinished_tree(project, PLACE, "term-1") as old:
        old.write("data", [b"old"])
        with unfinished_tree(project, PLACE, "term-2") as new:
            new.write("data", [b"new"])
            new.publish()
        with pytest.raises(FileNotFoundError):
            old.publish(replace=True)

    assert (project / PLACE / "data").read_bytes() == b"new"
    assert names(project) == ["J1"]


def test_a_directory_in_the_way_is_kept_unless_it_is_to_be_replaced(project: Path) -> None:
    publish(project, b"first")

    with pytest.raises(FileExistsError):
        publish(project, b"second")

    assert (project / PLACE / "a" / "b" / "data").read_bytes() == b"first"
    assert names(project) == ["J1"]


def test_a_reader_sees_the_former_or_the_new_directory_and_never_none(project: Path) -> None:
    publish(project, b"0")
    stop, seen = threading.Event(), set()

    def read() -> None:
        while not stop.is_set():
            seen.add((project / PLACE).is_dir())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100):
        publish(project, b"%d" % number, replace=True)
    stop.set()
    reader.join()

    assert seen == {True}
    assert (project / PLACE / "a" / "b" / "data").read_bytes() == b"99"
    assert names(project) == ["J1"]


@pytest.mark.parametrize("link", ["exports", "exports/jobs"])
def test_nothing_is_made_through_a_link(project: Path, tmp_path: Path, link: str) -> None:
    (tmp_path / "outside").mkdir()
    (project / link).parent.mkdir(exist_ok=True)
    (project / link).symlink_to(tmp_path / "outside")

    with pytest.raises(NotADirectoryError):
        publish(project, b"data")

    assert list((tmp_path / "outside").iterdir()) == []


def test_no_file_is_written_through_a_link_or_over_another(project: Path, tmp_path: Path) -> None:
    with unfinished_tree(project, PLACE, "test") as tree:
        folder = project / "exports" / "jobs" / ".J1.test.unfinished"
        (folder / "out").symlink_to(tmp_path)
        (folder / "link").symlink_to(tmp_path / "secret")
        for path in ("out/secret", "link/secret"):
            with pytest.raises(NotADirectoryError):
                tree.write(path, [b"data"])
        with pytest.raises(FileExistsError):
            tree.write("link", [b"data"])
        with pytest.raises(NotFound):
            tree.write("../secret", [b"data"])

    assert (tmp_path / "secret").read_text() == "secret"


def test_a_directory_is_erased_with_its_unfinished_forms(project: Path) -> None:
    publish(project, b"data")
    (project / "exports" / "jobs" / ".J1.x.unfinished").mkdir()

    erase_directory(project, PLACE)
    erase_directory(project, "nowhere/J1")

    assert names(project) == []
