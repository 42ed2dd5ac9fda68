"""Inputs of the mutations of clusters."""

from typing import cast

from strawberry import UNSET

from domain.cluster_templates import TEMPLATES
from domain.documents.shapes import ClusterVar
from domain.documents.target import ClusterTemplates
from domain.use_cases.target_changes import ClusterChanges
from domain.use_cases.targets import NewClusterTarget
from schema.described import attribute, input_type
from schema.given import changes_of, given
from schema.inputs.building import ClusterVarInput
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.inputs.targets import CLEARED, OF_ALL
from schema.scalars import BigInt


@input_type
class CreateClusterTargetInput:
    """Input of createClusterTarget."""

    lane: str = attribute("Lane.")
    name: str = attribute("Name, unique and never changed.")
    title: str | None = attribute("Title; the name if omitted.", default=UNSET)
    desc: str | None = attribute("Description.", default=UNSET)
    send_cmd_tpl: str = attribute("Wraps every command, e.g. with ssh.", default="{{ command }}")
    qsub_cmd_tpl: str = attribute("Submits a script.", default="qsub {{ script_path_abs }}")
    qstat_cmd_tpl: str = attribute(
        "Asks for the state of a cluster job.", default="qstat -as {{ cluster_job_id }}"
    )
    qdel_cmd_tpl: str = attribute("Deletes a cluster job.", default="qdel {{ cluster_job_id }}")
    qinfo_cmd_tpl: str = attribute("Shows the queues.", default="qstat -q")
    script_tpl: str = attribute("Submission script, a Jinja template.")
    custom_vars: list[ClusterVarInput] | None = attribute(
        "Values of custom variables, unless a job gives its own.", default=UNSET
    )
    worker_bin_path: str | None = attribute(
        "Worker executable; null for the built-in one.", default=UNSET
    )
    cache_path: str | None = attribute("SSD scratch path; null for none.", default=UNSET)
    cache_reserve_mb: int | None = attribute("MB to leave free on the SSD.", default=UNSET)
    cache_quota_mb: int | None = attribute("MB to use at most.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def new_target(self) -> NewClusterTarget:
        """What is to be made."""
        return NewClusterTarget(
            lane=self.lane,
            name=self.name,
            title=given(self.title),
            desc=given(self.desc),
            templates=ClusterTemplates(
                custom_vars=_documents(given(self.custom_vars) or []),
                **{name: getattr(self, name) for name in TEMPLATES},
            ),
            worker_bin_path=given(self.worker_bin_path),
            cache_path=given(self.cache_path),
            cache_reserve_mb=given(self.cache_reserve_mb),
            cache_quota_mb=given(self.cache_quota_mb),
        )


@input_type
class UpdateClusterTargetInput:
    """Input of updateClusterTarget."""

    name: str = attribute("Name.")
    lane: str | None = attribute("Lane to belong to, of the same type.", default=UNSET)
    title: str | None = attribute("New title.", default=UNSET)
    desc: str | None = attribute("New description.", default=UNSET)
    send_cmd_tpl: str | None = attribute("Wraps every command, e.g. with ssh.", default=UNSET)
    qsub_cmd_tpl: str | None = attribute("Submits a script.", default=UNSET)
    qstat_cmd_tpl: str | None = attribute("Asks for the state of a cluster job.", default=UNSET)
    qdel_cmd_tpl: str | None = attribute("Deletes a cluster job.", default=UNSET)
    qinfo_cmd_tpl: str | None = attribute("Shows the queues.", default=UNSET)
    script_tpl: str | None = attribute("Submission script, a Jinja template.", default=UNSET)
    custom_vars: list[ClusterVarInput] | None = attribute(
        "Values of custom variables, unless a job gives its own.", default=UNSET
    )
    worker_bin_path: str | None = attribute(
        "Worker executable; null for the built-in one.", default=UNSET
    )
    cache_path: str | None = attribute("SSD scratch path; null for none.", default=UNSET)
    cache_reserve_mb: int | None = attribute("MB to leave free on the SSD.", default=UNSET)
    cache_quota_mb: int | None = attribute("MB to use at most.", default=UNSET)
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the target changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> ClusterChanges:
        """What is to change; raises BadInput for null where it has no meaning."""
        values = changes_of(self, *OF_ALL, *TEMPLATES, "custom_vars", empty=CLEARED)
        if "custom_vars" in values:
            values["custom_vars"] = _documents(values["custom_vars"])
        return cast(ClusterChanges, values)


def _documents(variables: list[ClusterVarInput]) -> list[ClusterVar]:
    return [ClusterVar(name=variable.name, value=variable.value) for variable in variables]
