#!/bin/bash
#$ -S /bin/bash
#$ -N cs_{{ project_uid }}_{{ job_uid }}
#$ -q {% if num_gpu %}gpu.q{% else %}long.q{% endif %}
#$ -pe {{ pe|default("smp") }} {{ num_gpu_or_1 }}
#$ -l mem_free={{ (ram_gb / num_gpu_or_1)|round(0, "ceil")|int }}G
#$ -l h_rt={{ runtime }}
#$ -o {{ job_dir_abs }}
#$ -j y
#$ -R yes
export CUDA_VISIBLE_DEVICES=$SGE_GPU
{{ run_cmd }}
