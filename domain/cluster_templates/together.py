"""Templates of many jobs in few children: whoever asks while a child runs waits for the next."""

import asyncio
from collections.abc import Sequence

from domain.cluster_templates.render import Rendering, Template, render

MOST = 128
"""How many callers' templates go into one child."""

_Asked = tuple[Sequence[Template], "asyncio.Future[list[Rendering]]"]


class Together:
    """Joins what callers want rendered at the same time. For one event loop.

    A template that takes too much spoils those beside it: then each caller's are rendered alone.
    """

    def __init__(self) -> None:
        self._waiting: list[_Asked] = []
        self._running: asyncio.Task[None] | None = None

    async def render(self, templates: Sequence[Template]) -> list[Rendering]:
        """As `render`: one rendering for each template, in order."""
        answer: asyncio.Future[list[Rendering]] = asyncio.get_running_loop().create_future()
        self._waiting.append((templates, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                await _render_all(batch)
            except Exception as fault:  # noqa: BLE001 - it is the callers' who wait
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(fault)


async def _render_all(batch: Sequence[_Asked]) -> None:
    rendered = await render([template for templates, _ in batch for template in templates])
    are_spoilt = len(batch) > 1 and all(each.error is not None for each in rendered)
    for templates, answer in batch:
        mine, rendered = rendered[: len(templates)], rendered[len(templates) :]
        if not answer.done():  # its caller may have gone
            answer.set_result(await render(templates) if are_spoilt else mine)
