"""Templates of several callers in one child."""

import asyncio

import pytest

from domain.cluster_templates import Rendering, Template, Together, together
from domain.cluster_templates.render import render

HUNGRY = "{% for i in range(99999999) %}{{ i }}{% endfor %}"


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many templates each child was given."""
    given: list[int] = []

    async def counted(templates: list[Template]) -> list[Rendering]:
        given.append(len(templates))
        return await render(templates)

    monkeypatch.setattr(together, "render", counted)
    return given


def named(number: int) -> list[Template]:
    return [Template("{{ name }}", {"name": f"job {number}"}), Template("sbatch {{ n }}", {"n": 1})]


async def test_who_asks_while_a_child_runs_shares_the_next(children: list[int]) -> None:
    joined = Together()

    answers = await asyncio.gather(*(joined.render(named(number)) for number in range(20)))

    texts = [[rendering.text for rendering in answer] for answer in answers]
    assert texts == [[f"job {number}", "sbatch 1"] for number in range(20)]
    assert len(children) <= 2


async def test_a_template_that_takes_too_much_harms_none_beside_it(children: list[int]) -> None:
    joined = Together()

    hungry, good = await asyncio.gather(
        joined.render([Template(HUNGRY, {})]), joined.render(named(1))
    )

    assert hungry[0].text is None
    assert [rendering.text for rendering in good] == ["job 1", "sbatch 1"]


async def test_whoever_waits_no_more_keeps_nobody_else_waiting(children: list[int]) -> None:
    joined = Together()
    leaving = asyncio.create_task(joined.render(named(1)))
    staying = asyncio.create_task(joined.render(named(2)))
    await asyncio.sleep(0)
    leaving.cancel()

    assert [rendering.text for rendering in await staying] == ["job 2", "sbatch 1"]
