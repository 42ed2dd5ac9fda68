"""What the answers of batch systems mean, and how their scripts are marked."""

from dataclasses import replace

import pytest

from domain.cluster_templates import PRESETS
from domain.cluster_templates import marked as with_marks
from scheduler.executors.batch_systems import PBS, SGE, SLURM, BatchSystem
from scheduler.executors.cluster_queue import QueueRow

TOKEN = "P1-J2#3-0123abcd"
PBS_PRO = """
pbs-head:
                                                            Req'd  Req'd   Elap
Job ID          Username Queue    Jobname    SessID NDS TSK Memory Time  S Time
--------------- -------- -------- ---------- ------ --- --- ------ ----- - -----
1234567.pbs-he* anna     workq    lkabcdefg*    --    1   8   64gb 24:00 Q   --
   Not Running: Insufficient amount of resource: ngpus
1234568.pbs-he* bert     workq    other       31415   1   8   64gb 24:00 R 01:10
   Job run at Tue May 12 at 10:00 on (gpu1:ncpus=8)
1234569[].pbs-* bert     workq    array         --    1   8   64gb 24:00 B   --
"""
TORQUE = """
head1:
                                                                                  Req'd       Req'd       Elap
Job ID                  Username    Queue    Jobname          SessID  NDS   TSK   Memory      Time    S   Time
----------------------- ----------- -------- ---------------- ------ ----- ------ --------- --------- - ---------
12.head1                anna        batch    lkabcdefghijklm     --      1      8       --   24:00:00 C       --
13.head1                anna        batch    lkzzzzzzzzzzzzz     --      1      8       --   24:00:00 H       --
"""  # noqa: E501 - as it is printed
GRID_ENGINE = """<?xml version='1.0'?>
<job_info  xmlns:xsd="http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/">
  <queue_info>
    <job_list state="running">
      <JB_job_number>7</JB_job_number>
      <JAT_prio>0.55500</JAT_prio>
      <JB_name>lk-P1-J2-3-0123abcd</JB_name>
      <JB_owner>anna</JB_owner>
      <state>dr</state>
      <JAT_start_time>2026-05-12T10:00:00</JAT_start_time>
      <queue_name>gpu.q@node1</queue_name>
      <slots>8</slots>
    </job_list>
  </queue_info>
  <job_info>
    <job_list state="pending">
      <JB_job_number>8</JB_job_number>
      <JB_name>lk-P1-J3-1-0123abcd</JB_name>
      <JB_owner>anna</JB_owner>
      <state>Eqw</state>
      <slots>8</slots>
    </job_list>
  </job_info>
</job_info>
"""


def row(system: BatchSystem, output: str, name: str) -> QueueRow:
    rows = system.read(output)
    assert rows is not None
    return rows[system.shown(name)]


def marked(system: BatchSystem, script: str) -> list[str]:
    marks = replace(system.marks, name_of=lambda _: "ours")
    return with_marks(script, marks, TOKEN).splitlines()


def test_openpbs_says_why_a_job_waits_in_the_line_below_it() -> None:
    found = row(PBS, PBS_PRO, "lkabcdefghijklm")

    reason = "Not Running: Insufficient amount of resource: ngpus"
    assert found.waits == f"Cluster job 1234567 is pending ({reason})."
    assert not row(PBS, PBS_PRO, "other").is_pending


def test_torque_shows_ended_jobs_for_a_while() -> None:
    assert row(PBS, TORQUE, "lkabcdefghijklm").has_ended
    assert row(PBS, TORQUE, "lkzzzzzzzzzzzzz").waits == "Cluster job 13 is pending (held)."


def test_an_empty_answer_of_pbs_is_an_empty_queue_and_a_text_alone_is_none() -> None:
    assert PBS.read("\n") == {}
    assert PBS.read("Communication failure.\n") is None
    assert not PBS.is_life("Communication failure.\n")


