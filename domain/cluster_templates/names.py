"""The variables of cluster templates, by CryoSPARC's names (04-lifecycle, section 7)."""

from collections.abc import Iterable, Mapping

OF_SCRIPTS = frozenset(
    {
        *("run_cmd", "num_cpu", "num_gpu", "ram_gb", "job_dir_abs", "project_dir_abs"),
        *("job_log_path_abs", "worker_bin_path", "run_args", "project_uid", "job_uid"),
        *("job_creator", "cryosparc_username", "job_type"),  # the 14 of CryoSPARC v4
        *("username", "num_gpu_or_1", "priority", "lane", "queued_by", "ssd_required"),  # ours
    }
)
KNOWN_IN: Mapping[str, frozenset[str]] = {
    "script_tpl": OF_SCRIPTS,
    "send_cmd_tpl": frozenset({"command"}),
    "qsub_cmd_tpl": OF_SCRIPTS | {"script_path_abs"},
    "qstat_cmd_tpl": OF_SCRIPTS | {"cluster_job_id"},
    "qdel_cmd_tpl": OF_SCRIPTS | {"cluster_job_id"},
    "qinfo_cmd_tpl": frozenset(),
}
"""Template → the variables that always have a value there."""

TEMPLATES = tuple(KNOWN_IN)
"""The names of the templates, as their fields are called."""

OF_JOBS = frozenset({"script_tpl", "qsub_cmd_tpl", "qstat_cmd_tpl", "qdel_cmd_tpl"})
"""The templates that are rendered for a job, so that a job can give values of its own."""

RESERVED = frozenset().union(*KNOWN_IN.values())
"""Names that no custom variable may have."""


def custom_names(variables: Iterable[str]) -> list[str]:
    """Those of the variables that are a site's own, in order."""
    return [name for name in variables if name not in RESERVED]
