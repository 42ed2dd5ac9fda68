"""What a page costs: ticks of Chromium's main thread, and the heap of its scripts."""

from playwright.async_api import CDPSession, Page


async def watched(page: Page) -> CDPSession:
    """A session that counts the page's ticks."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return session


async def busy_s(session: CDPSession) -> float:
    """How long the main thread has worked, whatever else the machine does."""
    return await _metric(session, "TaskDuration")


async def heap_mb(session: CDPSession) -> float:
    """What scripts hold once the garbage is collected, in 10⁶ bytes."""
    await session.send("HeapProfiler.collectGarbage")
    return await _metric(session, "JSHeapUsedSize") / 1e6


async def _metric(session: CDPSession, name: str) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == name))
