"""Templates to begin with, for each batch system; none lets a job be run again by the cluster.

Options: sbatch(1) of Slurm 22.05; qsub(1B) of OpenPBS 20; qsub(1) of Grid Engine 8.1. `partition`,
`queue`, `time`, `pe` and the like are custom variables, left out where they have no value.
"""

from collections.abc import Mapping

from domain.cluster_templates.systems import ClusterSystem
from domain.documents.target import ClusterTemplates

_SLURM_SCRIPT = """#!/bin/sh
#SBATCH --output={{ job_dir_abs }}/cluster.log
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={{ num_cpu }}
#SBATCH --mem={{ (ram_gb * 1000) | int }}M
{% if num_gpu %}#SBATCH --gres=gpu:{{ num_gpu }}{% endif %}
{% if partition | default('') %}#SBATCH --partition={{ partition }}{% endif %}
{% if account | default('') %}#SBATCH --account={{ account }}{% endif %}
{% if time | default('') %}#SBATCH --time={{ time }}{% endif %}
#SBATCH --no-requeue
exec {{ run_cmd }}
"""

_PBS_SCRIPT = """#!/bin/sh
#PBS -S /bin/sh
#PBS -o {{ job_dir_abs }}/cluster.log
#PBS -j oe
#PBS -l select=1:ncpus={{ num_cpu }}:mem={{ (ram_gb * 1000) | int }}mb\
{% if num_gpu %}:ngpus={{ num_gpu }}{% endif %}
{% if queue | default('') %}#PBS -q {{ queue }}{% endif %}
{% if account | default('') %}#PBS -A {{ account }}{% endif %}
{% if time | default('') %}#PBS -l walltime={{ time }}{% endif %}
#PBS -r n
exec {{ run_cmd }}
"""

_SGE_SCRIPT = """#!/bin/sh
#$ -S /bin/sh
#$ -o {{ job_dir_abs }}/cluster.log
#$ -j y
#$ -pe {{ pe | default('smp') }} {{ num_cpu }}
{% if num_gpu %}#$ -l gpu={{ num_gpu }}{% endif %}
{% if queue | default('') %}#$ -q {{ queue }}{% endif %}
{% if project | default('') %}#$ -P {{ project }}{% endif %}
{% if time | default('') %}#$ -l h_rt={{ time }}{% endif %}
#$ -r n
exec {{ run_cmd }}
"""

PRESETS: Mapping[ClusterSystem, ClusterTemplates] = {
    ClusterSystem.SLURM: ClusterTemplates(
        send_cmd_tpl="{{ command }}",
        qsub_cmd_tpl="sbatch {{ script_path_abs }}",
        qstat_cmd_tpl="squeue -j {{ cluster_job_id }}",
        qdel_cmd_tpl="scancel {{ cluster_job_id }}",
        qinfo_cmd_tpl="sinfo --format='%P %D %t %N %E'",
        script_tpl=_SLURM_SCRIPT,
    ),
    ClusterSystem.PBS: ClusterTemplates(
        send_cmd_tpl="{{ command }}",
        qsub_cmd_tpl="qsub {{ script_path_abs }}",
        qstat_cmd_tpl="qstat -as {{ cluster_job_id }}",
        qdel_cmd_tpl="qdel {{ cluster_job_id }}",
        qinfo_cmd_tpl="qstat -q",
        script_tpl=_PBS_SCRIPT,
    ),
    ClusterSystem.SGE: ClusterTemplates(
        send_cmd_tpl="{{ command }}",
        qsub_cmd_tpl="qsub -terse {{ script_path_abs }}",
        qstat_cmd_tpl="qstat -j {{ cluster_job_id }}",
        qdel_cmd_tpl="qdel {{ cluster_job_id }}",
        qinfo_cmd_tpl="qstat -g c",
        script_tpl=_SGE_SCRIPT,
    ),
}
"""Batch system → its templates; to be changed to what a site needs."""
