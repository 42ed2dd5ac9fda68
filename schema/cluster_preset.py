"""Templates to begin with when a cluster is connected."""

from domain.cluster_templates import PRESETS, ClusterSystem
from schema.described import attribute, describe, object_type
from schema.presenting import same_names

describe(
    ClusterSystem,
    "ClusterSystem",
    "A batch system that jobs can be submitted to.",
    {
        "SLURM": "Slurm.",
        "PBS": "OpenPBS, PBS Pro and Torque.",
        "SGE": "Grid Engine and its successors.",
    },
)


@object_type
class ClusterPreset:
    """Templates for a batch system, to be changed to what a site needs; none lets the cluster run
    a job again."""

    system: ClusterSystem = attribute("Batch system.")
    send_cmd_tpl: str = attribute("Wraps every command, e.g. with ssh.")
    qsub_cmd_tpl: str = attribute("Submits.")
    qstat_cmd_tpl: str = attribute("Asks for the state of one cluster job.")
    qdel_cmd_tpl: str = attribute("Deletes a cluster job.")
    qinfo_cmd_tpl: str = attribute("Shows the queues.")
    script_tpl: str = attribute("Submission script.")


def cluster_presets() -> list[ClusterPreset]:
    """One for each batch system."""
    return [
        ClusterPreset(system=system, **same_names(ClusterPreset, templates, "system"))
        for system, templates in PRESETS.items()
    ]
