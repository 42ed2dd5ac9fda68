"""A lane with a machine of its own, for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.product import Product


def change(product: Product, mutation: str, **input: object) -> None:
    """Carry out a mutation of lanes and targets."""
    name = mutation[0].upper() + mutation[1:]
    call = f"{mutation}(input: $input) {{ errors {{ message }} }}"
    answer = product.ask(f"mutation($input: {name}Input!) {{ {call} }}", input=input)
    assert answer[mutation]["errors"] == []


@contextmanager
def second_lane(product: Product, name: str) -> Iterator[str]:
    """A lane with one small machine; both go at the end, so no job may be left there."""
    change(product, "createLane", name=name, type="NODE", title=f"Lane {name}")
    machine = {"hostname": name, "cpuCores": 1, "ramGb": 8}
    change(product, "createNodeTarget", lane=name, name=f"{name}-1", **machine)
    yield name
    change(product, "deleteTarget", name=f"{name}-1")
    change(product, "deleteLane", name=name)