def test_grid_engine_marks_jobs_that_will_not_start() -> None:
    running, failed = (row(SGE, GRID_ENGINE, f"lk-P1-J{n}-0123abcd") for n in ("2-3", "3-1"))

    assert (running.id, running.waits) == ("7", None)
    assert failed.waits == ("Cluster job 8 will not start (it could not be started; see qstat -j).")


@pytest.mark.parametrize(
    "output", ["", "error: commlib error", GRID_ENGINE[:600], GRID_ENGINE.replace("<slots>", "")]
)
def test_what_is_not_the_whole_document_of_grid_engine_is_no_answer(output: str) -> None:
    assert SGE.read(output) is None


@pytest.mark.parametrize(
    ("system", "output", "id"),
    [
        (SLURM, "Submitted batch job 12\n", "12"),
        (SLURM, "12\n", "12"),
        (SLURM, "12;cluster\n", "12"),
        (SLURM, "Submitted batch job 12 on cluster a\n", "12"),
        (SLURM, "Welcome!\nSubmitted batch job 12\nGoodbye!\n", "12"),
        (SLURM, "Welcome!\n", None),
        (PBS, "Welcome to node 7!\n12.head1.hpc.example\n", "12"),
        (PBS, "12\n", "12"),
        (PBS, "qsub: cannot connect to server head1 (errno=111)\n", None),
        (SGE, "12\n", "12"),
        (SGE, 'Your job 12 ("lk-P1-J2-3-0123abcd") has been submitted\n', "12"),
        (SGE, 'Ihr Auftrag 12 ("lk-P1-J2-3-0123abcd") wurde abgeschickt\n', "12"),
        (SGE, 'Your job 13 ("other") has been submitted\n', None),
        (SGE, "", None),
    ],
)
def test_the_id_is_on_a_line_that_can_be_nothing_else(
    system: BatchSystem, output: str, id: str | None
) -> None:
    assert system.read_id(output) == id


def test_names_are_as_long_as_the_system_takes_and_tell_attempts_apart() -> None:
    assert SLURM.marks.name_of(TOKEN) == SGE.marks.name_of(TOKEN) == "lk-P1-J2-3-0123abcd"
    short = {PBS.marks.name_of(f"P1-J2#3-{number:08x}") for number in range(1000)}
    assert {len(name) for name in short} == {15}
    assert len({PBS.shown(name) for name in short}) == 1000


@pytest.mark.parametrize(
    ("system", "theirs", "marks"),
    [
        (SLURM, "#SBATCH -J theirs", ["#SBATCH --job-name=ours", "#SBATCH --no-requeue"]),
        (PBS, "#PBS -N theirs", ["#PBS -N ours", "#PBS -r n"]),
    ],
)
def test_our_marks_come_after_the_templates_own_and_before_the_first_command(
    system: BatchSystem, theirs: str, marks: list[str]
) -> None:
    script = f"#!/bin/sh\n{theirs}\n\necho\n{theirs}\n"

    assert marked(system, script) == ["#!/bin/sh", theirs, "", *marks, "echo", theirs]


def test_grid_engine_heeds_directives_after_commands_so_ours_come_last() -> None:
    script = "#!/bin/sh\n#$ -N theirs\necho\n#$ -N late\n"

    assert marked(SGE, script) == [*script.splitlines(), "#$ -N ours", "#$ -r n"]


def test_the_list_is_asked_of_the_program_that_the_templates_name() -> None:
    elsewhere = next(iter(PRESETS.values())).model_copy(
        update={"qstat_cmd_tpl": "/opt/pbs/bin/qstat -f {{ cluster_job_id }}"}
    )

    assert PBS.at_its_place(("qstat", "-a"), elsewhere) == ["/opt/pbs/bin/qstat", "-a"]
    assert SLURM.at_its_place(("squeue", "-h"), elsewhere) == ["squeue", "-h"]
