"""An instance as it looks on a working day: what `bench.pictures` takes its pictures of."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

from bench.dashboard_log import JOB_TYPES
from bench.product import Answer, Api, Unavailable

PROGRAM = JOB_TYPES.parent / "programs" / "classified.py"
TIMEOUT_S = 180.0
SMALL = {"count": 6, "size": 768, "particles_per_micrograph": 60}


@dataclass
class Stage:
    """A project with workspace W1, and its jobs by the names that this module gives them."""

    api: Api
    project: str
    jobs: dict[str, str] = field(default_factory=dict)

    async def add(
        self, name: str, type_: str, title: str, *, params: object = None, **inputs: str
    ) -> str:
        """A job; `inputs` name another one and its output: "ctf.exposures". Its uid."""
        connections = [
            {"input": slot, "parentJobUid": self.jobs[source], "output": output}
            for slot, (source, output) in ((s, i.split(".")) for s, i in inputs.items())
        ]
        made = await self.api.mutate(
            "createJob",
            "job { uid }",
            projectUid=self.project,
            workspaceUid="W1",
            type=type_,
            title=title,
            params=params or {},
            inputs=connections,
        )
        self.jobs[name] = made["job"]["uid"]
        return self.jobs[name]

    async def act(self, mutation: str, name: str, **options: object) -> None:
        """An action on one job."""
        target = {"job": {"uid": {"projectUid": self.project, "jobUid": self.jobs[name]}}}
        await self.api.mutate(mutation, "result { outcome }", target=target, **options)

    async def until(self, name: str, *statuses: str) -> None:
        """Wait until the job is in one of the statuses; raises Unavailable if it does not come."""
        give_up_at = monotonic() + TIMEOUT_S
        while (found := await self._status(name)) not in statuses:
            if monotonic() > give_up_at:
                raise Unavailable(f"{name} is {found}, not {statuses}")
            await asyncio.sleep(0.3)

    async def clear_away(self) -> None:
        """Leave nothing queued and nothing running: jobs outlive their server."""
        everything = {"filter": {"projectUids": [self.project]}}
        await self.api.mutate("clearJobs", "results { outcome }", jobs=everything)
        await self.api.mutate("killJobs", "results { outcome }", jobs=everything)
        for name in self.jobs:
            await self.until(name, "BUILDING", "COMPLETED", "FAILED", "KILLED")

    async def _status(self, name: str) -> str:
        ref = {"uid": {"projectUid": self.project, "jobUid": self.jobs[name]}}
        answer = await self.api.ask("query($j: JobRef!) { job(ref: $j) { status } }", j=ref)
        status: str = answer["job"]["status"]
        return status


async def furnished(api: Api) -> Stage:
    """Make everything, and wait until it is as it should look."""
    made: Answer = await api.mutate("createProject", "project { uid }", title="Apoferritin, grid 4")
    stage = Stage(api, made["project"]["uid"])
    for title in ("Picking, first look", "Classes"):
        where = {"projectUid": stage.project, "title": title}
        await api.mutate("createWorkspace", "workspace { uid }", **where)
    await api.mutate("createProject", "project { uid }", title="Ribosome, tilted")
    lane = {"name": "gpu", "type": "NODE", "title": "GPU workstations"}
    await api.mutate("createLane", "lane { name }", **lane)
    await _what_ran(stage)
    await _what_asks(stage)
    await _what_is_under_way(stage)
    return stage


async def _what_ran(stage: Stage) -> None:
    await stage.add("data", "simulate_data", "Six micrographs", params=SMALL)
    await stage.add("ctf", "ctf_estimation", "", exposures="data.micrographs")
    await stage.add("picks", "blob_picker", "Picks at 120 Å", micrographs="ctf.exposures")
    program = {"program": str(PROGRAM)}
    await stage.add("made", "classified", "Classes and exposures", params=program)
    await stage.add("broken", "classified", "Wrong path", params={"program": "/nowhere.py"})
    for name in ("data", "ctf", "picks", "made", "broken"):
        await stage.act("queueJob", name)
    for name in ("picks", "made", "broken"):
        await stage.until(name, "COMPLETED", "FAILED")

    await stage.add("killed", "sleeper", "Too slow")
    await stage.act("queueJob", "killed")
    await stage.until("killed", "RUNNING")
    await stage.act("killJob", "killed")
    await stage.until("killed", "KILLED")


async def _what_asks(stage: Stage) -> None:
    outputs = {"particles": "made.particles", "templates": "made.templates"}
    await stage.add("classes", "select_2D", "Good classes", **outputs)
    await stage.add("exposures", "curate_exposures_v2", "Thin ice", exposures="made.exposures")
    for name in ("classes", "exposures"):
        await stage.act("queueJob", name)
        await stage.until(name, "WAITING")


async def _what_is_under_way(stage: Stage) -> None:
    long = {"count": 400, "size": 1024}
    for title in ("Tilted, 20°", "Tilted, 40°"):
        await stage.add(title, "simulate_data", title, params=long)
        await stage.act("queueJob", title)
    for title in ("Strict threshold", "Loose threshold", "Low-pass 30 Å"):
        await stage.add(title, "blob_picker", title, micrographs="ctf.exposures")
        await stage.act("queueJob", title)
    await stage.add("building", "blob_picker", "Near carbon", micrographs="ctf.exposures")
    await stage.until("Tilted, 20°", "RUNNING")
