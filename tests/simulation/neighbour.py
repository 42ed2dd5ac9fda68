"""Another instance that shares the pool of tokens, as its scheduler would take and return them."""

import asyncio
from random import Random

from domain import tokens

NAME = "there"


class Neighbour:
    """Holds tokens for a while, one attempt after the other; its calls meet no fault."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._held: dict[str, int] = {}
        self._attempts = 0

    async def live(self) -> None:
        """Take and give back until cancelled."""
        while True:
            await asyncio.sleep(self._random.expovariate(1.0))
            if self._held and self._random.random() < 0.6:
                await self._give_back(self._random.choice(sorted(self._held)))
            else:
                await self._take(self._random.choice((1, 1, 2)))

    async def leave(self) -> None:
        """Give all back."""
        for key in sorted(self._held):
            await self._give_back(key)

    async def _take(self, amount: int) -> None:
        self._attempts += 1
        key = f"P9-J{self._attempts}#1"
        if await tokens.take(key, amount, instance_id=NAME, term=1):
            self._held[key] = amount

    async def _give_back(self, key: str) -> None:
        await tokens.give_back(key, self._held.pop(key), instance_id=NAME)
