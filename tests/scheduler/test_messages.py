"""Reading programs' records: whole lines only, each once, nothing swallowed."""

import json
from pathlib import Path

import pytest

from scheduler.messages import read_messages


def line(seq: int, **content: object) -> bytes:
    return (
        b"\n"
        + json.dumps({"v": 1, "seq": seq, "t": 1.0, "type": "log", **content}).encode()
        + b"\n"
    )


def test_records_come_in_order_and_once(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_bytes(line(1) + line(2))
    first = read_messages(tmp_path, {})
    file.write_bytes(file.read_bytes() + line(3))

    second = read_messages(tmp_path, first.files)

    assert [record.seq for record in first.records] == [1, 2]
    assert [record.seq for record in second.records] == [3]


def test_a_line_without_its_end_is_left_for_later(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    whole = line(1) + line(2)
    file.write_bytes(whole[:-5])
    first = read_messages(tmp_path, {})
    file.write_bytes(whole)

    second = read_messages(tmp_path, first.files)

    assert [record.seq for record in first.records] == [1]
    assert [record.seq for record in second.records] == [2]


def test_a_torn_record_does_not_swallow_the_next(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_bytes(b'\n{"v":1,"seq":1,"ty' + line(2))

    reading = read_messages(tmp_path, {})

    assert [record.seq for record in reading.records] == [2]
    assert reading.torn == 1


def test_each_writer_has_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_bytes(line(1))
    (tmp_path / "messages.2.jsonl").write_bytes(line(1) + line(2))

    reading = read_messages(tmp_path, {})

    assert [(r.writer, r.seq) for r in reading.records] == [("2", 1), ("2", 2), ("", 1)]
    assert reading.files.keys() == {"messages_", "messages_2"}


def test_a_file_that_was_replaced_is_read_from_its_start(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_bytes(line(1) + line(2))
    known = read_messages(tmp_path, {}).files
    file.unlink()
    file.write_bytes(line(1))

    assert [record.seq for record in read_messages(tmp_path, known).records] == [1]


def test_a_spilled_record_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "spill").mkdir()
    (tmp_path / "spill" / "1.json").write_text(json.dumps({"type": "plot", "title": "big"}))
    (tmp_path / "messages.jsonl").write_bytes(line(1, type="spill", path="J1/run/1/spill/1.json"))

    reading = read_messages(tmp_path, {})

    assert [record.content["title"] for record in reading.records] == ["big"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "spill/../../secret"])
def test_a_spill_never_leads_out_of_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "spill").mkdir()
    (tmp_path / "messages.jsonl").write_bytes(line(1, type="spill", path=path))

    assert read_messages(tmp_path, {}).records == []


@pytest.mark.parametrize("bad", [b"null", b"[1]", b'"x"', b"{}", b'{"seq": "a"}', b"\xff\xfe"])
def test_what_is_not_a_record_is_counted_and_skipped(tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "messages.jsonl").write_bytes(bad + b"\n" + line(5))

    reading = read_messages(tmp_path, {})

    assert [record.seq for record in reading.records] == [5]
    assert reading.torn == 1


def test_records_are_not_read_through_a_link_out_of_the_attempt(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(line(1, type="log", text="secret"))
    attempt = tmp_path / "attempt"
    (attempt / "spill").mkdir(parents=True)
    (attempt / "messages.jsonl").symlink_to("../secret")
    (attempt / "spill" / "1.json").symlink_to("../../secret")
    (attempt / "messages.w.jsonl").write_bytes(line(1, type="spill", path="1.json"))

    assert read_messages(attempt, {}).records == []
