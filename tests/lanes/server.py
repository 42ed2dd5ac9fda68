"""A stand-in for Lanekeeper: starts one attempt, says "running", and lives until it is killed.

`python -m tests.lanes.server DIRECTORY TOKEN SCRIPT`
"""

import asyncio
import sys
from pathlib import Path

from scheduler.executors.base import Launch
from scheduler.executors.local import LocalExecutor


async def serve(directory: Path, token: str, script: str) -> None:
    executor, woken = LocalExecutor(), asyncio.Event()
    executor.listen(on_change=lambda _: woken.set(), on_messages=lambda _: None)
    launch = Launch(
        key="P1-J1#1",
        token=token,
        directory=directory,
        argv=("sh", "-c", script),
        cwd=directory,
        log=directory / "job.log",
        grace_s=0.3,
        time_limit_s=60.0,
    )
    await executor.start(launch)
    while (await executor.observe([launch]))[launch.key].running_at is None:
        await woken.wait()
        woken.clear()
    sys.stdout.write("running\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), *sys.argv[2:4]))
