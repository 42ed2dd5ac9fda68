"""Files that a program leaves on its way: counted, shown, saved as versions; and how it ends."""

from pathlib import Path

import pytest

from tests.programs.project import Run
from tests.programs.site import run

DECLARATION = """
type = "grow"
version = 1
title = "Grow"
category = "utilities"
description = "Grows."
[run]
command = ["sh", "/opt/site/grow.sh"]
iterative = true
[[run.watch]]
glob = "{job_dir}/picture_*.png"
emit = "plot"
name = "Growth"
[[run.watch]]
glob = "{job_dir}/item_*"
emit = "item"
total = "{params.items}"
[[run.watch]]
glob = "{job_dir}/weights.*.txt"
emit = "version"
[run.collect.weights]
file = "{job_dir}/weights.{n}.txt"
[run.success]
file = "{job_dir}/done"
[params.items]
type = "integer"
default = 4
[outputs.weights]
type = "ml_model"
versions = true
"""
TOUCHED = '[run.stop]\ntouch = "{job_dir}/STOP"\n'
SIGNALLED = '[run.stop]\nsignal = "TERM"\n'
STOP_NOW = "mkdir -p J1/run/1/control; touch J1/run/1/control/stop; "
WAIT = "while :; do sleep 0.02; done"


def grown(directory: Path, program: str, more: str = "") -> Run:
    return run(directory, DECLARATION + more, program, {})


def versions_of(done: Run) -> list[tuple[str, object]]:
    return [(record["metafile"], record["version"]) for record in done.said("result")]


def test_files_on_the_way_are_counted_shown_and_saved(tmp_path: Path) -> None:
    done = grown(
        tmp_path,
        "touch J1/item_1 J1/item_2 J1/picture_1.png; echo 1 > J1/weights.1.txt; "
        "echo 2 > J1/weights.2.txt; echo x > J1/weights.best.txt; sleep 0.5; touch J1/done",
    )

    assert done.code == 0, done.stderr
    assert [(said["done"], said["total"]) for said in done.said("progress")] == [(2, 4)]
    assert [said["title"] for said in done.said("plot")] == ["Growth"]
    assert versions_of(done) == [
        *(("J1/weights.1.txt", 1), ("J1/weights.2.txt", 2)),
        ("J1/weights.2.txt", "F"),
    ]


def test_a_version_is_complete_when_its_mark_is_there(tmp_path: Path) -> None:
    declared = DECLARATION.replace(
        'emit = "version"', 'emit = "version"\ncomplete_when = "{job_dir}/{n}.complete"'
    )
    program = "echo 1 > J1/weights.1.txt; touch J1/1.complete; echo 2 > J1/weights.2.txt"

    done = run(tmp_path, declared, f"{program}; touch J1/done", {})

    assert versions_of(done) == [("J1/weights.1.txt", 1), ("J1/weights.1.txt", "F")]


def test_numbers_are_taken_as_they_are_written(tmp_path: Path) -> None:
    program = "echo 8 > J1/weights.008.txt; echo 12 > J1/weights.012.txt; touch J1/done"

    done = grown(tmp_path, program)

    assert versions_of(done) == [
        *(("J1/weights.008.txt", 8), ("J1/weights.012.txt", 12)),
        ("J1/weights.012.txt", "F"),
    ]


def test_without_the_file_of_success_it_has_failed(tmp_path: Path) -> None:
    done = grown(tmp_path, "echo 1 > J1/weights.1.txt")

    assert done.error == "The program has not succeeded: J1/done is not there."


@pytest.mark.parametrize(
    ("declared", "program"),
    [
        (
            TOUCHED,
            f"{STOP_NOW} until [ -e J1/STOP ]; do sleep 0.02; done; echo 7 > J1/weights.7.txt",
        ),
        (SIGNALLED, f"trap 'echo 7 > J1/weights.7.txt; exit 1' TERM; {STOP_NOW} {WAIT}"),
    ],
)
def test_an_early_end_keeps_what_the_program_leaves_when_asked(
    tmp_path: Path, declared: str, program: str
) -> None:
    done = grown(tmp_path, program, declared)

    assert (done.code, done.outcome) == (0, "completed_early")
    assert versions_of(done)[-1] == ("J1/weights.7.txt", "F")


def test_a_program_that_cannot_be_asked_is_ended_and_its_versions_are_kept(
    tmp_path: Path,
) -> None:
    program = f"echo 1 > J1/weights.1.txt; echo 2 > J1/weights.2.txt; sleep 0.5; {STOP_NOW} {WAIT}"

    done = grown(tmp_path, program)

    assert (done.code, done.outcome) == (0, "completed_early")
    assert versions_of(done)[-1] == ("J1/weights.1.txt", "F")  # the second may be half written


def test_one_that_does_not_heed_is_killed_when_its_time_is_over(tmp_path: Path) -> None:
    written = "echo 1 > J1/weights.1.txt; echo 2 > J1/weights.2.txt"
    heedless = f"trap '' TERM; {written}; {STOP_NOW} {WAIT}"

    done = grown(tmp_path, heedless, SIGNALLED + "within_s = 0.3\n")

    assert (done.code, done.outcome) == (0, "completed_early")
    assert versions_of(done)[-1] == ("J1/weights.1.txt", "F")


def test_an_early_end_without_anything_to_keep_fails(tmp_path: Path) -> None:
    done = grown(tmp_path, f"{STOP_NOW} {WAIT}")

    assert done.error == "The program was ended early; it has left nothing to keep."
