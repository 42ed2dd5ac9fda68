#!/bin/bash
#SBATCH --job-name={{ job_type }}_{{ project_uid }}_{{ job_uid }}
#SBATCH --output={{ job_log_path_abs }}.slurm
#SBATCH --ntasks={{ num_cpu }}
#SBATCH --mem={{ mem_gb|default(ram_gb)|int }}G
{%- if num_gpu == 0 %}
#SBATCH --partition=cpu
{%- else %}
#SBATCH --partition=gpu
#SBATCH --gres=gpu:a100:{{ num_gpu }}
{%- endif %}
#SBATCH --comment="created by {{ cryosparc_username }}"
module purge
export TMPDIR=$SLURM_TMPDIR
{{ worker_bin_path }} {{ run_args }}
