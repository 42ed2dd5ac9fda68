"""What is refused when the templates of a cluster are saved, and what CryoSPARC's files need."""

from typing import Any

import pytest

from domain.cluster_templates import checked, custom_names
from domain.documents.shapes import ClusterVar
from domain.documents.target import ClusterTemplates
from domain.error_codes import ErrorCode
from domain.errors import BadInput

SLURM = """#!/usr/bin/env bash
#### cryoSPARC cluster submission script template for SLURM
## {{ run_cmd }}            - the complete command string to run the job
#SBATCH --job-name cryosparc_{{ project_uid }}_{{ job_uid }}
#SBATCH -n {{ num_cpu }}
#SBATCH --gres=gpu:{{ num_gpu }}
#SBATCH --mem={{ (ram_gb*1000)|int }}MB
#SBATCH --account={{ account }}
#SBATCH --time={{ time|default('24:00:00') }}
#SBATCH -o {{ job_dir_abs }}/slurm.out

{{ run_cmd }}
"""


def templates(**changed: Any) -> ClusterTemplates:
    return ClusterTemplates(
        **{
            "send_cmd_tpl": "{{ command }}",
            "qsub_cmd_tpl": "sbatch {{ script_path_abs }}",
            "qstat_cmd_tpl": "squeue -j {{ cluster_job_id }}",
            "qdel_cmd_tpl": "scancel {{ cluster_job_id }}",
            "qinfo_cmd_tpl": "sinfo",
            "script_tpl": SLURM,
            **changed,
        }
    )


async def test_a_script_of_cryosparc_is_taken_as_it_is() -> None:
    found = await checked(templates())

    assert custom_names(found.variables) == ["account", "time"]
    assert {"run_cmd", "num_gpu", "cluster_job_id", "script_path_abs"} <= set(found.variables)


async def test_a_command_may_use_a_variable_that_the_target_gives() -> None:
    host = [ClusterVar(name="login_node", value="head1")]

    found = await checked(
        templates(send_cmd_tpl="ssh {{ login_node }} {{ command }}", custom_vars=host)
    )

    assert custom_names(found.variables) == ["account", "login_node", "time"]


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"script_tpl": "#!/bin/sh\n{{ run_cmd"}, "scriptTpl", "Line 2"),
        ({"script_tpl": "{{ run_cmd }}"}, "scriptTpl", "must begin with #!"),
        ({"script_tpl": "#!/bin/sh\r\n{{ run_cmd }}"}, "scriptTpl", "line ends of Windows"),
        ({"script_tpl": " \n"}, "scriptTpl", "empty"),
        ({"script_tpl": "#!/bin/sh\n" + "x" * 65536}, "scriptTpl", "longer than"),
        ({"script_tpl": "#!/bin/sh\n{{ cluster_job_id }}"}, "scriptTpl", "cluster_job_id has no"),
        ({"send_cmd_tpl": "ssh {{ login_node }}"}, "sendCmdTpl", "login_node has no value here"),
        ({"qinfo_cmd_tpl": "sinfo {{ job_uid }}"}, "qinfoCmdTpl", "job_uid has no value here"),
        ({"qsub_cmd_tpl": "sbatch '{{ num_cpu }}"}, "qsubCmdTpl", "No closing quotation"),
        ({"qsub_cmd_tpl": "sbatch -J mine s.sh"}, "qsubCmdTpl", "Leave the job's name out"),
        ({"qsub_cmd_tpl": "sbatch --job-name=a s.sh"}, "qsubCmdTpl", "Leave the job's name out"),
        ({"qdel_cmd_tpl": "scancel\nrm -r ."}, "qdelCmdTpl", "one command in one line"),
        ({"qstat_cmd_tpl": "{{ job_uid.__class__ }}"}, "qstatCmdTpl", "SecurityError"),
        ({"script_tpl": "#!/bin/sh\n{{ x }}{{ x.__class__ }}"}, "scriptTpl", "SecurityError"),
    ],
)
async def test_a_template_that_cannot_be_used_is_refused_with_the_reason(
    changed: dict[str, str], field: str, reason: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        await checked(templates(**changed))

    assert (refusal.value.code, refusal.value.path) == (ErrorCode.INVALID_TEMPLATE, [field])
    assert reason in refusal.value.message


async def test_arithmetic_with_a_variable_that_only_jobs_give_is_not_judged() -> None:
    script = "#!/bin/sh\n#SBATCH --mem={{ ram_gb * multiplier }}\n"

    found = await checked(templates(script_tpl=script))

    assert custom_names(found.variables) == ["multiplier"]


@pytest.mark.parametrize(
    "variables",
    [
        [("run_cmd", "rm")],
        [("a", "1"), ("a", "2")],
        [("a b", "1")],
        [("a", "x" * 1001)],
    ],
)
async def test_custom_variables_that_cannot_be_meant_are_refused(
    variables: list[tuple[str, str]],
) -> None:
    custom = [ClusterVar(name=name, value=value) for name, value in variables]

    with pytest.raises(BadInput) as refusal:
        await checked(templates(custom_vars=custom))

    assert refusal.value.path == ["customVars"]


async def test_a_custom_value_with_a_line_break_is_refused() -> None:
    custom = [ClusterVar(name="account", value="a\n#SBATCH -p root")]

    with pytest.raises(BadInput) as refusal:
        await checked(templates(custom_vars=custom))

    assert refusal.value.code is ErrorCode.INVALID_TEMPLATE
    assert "control character" in refusal.value.message
