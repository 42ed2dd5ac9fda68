"""One round of chaos on a far lane: 60 jobs, faults for a while, then calm, then judgement."""

import asyncio
import getpass
import os
import random
import time
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.cluster_templates import PRESETS, ClusterSystem
from tests.chaos.house import House, witness_params
from tests.chaos.lane_faults import LaneFaults, SlurmFaults, SshFaults
from tests.chaos.nursery import running_nursery
from tests.chaos.referee import DONE, Log, in_the_jobs, in_the_log
from tests.chaos.run import Report, ready
from tests.chaos.users import RESULTS, Users
from tests.lanes.slurm import private_slurm
from tests.lanes.sshd import Sshd

JOBS, GROUPS = 60, 12
FAULTS_S = 40.0
CALM_S = 300.0
"""A job that gives no sign of life is given up after a minute."""
MEAN_S = 2.0
LANE = "far"


@dataclass(frozen=True)
class Far:
    """What runs: the house, what breaks it, and how the lane and its target are made."""

    house: House
    faults: LaneFaults
    kind: str
    mutation: str
    target: Mapping[str, object]


async def lane_chaos(directory: Path, *, lane: str, seed: int) -> Report:
    """Run a house of its own below `directory`, which must be empty; `lane` is slurm or ssh."""
    began, chance = time.monotonic(), random.Random(seed)
    with LANES[lane](directory, chance) as far:
        users = Users(far.house, chance)
        try:
            await ready(far.house)
            await far.faults.mend()
            await users.settle_in()
            await _connect(users, far)
            await _break_while(far.faults, _submit(users, far.house, chance))
            calm_s = await _end(far)
        finally:
            await users.close()
        found, counts = _judged(far, users)
        counts["s until calm"] = round(calm_s)
        return Report(seed, time.monotonic() - began, counts, found)


def _judged(far: Far, users: Users) -> tuple[list[str], Counter[str]]:
    """Everything that is wrong, and what happened."""
    log, rows = Log.of(far.house), {row["uid"]: row for row in far.house.rows("jobs")}
    victims = far.faults.may_have_failed(rows.values())
    found = [*_in_the_log(log), *in_the_jobs(log, rows, users.diary, victims)]
    jobs = rows.values()
    failed = (f"failed by {row['exit_reason']}" for row in jobs if row["status"] == "failed")
    counts = Counter(f"jobs {row['status']}" for row in jobs) + Counter(failed)
    return found, far.faults.counts + counts + Counter(runs=len(log.of_event("begin")))


async def _connect(users: Users, far: Far) -> None:
    await users.mutate("createLane", "lane { name }", name=LANE, type=far.kind)
    made = await users.mutate(far.mutation, "target { name }", lane=LANE, name=LANE, **far.target)
    assert not made["errors"], made
    (far.house.locks / "cap").write_text("1")


def _in_the_log(log: Log) -> list[str]:
    """Which cores and GPUs are used is the lane's to say here."""
    lines = [line for line in log.lines if not str(line.get("on")).startswith(("cpu", "gpu"))]
    return in_the_log(Log(lines))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


async def _break_while(faults: LaneFaults, work: Coroutine[None, None, None]) -> None:
    """At least FAULTS_S, and until the work is done."""
    async with asyncio.TaskGroup() as group:
        striking = group.create_task(faults.strike())
        least = group.create_task(asyncio.sleep(FAULTS_S))
        await group.create_task(work)
        await least
        striking.cancel()


async def _submit(users: Users, house: House, chance: random.Random) -> None:
    for _ in range(GROUPS):
        uids = [await _make(users, house, chance) for _ in range(JOBS // GROUPS)]
        jobs = [{"job": {"uid": {"projectUid": users.diary.project, "jobUid": u}}} for u in uids]
        await users.mutate("queueJobs", RESULTS, jobs={"jobs": jobs}, lane=LANE)
        users.diary.jobs += uids
        await asyncio.sleep(chance.uniform(0, FAULTS_S / GROUPS))


async def _make(users: Users, house: House, chance: random.Random) -> str:
    seconds = round(chance.expovariate(1 / MEAN_S), 3)
    made = await users.mutate(
        "createJob",
        "job { uid }",
        projectUid=users.diary.project,
        workspaceUid="W1",
        type="witness",
        params=witness_params(house.directory, gpus=0, seconds=seconds),
    )
    uid: str = made["job"]["uid"]
    return uid


async def _end(far: Far) -> float:
    """Mend all, and wait until every job has ended, CALM_S at most; the seconds."""
    began = time.monotonic()
    await far.faults.mend()
    resuming = asyncio.create_task(far.faults.resume_nodes())
    while not await asyncio.to_thread(_have_ended, far.house):
        if time.monotonic() > began + CALM_S:
            break
        await asyncio.sleep(0.5)
    resuming.cancel()
    await asyncio.gather(resuming, return_exceptions=True)
    return time.monotonic() - began


def _have_ended(house: House) -> bool:
    attempts = house.rows("attempts")
    is_over = all(attempt["state"] in ("ended", "void") for attempt in attempts)
    return is_over and all(row["status"] in DONE for row in house.rows("jobs"))


@contextmanager
def _house(directory: Path, **environment: str) -> Iterator[House]:
    before = dict(os.environ)
    os.environ.update(environment)
    with running_nursery() as nursery:
        house = House(directory, nursery, schedulers=2, apis=1)
        house.start()
        try:
            yield house
        finally:
            house.end()
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _slurm(directory: Path, chance: random.Random) -> Iterator[Far]:
    names = ("send_cmd_tpl", "qsub_cmd_tpl", "qstat_cmd_tpl", "qdel_cmd_tpl", "qinfo_cmd_tpl")
    preset = PRESETS[ClusterSystem.SLURM]
    target = {_camel(name): getattr(preset, name) for name in (*names, "script_tpl")}
    (directory / "slurm").mkdir()
    with (
        private_slurm(directory / "slurm") as slurm,
        _house(directory, SLURM_CONF=slurm.env["SLURM_CONF"]) as house,
    ):
        faults = SlurmFaults(house, chance, slurm)
        yield Far(house, faults, "CLUSTER", "createClusterTarget", target)


@contextmanager
def _ssh(directory: Path, chance: random.Random) -> Iterator[Far]:
    sshd = Sshd(directory / "sshd")
    sshd.prepare()
    keys = {
        "LANEKEEPER_SSH_KEY": str(sshd.directory / "key"),
        "LANEKEEPER_SSH_KNOWN_HOSTS": str(sshd.known_hosts),
    }
    ssh = {"host": "127.0.0.1", "port": sshd.port, "user": getpass.getuser()}
    target = {"hostname": LANE, "cpuCores": 8, "ramGb": 16, "ssh": ssh}
    try:
        with _house(directory, **keys) as house:
            yield Far(house, SshFaults(house, chance, sshd), "NODE", "createNodeTarget", target)
    finally:
        sshd.end()


LANES = {"slurm": _slurm, "ssh": _ssh}
