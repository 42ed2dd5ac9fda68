"""A program of another version is lacking too; each is asked once."""

import os
from pathlib import Path

import pytest

from scheduler.executors import programs
from scheduler.executors.programs import Programs, Version, lacking
from scheduler.executors.wire import plain, read_as

FIVE = Version(("refine", "--version"), r"version: (\S+)", "5", "6")


def install(folder: Path, said: str) -> None:
    """A program that answers with `said`, and leaves a mark for each time that it is asked."""
    program = folder / "refine"
    program.write_text(f'#!/bin/sh\necho "$1" >> {folder}/asked\necho "{said}" >&2; exit 3\n')
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ("version: 5.0", False),
        ("RELION version: 5.0.1-commit-3d6c20", False),
        ("version: 5", False),
        ("version: 3.1.3", True),
        ("version: 6.0-beta", True),
        ("version: 10.2", True),
        ("usage: refine", False),
    ],
)
def test_the_version_that_a_program_says_is_compared_by_its_numbers(
    tmp_path: Path, said: str, *, lacks: bool
) -> None:
    install(tmp_path, said)

    found = lacking({"refine5": Programs(("refine",), (str(tmp_path),), FIVE)})

    assert found == ({"refine5": "refine ≥ 5, < 6"} if lacks else {})


def test_a_program_is_asked_anew_when_its_file_has_changed(tmp_path: Path) -> None:
    wanted = {"refine5": Programs(("refine",), (str(tmp_path),), FIVE)}
    install(tmp_path, "version: 3.1")

    twice = [lacking(wanted), lacking(wanted)]
    install(tmp_path, "version: 5.1")
    os.utime(tmp_path / "refine", ns=(0, 1))

    assert twice == [{"refine5": "refine ≥ 5, < 6"}] * 2
    assert lacking(wanted) == {}
    assert (tmp_path / "asked").read_text() == "--version\n" * 2


def test_whoever_is_not_asked_in_time_is_asked_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"refine5": Programs(("refine",), (str(tmp_path),), FIVE)}
    install(tmp_path, "version: 3.1")

    with monkeypatch.context() as hurried:
        hurried.setattr(programs, "ASKING_S", 0.0)
        at_first = lacking(wanted)

    assert at_first == {}
    assert lacking(wanted) == {"refine5": "refine ≥ 5, < 6"}


def test_one_that_does_not_answer_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"refine5": Programs(("refine",), (str(tmp_path),), FIVE)}
    install(tmp_path, "version: 3.1")

    with monkeypatch.context() as hurried:
        hurried.setattr(programs, "ANSWER_S", 0.0)
        at_first = lacking(wanted)

    assert at_first == {}
    assert lacking(wanted) == {"refine5": "refine ≥ 5, < 6"}


def test_programs_are_asked_as_they_are_run_without_the_servers_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANEKEEPER_MONGODB_URL", "mongodb://user:secret@db")
    program = tmp_path / "refine"
    program.write_text('#!/bin/sh\necho "version: 3.$LANEKEEPER_MONGODB_URL$MINOR"\n')
    program.chmod(0o755)
    rule = Version(("refine",), r"version: (\S+)", "3.7")

    lacks = lacking({"x": Programs(("refine",), (str(tmp_path),), rule, {"MINOR": "7"})})

    assert lacks == {}


def test_one_that_is_not_there_is_not_asked(tmp_path: Path) -> None:
    assert lacking({"x": Programs(("no_such_program",), (), FIVE)}) == {"x": "no_such_program"}
    assert lacking({"x": Programs((), (str(tmp_path),), FIVE)}) == {}


def test_a_wanted_version_travels_to_a_node() -> None:
    sent = Programs(("refine",), ("/opt/bin",), FIVE, {"MINOR": "7"})

    assert read_as(Programs, plain(sent)) == sent
    assert read_as(Programs, plain(Programs(("refine",)))) == Programs(("refine",))
