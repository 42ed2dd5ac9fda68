"""The full configuration of a target, for administrators."""

from typing import Annotated, TypeAlias

import strawberry

from domain import documents
from schema.described import attribute, object_type
from schema.job_run import ClusterVar
from schema.presenting import same_names


@object_type
class SshInfo:
    """How a node is reached over SSH."""

    host: str = attribute("Host name or address.")
    port: int = attribute("Port.")
    user: str = attribute("Login.")


@object_type
class NodeConfig:
    """Configuration of a node target."""

    ssh: SshInfo | None = attribute("SSH connection; null for this machine.")
    cpu_cores: int = attribute("CPU cores given to the scheduler.")
    gpus: list[int] = attribute("GPU indexes given to the scheduler.")
    ram_gb: float = attribute("Memory given to the scheduler, GiB; rounded down to slots of 8 GiB.")


@object_type
class ClusterConfig:
    """Configuration of a cluster target; templates are Jinja."""

    send_cmd_tpl: str = attribute("Wraps every command, e.g. with ssh.")
    qsub_cmd_tpl: str = attribute("Submits.")
    qstat_cmd_tpl: str = attribute("Asks for the state of one cluster job.")
    qdel_cmd_tpl: str = attribute("Deletes a cluster job.")
    qinfo_cmd_tpl: str = attribute("Shows the queues.")
    script_tpl: str = attribute("Submission script.")
    custom_vars: list[ClusterVar] = attribute(
        "Values of custom variables, unless a job gives its own."
    )


TargetConfig: TypeAlias = Annotated[
    ClusterConfig | NodeConfig,
    strawberry.union("TargetConfig", description="Configuration of a target."),
]


def show_config(target: documents.Target) -> ClusterConfig | NodeConfig:
    """Show how the target is set up: its templates, or its machine."""
    if target.cluster:
        variables = [ClusterVar(name=v.name, value=v.value) for v in target.cluster.custom_vars]
        plain = same_names(ClusterConfig, target.cluster, "custom_vars")
        return ClusterConfig(custom_vars=variables, **plain)
    return NodeConfig(
        ssh=SshInfo(**same_names(SshInfo, target.ssh)) if target.ssh else None,
        cpu_cores=target.cpu_cores,
        gpus=[gpu.index for gpu in target.gpus if gpu.enabled],
        ram_gb=target.ram_gb,
    )
