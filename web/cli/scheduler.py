"""`lanekeeper scheduler`: one scheduler process; of many, one leads."""

import asyncio
import signal

from domain.database import UnsafeDatabase
from domain.job_types import SiteRefused
from domain.settings import Settings
from scheduler.run import run
from web.cli.logs import configure_logs
from web.cli.refusals import refuse


def scheduler() -> None:
    """Assign queued jobs to lanes and follow them; needs LANEKEEPER_MONGODB_URL."""
    configure_logs()
    settings = Settings()
    if settings.mongodb_url is None:
        refuse("Set LANEKEEPER_MONGODB_URL to a replica set, or use `lanekeeper serve`.")
    try:
        asyncio.run(_run(settings))
    except (SiteRefused, UnsafeDatabase) as error:
        refuse(str(error))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(settings, stop)
