"""What we rely on in Slurm's commands: a newer Slurm that answers otherwise is noticed here."""

from pathlib import Path

import pytest

from scheduler.executors.cluster_queue import ALL_MINE
from tests.lanes.slurm import Slurm


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "job.sh"
    path.write_text(f"#!/bin/sh\n#SBATCH --output={tmp_path}/out\nexec true\n")
    return path


def lasting(script: Path) -> Path:
    script.write_text(script.read_text().replace("exec true", "exec sleep 60"))
    return script


def test_one_call_lists_active_and_ended_jobs_with_their_names(slurm: Slurm, script: Path) -> None:
    ended = slurm.submit(script, "--job-name=first|one")
    slurm.until_job(ended, "COMPLETED")
    held = slurm.submit(script, "--job-name=second", "--hold")

    rows = slurm.call(*ALL_MINE).stdout.splitlines()

    [node] = {row.split("|")[3] for row in rows if row.startswith(f"{ended}|")}
    assert node in slurm.files.shape.names
    assert f"{ended}|COMPLETED|None|{node}|first|one" in rows
    assert f"{held}|PENDING|JobHeldUser||second" in rows
    slurm.call("scancel", held)


def test_an_unknown_id_fails_alone_and_is_left_out_among_others(slurm: Slurm, script: Path) -> None:
    known = slurm.submit(script, "--hold")

    alone = slurm.call("squeue", "-h", "-j", "99999")
    both = slurm.call("squeue", "-h", "-o", "%i", "-j", f"99999,{known}")

    assert alone.returncode == 1
    assert "Invalid job id specified" in alone.stderr
    assert (both.returncode, both.stdout.split()) == (0, [known])
    slurm.call("scancel", known)


def test_cancelling_what_is_over_or_unknown_succeeds_without_a_word(
    slurm: Slurm, script: Path
) -> None:
    ended = slurm.submit(script)
    slurm.until_job(ended, "COMPLETED")

    for id in (ended, "99999"):
        answer = slurm.call("scancel", id)

        assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_cancelling_by_name_and_id_spares_a_job_of_another_name(slurm: Slurm, script: Path) -> None:
    id = slurm.submit(script, "--job-name=ours", "--hold")

    slurm.call("scancel", "--name=theirs", id)
    spared = slurm.job(id)
    slurm.call("scancel", "--name=ours", id)

    assert spared == ("PENDING", "JobHeldUser")
    slurm.until_job(id, "CANCELLED")


def test_later_directives_win_and_those_after_a_command_are_ignored(
    slurm: Slurm, tmp_path: Path
) -> None:
    script = tmp_path / "job.sh"
    lines = ("#!/bin/sh", "#SBATCH --job-name=a", "#SBATCH --job-name=b", "true", "#SBATCH -J c")
    script.write_text("\n".join(lines) + "\n")

    id = slurm.submit(script, "--hold")

    assert slurm.call("squeue", "-h", "-o", "%j", "-j", id).stdout.strip() == "b"
    slurm.call("scancel", id)


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (["--partition=nowhere"], 1, "invalid partition specified"),
        (["--gres=gpu:3"], 1, "Requested node configuration is not available"),
        (["--gres=tpu:1"], 1, "Invalid generic resource"),
        (["--mem=900G"], 1, "Memory specification can not be satisfied"),
        (["--time=soon"], 255, "Invalid --time specification"),
        (["--no-such-option"], 255, "unrecognized option"),
    ],
)
def test_a_submit_that_is_wrong_is_refused_with_a_sentence(
    slurm: Slurm, script: Path, options: list[str], code: int, text: str
) -> None:
    answer = slurm.call("sbatch", *options, str(script))

    assert answer.returncode == code
    assert text in answer.stderr


@pytest.mark.parametrize("content", ["true\n", "", "#!/bin/sh\r\ntrue\r\n"])
def test_a_script_without_a_shebang_or_with_windows_lines_is_refused(
    slurm: Slurm, tmp_path: Path, content: str
) -> None:
    script = tmp_path / "job.sh"
    script.write_text(content)

    answer = slurm.call("sbatch", str(script))

    assert answer.returncode == 1
    assert "sbatch: error:" in answer.stderr


def test_what_can_never_start_is_accepted_and_waits_with_its_reason(
    slurm: Slurm, script: Path
) -> None:
    failed = slurm.submit(script, "--hold")
    slurm.call("scancel", failed)
    id = slurm.submit(script, f"--dependency=afterok:{failed}")

    slurm.until(lambda: slurm.job(id) == ("PENDING", "DependencyNeverSatisfied"), "the reason")

    slurm.call("scancel", id)


def test_gpus_are_told_to_the_job_by_index(slurm: Slurm, tmp_path: Path) -> None:
    script = tmp_path / "job.sh"
    script.write_text(f"#!/bin/sh\nexec env > {tmp_path}/env\n")

    slurm.until_job(slurm.submit(script, "--gres=gpu:2"), "COMPLETED")

    assert "CUDA_VISIBLE_DEVICES=0,1" in (tmp_path / "env").read_text().splitlines()


def test_a_missing_output_directory_ends_the_job_without_a_log(
    slurm: Slurm, script: Path, tmp_path: Path
) -> None:
    id = slurm.submit(script, f"--output={tmp_path}/nowhere/out")

    slurm.until_job(id, "FAILED")

    assert slurm.job(id) == ("FAILED", "JobLaunchFailure")


def test_a_cancelled_job_gets_a_signal_before_it_is_killed(slurm: Slurm, tmp_path: Path) -> None:
    script = tmp_path / "job.sh"
    program = f"trap 'echo told > {tmp_path}/told; exit' TERM; echo > {tmp_path}/up; "
    script.write_text(f"#!/bin/sh\n{program}while :; do sleep 0.05; done\n")
    id = slurm.submit(script)
    slurm.until((tmp_path / "up").exists, "the job to run")

    slurm.call("scancel", id)

    slurm.until_job(id, "CANCELLED")
    assert (tmp_path / "told").read_text() == "told\n"
