"""Paths in tables follow their files, and nothing else in a table changes."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scheduler.exports.relocate import (
    Relocation,
    paths_in_table,
    relocate_star,
    relocate_table,
)

MOVED = Relocation("J1", "J1234", frozenset({"J9/a.mrc", "raw/b c.mrc"}))
ROWS = [
    (2**63, b"J1/a.mrc", 0.5, (1, 2), b"J1/x"),
    (7, b"J9/a.mrc", 1.5, (3, 4), b"J1/y"),
    (8, b"/data/J1/a.mrc", 2.5, (5, 6), b""),
    (9, b"J9/other.mrc", np.nan, (7, 8), b"\xff"),
]
COLUMNS = [
    ("uid", "<u8"),
    ("micrograph_blob/path", "S16"),
    ("ctf/df1_A", "<f4"),
    ("micrograph_blob/shape", "<u4", (2,)),
    ("ctf/type", "S8"),
]


def saved(table: NDArray[Any]) -> io.BytesIO:
    file = io.BytesIO()
    np.save(file, table, allow_pickle=False)
    file.seek(0)
    return file


def relocated(file: io.BytesIO) -> NDArray[np.void] | None:
    written = io.BytesIO()
    if not relocate_table(file, written.write, MOVED):
        assert written.getvalue() == b""
        return None
    written.seek(0)
    table: NDArray[np.void] = np.load(written, allow_pickle=False)
    return table


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("J1/a.mrc", "J1234/a.mrc"),
        ("./J1//a.mrc", "J1234/a.mrc"),
        ("J9/a.mrc", "J1234/external/J9/a.mrc"),
        ("J9/b.mrc", "J9/b.mrc"),
        ("J12/a.mrc", "J12/a.mrc"),
        ("/J1/a.mrc", "/J1/a.mrc"),
        ("../J1/a.mrc", "../J1/a.mrc"),
        ("J1", "J1"),
        ("", ""),
    ],
)
def test_a_path_follows_its_file(path: str, after: str) -> None:
    assert MOVED(path) == after


def test_only_paths_change_and_their_field_grows_where_it_must() -> None:
    table = np.array(ROWS, COLUMNS)

    after = relocated(saved(table))

    assert after is not None
    assert after["micrograph_blob/path"].tolist() == [
        b"J1234/a.mrc",
        b"J1234/external/J9/a.mrc",
        b"/data/J1/a.mrc",
        b"J9/other.mrc",
    ]
    for name in ("uid", "ctf/df1_A", "micrograph_blob/shape", "ctf/type"):
        assert after[name].tobytes() == table[name].tobytes()
        assert after.dtype[name] == table.dtype[name]


def test_a_table_of_several_blocks_is_relocated_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.exports.relocate._BLOCK_BYTES", 100)
    table = np.array(ROWS * 50, COLUMNS)

    after = relocated(saved(table))

    assert after is not None
    assert np.array_equal(after["uid"], table["uid"])
    assert set(after["micrograph_blob/path"][::4].tolist()) == {b"J1234/a.mrc"}


def test_the_paths_of_a_table_are_found() -> None:
    found = paths_in_table(saved(np.array(ROWS, COLUMNS)))

    assert found == {"J1/a.mrc", "J9/a.mrc", "/data/J1/a.mrc", "J9/other.mrc"}


def test_a_table_without_such_paths_stays_as_it_is() -> None:
    assert relocated(saved(np.array(ROWS[2:], COLUMNS))) is None
    assert relocated(saved(np.array([], COLUMNS))) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a table",
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x01\x00\x10\x00" + b"(" * 16,
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}",
        b"\x93NUMPY\x03\x00\x10\x00\x00\x00" + b" " * 16,
        saved(np.zeros(3)).getvalue(),
        saved(np.array(ROWS, COLUMNS)).getvalue()[:-1],
        saved(np.array(ROWS, COLUMNS)).getvalue()[:-45],
    ],
)
def test_what_is_no_whole_table_of_rows_stays_as_it_is(content: bytes) -> None:
    assert relocated(io.BytesIO(content)) is None


def test_a_table_with_pickles_is_not_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([({},)], [("path", "O")]), allow_pickle=True)

    assert paths_in_table(io.BytesIO((tmp_path / "a.npy").read_bytes())) == set()


def test_words_of_a_star_file_that_are_paths_follow_their_files() -> None:
    star = b"_rlnImageName\n12@J1/a.mrcs 1.5 'raw/b c.mrc'\t\"J1/d e.mrc\" /J1/a x/y J9/a.mrc\n"
    written = io.BytesIO()

    assert relocate_star(io.BytesIO(star), written.write, MOVED)

    assert written.getvalue() == (
        b"_rlnImageName\n12@J1234/a.mrcs 1.5 'J1234/external/raw/b c.mrc'\t"
        b'"J1234/d e.mrc" /J1/a x/y J1234/external/J9/a.mrc\n'
    )


def test_a_star_file_without_such_paths_stays_as_it_is() -> None:
    written = io.BytesIO()

    assert not relocate_star(io.BytesIO(b"loop_\nx/y 1\n\xff/\xfe\n"), written.write, MOVED)

    assert written.getvalue() == b""
