"""One table of all measurements: ours, the peer of the same round, the ratio, the goal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

UNITS = {"ms": 1000.0, "µs": 1e6, "KiB": 1 / 1024}
"""Unit → how many of it a second or a byte is."""
Round = Callable[[], Awaitable[list[float]]]
"""Measures one round: the latencies in seconds, one for each piece of work that was checked."""


@dataclass(frozen=True)
class Line:
    """One comparison. `ours` and `peers` hold each round's median in seconds, in the same order;
    in bytes if `unit` is KiB.

    Ours must stay under `goal_ms`, and take at most `goal_ratio` times as long as the peer; None
    only observes. `skipped` says why there is none.
    """

    name: str
    peer: str
    goal_ms: float | None
    ours: tuple[float, ...] = ()
    peers: tuple[float, ...] = ()
    count: int = 0
    goal_ratio: float | None = None
    skipped: str | None = None
    unit: str = "ms"

    @property
    def verdict(self) -> str:
        """Pass, fail, skipped with the reason, or nothing without a goal."""
        if self.skipped is not None:
            return f"skipped: {self.skipped}"
        if self.goal_ms is None and self.goal_ratio is None:
            return ""
        in_time = self.goal_ms is None or 1000 * median(self.ours) < self.goal_ms
        is_near = self.goal_ratio is None or median(self.ratios) <= self.goal_ratio
        return "pass" if in_time and is_near else "FAIL"

    @property
    def ratios(self) -> list[float]:
        """Ours over the peer's, round by round."""
        return [mine / theirs for mine, theirs in zip(self.ours, self.peers, strict=True)]


async def side_by_side(
    name: str,
    ours: Round,
    peer_name: str,
    peer: Round,
    *,
    goal_ms: float | None,
    goal_ratio: float | None = None,
    rounds: int,
) -> Line:
    """Measure ours and the peer in turns, `rounds` times after one that does not count."""
    await ours()
    await peer()
    pairs = [(await ours(), await peer()) for _ in range(rounds)]
    return Line(
        name,
        peer_name,
        goal_ms,
        ours=tuple(median(mine) for mine, _ in pairs),
        peers=tuple(median(theirs) for _, theirs in pairs),
        count=sum(len(mine) for mine, _ in pairs),
        goal_ratio=goal_ratio,
    )


def show(lines: list[Line], conditions: str) -> None:
    """Print the table; `conditions` are the versions and the machine."""
    table = Table(
        title="medians of the rounds; the ratio is taken in each round", caption=conditions
    )
    for heading in ("what", "ours", "peer", "peer's", "ratio [min..max]", "n", "goal", ""):
        table.add_column(heading, no_wrap=heading not in ("what", ""))
    for line in lines:
        table.add_row(*_cells(line))
    Console(width=150).print(table)


def _cells(line: Line) -> tuple[str, ...]:
    goal = "" if line.goal_ms is None else f"< {line.goal_ms:g} ms"
    goal = goal if line.goal_ratio is None else f"<= {line.goal_ratio:.2f}x"
    if line.skipped is not None:
        return (line.name, "", line.peer, "", "", "", goal, line.verdict)
    ratios = line.ratios
    spread = f"{median(ratios):.2f} [{min(ratios):.2f}..{max(ratios):.2f}]"
    rounds = f"{len(line.ours)} x {line.count // len(line.ours)}"
    scale = UNITS[line.unit]
    ours, peers = (
        f"{scale * median(values):.2f} {line.unit}" for values in (line.ours, line.peers)
    )
    return (line.name, ours, line.peer, peers, spread, rounds, goal, line.verdict)
