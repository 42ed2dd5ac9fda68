"""Which batch system templates are for, and what is refused for each; the presets are usable."""

import pytest

from domain.cluster_templates import PRESETS, ClusterSystem, checked, custom_names, system_of
from domain.errors import BadInput

SLURM, PBS, SGE = ClusterSystem


@pytest.mark.parametrize(
    ("submit", "script", "system"),
    [
        ("sbatch {{ script_path_abs }}", "#!/bin/sh\n#PBS -q a\n", SLURM),
        ("ssh login 'sbatch {{ script_path_abs }}'", "#!/bin/sh\n", SLURM),
        ("/opt/pbs/bin/qsub {{ script_path_abs }}", "#!/bin/sh\n#PBS -q a\n", PBS),
        ("qsub {{ script_path_abs }}", "#!/bin/sh\n#$ -q a\n", SGE),
        ("qsub -terse {{ script_path_abs }}", "#!/bin/sh\n", SGE),
        ("qsub {{ script_path_abs }}", "#!/bin/sh\n", PBS),
        ("/site/submit {{ script_path_abs }}", "#!/bin/sh\n#SBATCH -p a\n", SLURM),
        ("/site/submit {{ script_path_abs }}", "#!/bin/sh\n#$ -q a\n#$ -j y\n#PBS -q a\n", SGE),
        ("bsub {{ script_path_abs }}", "#!/bin/sh\n#BSUB -q a\n", None),
    ],
)
def test_the_program_tells_the_system_or_else_the_directives(
    submit: str, script: str, system: ClusterSystem | None
) -> None:
    templates = PRESETS[SLURM].model_copy(update={"qsub_cmd_tpl": submit, "script_tpl": script})

    assert system_of(templates) is system


@pytest.mark.parametrize(
    ("system", "forbids"), [(SLURM, "--no-requeue"), (PBS, "#PBS -r n"), (SGE, "#$ -r n")]
)
async def test_a_preset_is_accepted_as_it_is_and_forbids_a_second_run(
    system: ClusterSystem, forbids: str
) -> None:
    templates = PRESETS[system]

    found = await checked(templates)

    assert system_of(templates) is system
    assert forbids in templates.script_tpl
    assert "time" in custom_names(found.variables)


@pytest.mark.parametrize(
    ("system", "submit"),
    [
        (SLURM, "sbatch --requeue {{ script_path_abs }}"),
        (SLURM, "sbatch -J mine {{ script_path_abs }}"),
        (PBS, "qsub -N mine {{ script_path_abs }}"),
        (PBS, "qsub -r y {{ script_path_abs }}"),
        (PBS, "qsub -J 1-9 {{ script_path_abs }}"),
        (SGE, "qsub -terse -N mine {{ script_path_abs }}"),
        (SGE, "qsub -t 1-9 -terse {{ script_path_abs }}"),
    ],
)
async def test_options_that_overrule_the_script_are_refused(
    system: ClusterSystem, submit: str
) -> None:
    with pytest.raises(BadInput, match="qsubCmdTpl: Leave the job's name out"):
        await checked(PRESETS[system].model_copy(update={"qsub_cmd_tpl": submit}))


async def test_the_options_of_one_system_are_no_faults_in_another() -> None:
    nodes = {"qsub_cmd_tpl": "sbatch -N 1 -t 60 {{ script_path_abs }}"}

    assert await checked(PRESETS[SLURM].model_copy(update=nodes))
