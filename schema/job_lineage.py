"""Where a job comes from and what comes of it: parents, children, its source, the next steps."""

from domain.installed_programs import lacking_on
from domain.use_cases.quick_action import offers_of
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import ListSize
from schema.job_record import JobRecord
from schema.presenting import present
from schema.references import LaterJob


@object_type
class QuickAction:
    """A common next step that builds a job with its inputs already connected."""

    key: str = attribute("Stable key to pass to runQuickAction.")
    title: str = attribute("Menu text.")
    job_type: str = attribute("Type of the job that would be built.")
    inputs: list[str] = attribute("Inputs that would be connected.")


@object_type
class JobLineage(JobRecord):
    """A job's place among others."""

    @field(ListSize(assumed_size=10))
    async def parents(self, info: Info) -> list[LaterJob]:
        """Parent jobs."""
        ids = [f"{self.project_uid}-{uid}" for uid in self.document.parents]
        return [present(job) for job in await info.context.reads.jobs(ids)]

    @field(ListSize(assumed_size=10))
    async def children(self, info: Info) -> list[LaterJob]:
        """Child jobs."""
        children = await info.context.reads.children(self.document.id)
        return [present(job) for job in children]

    @field()
    async def cloned_from(self, info: Info) -> LaterJob | None:
        """Source of the clone."""
        source = self.document.cloned_from
        job = await info.context.reads.job(f"{self.project_uid}-{source}") if source else None
        return present(job) if job else None

    @field(ListSize(assumed_size=8))
    async def quick_actions(self, info: Info) -> list[QuickAction]:
        """Common next steps."""
        lacking = lacking_on(await info.context.reads.targets())
        return [
            QuickAction(
                key=offer.key,
                title=offer.title,
                job_type=offer.type,
                inputs=list(dict.fromkeys(wanted.input for wanted in offer.inputs)),
            )
            for offer in offers_of(self.document, info.context.catalogue, lacking)
        ]
