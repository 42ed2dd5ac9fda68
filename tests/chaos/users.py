"""Users who create, queue, kill and repeat jobs through the public API, whatever breaks."""

import asyncio
import random
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from pymongo.errors import PyMongoError

from tests.chaos.house import House, witness_params
from tests.integration.product import TOKEN

PATIENCE_S = 60.0
MOST_OPEN = 80
"""Jobs that wait or run at the same time, about."""
CLONES = 6
TIDY_S = 4.0
WRITTEN = frozenset({"APPLIED", "ACCEPTED"})
RESULT = "result { outcome job { runs status } errors { code } }"
RESULTS = "results { outcome errors { code } }"


@dataclass
class Diary:
    """What was acknowledged: jobs by uid, kills as (uid, run), accepted requests by mutation."""

    project: str = ""
    jobs: list[str] = field(default_factory=list)
    kills: set[tuple[str, int]] = field(default_factory=set)
    accepted: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    repeats: int = 0


class Users:
    """All users together; every mutation carries a key and is repeated until it is answered."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.diary = Diary()
        self._open_jobs = 0
        self._leaving = False
        self._house = house
        self._chance = chance
        headers = {"authorization": f"Bearer {TOKEN}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=5.0)

    async def settle_in(self) -> None:
        """Make the project and its workspace."""
        made = await self.mutate("createProject", "project { uid }", title="Chaos")
        self.diary.project = made["project"]["uid"]
        await self.mutate(
            "createWorkspace", "errors { code }", projectUid=self.diary.project, title="W"
        )

    async def live(self) -> None:
        """Act until told to leave; what was begun is seen through."""
        while not self._leaving:
            if self._open_jobs < MOST_OPEN:
                await self._submit()
            if self.diary.jobs and self._chance.random() < 0.3:
                await self._meddle(self._chance.choice(self.diary.jobs[-40:]))
            await asyncio.sleep(self._chance.expovariate(1 / 0.1))

    def leave(self) -> None:
        """Begin nothing new."""
        self._leaving = True

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def watch(self) -> None:
        """Look now and then how many jobs wait or run."""
        query = (
            "query($p: [ProjectUid!]) { jobs(filter: {projectUids: $p, statuses: "
            "[QUEUED, LAUNCHED, STARTED, RUNNING]}, first: 500) { nodes { uid } } }"
        )
        while True:
            with suppress(httpx.HTTPError, ValueError):
                data = await self._ask(query, {"p": [self.diary.project]})
                self._open_jobs = len(data["jobs"]["nodes"])
            await asyncio.sleep(0.3)

    async def tidy(self) -> None:
        """Now and then see that nothing waits for what has failed or was cleared."""
        while not self._leaving:
            await asyncio.sleep(TIDY_S)
            with suppress(PyMongoError):
                await self.queue_what_is_left()
                await self.repeat_what_others_wait_for()

    async def _submit(self) -> None:
        chance = self._chance
        params = witness_params(
            self._house.directory,
            gpus=chance.choice((0, 1, 1, 1, 2, 3)),
            seconds=round(chance.expovariate(1 / 0.2), 3),
        )
        inputs = []
        if self.diary.jobs and chance.random() < 0.3:
            parent = chance.choice(self.diary.jobs[-10:])
            inputs = [{"input": "before", "parentJobUid": parent, "output": "after"}]
        made = await self.mutate(
            "createJob",
            "job { uid buildErrors { message } }",
            projectUid=self.diary.project,
            workspaceUid="W1",
            type="witness",
            params=params,
            inputs=inputs,
        )
        assert not made["errors"], made
        assert not made["job"]["buildErrors"], made
        await self._queue_all([made["job"]["uid"], *await self._clones()])

    async def _clones(self) -> list[str]:
        """Clones of some earlier jobs: several jobs by one request."""
        known = self.diary.jobs
        sources = self._chance.sample(known, min(CLONES, len(known)))
        if not sources:
            return []
        fields = "results { outcome errors { code } createdJob { uid } }"
        made = await self.mutate("cloneJobs", fields, jobs=self._selection(sources))
        return [result["createdJob"]["uid"] for result in made["results"]]

    async def _queue_all(self, uids: list[str]) -> None:
        """Queue them, whoever else may have done so already."""
        queued = await self.mutate("queueJobs", RESULTS, jobs=self._selection(uids))
        assert not queued["errors"], queued
        self.diary.jobs += uids

    def _selection(self, uids: list[str]) -> dict[str, Any]:
        return {"jobs": [self._target(uid) for uid in uids]}

    async def _meddle(self, uid: str) -> None:
        """Kill the job if it is active; else clear, restart or queue it, as it allows."""
        result = await self._act("killJob", uid)
        job = result["job"]
        if result["outcome"] in WRITTEN:
            self.diary.kills.add((uid, job["runs"]))
        elif job and job["status"] in ("KILLED", "FAILED"):
            await self._act(self._chance.choice(("clearJob", "restartJob")), uid)
        elif job and job["status"] == "BUILDING":
            await self._act("queueJob", uid)
        elif job and job["status"] == "QUEUED" and self._chance.random() < 0.2:
            await self._act("clearJob", uid)
            await self._act("queueJob", uid)

    async def queue_what_is_left(self) -> None:
        """Queue the jobs that are building, all at once."""
        rows = await asyncio.to_thread(self._house.rows, "jobs", {"status": "building"})
        if rows:
            selection = self._selection([row["uid"] for row in rows])
            await self.mutate("queueJobs", RESULTS, jobs=selection)

    async def repeat_what_others_wait_for(self) -> None:
        """Restart the jobs that did not complete and have children in the queue, all at once."""
        rows = await asyncio.to_thread(self._house.rows, "jobs")
        wanted = {uid for row in rows if row["status"] == "queued" for uid in row["parents"]}
        failed = [r["uid"] for r in rows if r["status"] in ("killed", "failed")]
        uids = [uid for uid in failed if uid in wanted]
        if uids:
            await self.mutate("restartJobs", RESULTS, jobs=self._selection(uids))

    async def _act(self, mutation: str, uid: str) -> dict[str, Any]:
        payload = await self.mutate(mutation, RESULT, target=self._target(uid))
        result: dict[str, Any] = payload["result"]
        return result

    def _target(self, uid: str) -> dict[str, Any]:
        return {"job": {"uid": {"projectUid": self.diary.project, "jobUid": uid}}}

    async def mutate(self, name: str, fields: str, /, **input: Any) -> dict[str, Any]:
        """The payload, as soon as somebody answers."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        query = (
            f"mutation($input: {kind}!) {{ {name}(input: $input) {{"
            f" errors {{ code message }} {fields} }} }}"
        )
        key, give_up_at = uuid.uuid4().hex, time.monotonic() + PATIENCE_S
        self.diary.requests += 1
        while True:
            try:
                data = await self._ask(query, {"input": {**input, "idempotencyKey": key}})
                payload: dict[str, Any] = data[name]
                if any(e["code"] == "IDEMPOTENCY_KEY_IN_FLIGHT" for e in payload["errors"]):
                    raise ValueError("the first try still runs somewhere")
                self.diary.accepted[name] += is_accepted(payload)
                return payload
            except (httpx.HTTPError, ValueError) as error:
                if time.monotonic() > give_up_at:
                    raise TimeoutError(f"{name} was never answered: {error!r}") from error
                self.diary.repeats += 1
                await asyncio.sleep(0.2)

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        url = self._chance.choice(self._house.urls)
        answer = await self._http.post(
            f"{url}/graphql", json={"query": query, "variables": variables}
        )
        content = answer.json()
        if content.get("data") is None or "errors" in content:
            raise ValueError(content.get("errors"))
        data: dict[str, Any] = content["data"]
        return data


def is_accepted(payload: dict[str, Any]) -> bool:
    """Whether a request that was answered so was not refused, though it may have changed nothing.

    To clear what is building is no error, and on record as any other success.
    """
    results = payload.get("results") or [payload.get("result")]
    told = [result for result in results if result is not None]
    done = any(result["outcome"] in WRITTEN for result in told)
    return not payload["errors"] and (done or not any(result["errors"] for result in told))
