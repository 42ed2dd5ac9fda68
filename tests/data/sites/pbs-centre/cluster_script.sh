#!/bin/bash
#PBS -N cryosparc_{{ project_uid }}_{{ job_uid }}
#PBS -l select=1:ncpus={{ num_cpu }}:ngpus={{ num_gpu }}:mem={{ (ram_gb*1000)|int }}mb:gputype={{ gputype }}
#PBS -l walltime={{ walltime|default('24:00:00') }}
#PBS -P {{ hpc_project }}
#PBS -o {{ job_dir_abs }}/
#PBS -e {{ job_dir_abs }}/

cd {{ project_dir_abs }}
{{ run_cmd }} > {{ job_dir_abs }}/pbs.out 2>&1
