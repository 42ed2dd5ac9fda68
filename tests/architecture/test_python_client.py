"""The typed client of docs/examples is made of the schema as it is, and of its operations."""

import ast
from collections.abc import Iterator
from pathlib import Path

from graphql import EnumTypeDefinitionNode, build_schema, parse, print_ast, validate

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "docs" / "examples" / "python_client"
PACKAGE = CLIENT / "lanekeeper_client"
SDL = (ROOT / "schema" / "schema.graphql").read_text()


def texts_in(path: Path) -> Iterator[str]:
    """The operations that a module sends."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gql":
            [argument] = node.args
            assert isinstance(argument, ast.Constant)
            yield str(argument.value)


def test_its_operations_are_those_of_the_file_and_valid() -> None:
    sent = {
        print_ast(d) for text in texts_in(PACKAGE / "client.py") for d in parse(text).definitions
    }
    written = (CLIENT / "operations.graphql").read_text()
    names = {d.name.value for d in parse(written).definitions}  # type: ignore[attr-defined]

    assert validate(build_schema(SDL), parse("\n".join(sorted(sent)))) == []
    assert validate(build_schema(SDL), parse(written)) == []
    assert len(sent) == len(names)
    assert all(any(f" {name}(" in text for text in sent) for name in names)


def test_its_enums_have_the_values_of_the_schema() -> None:
    ours = {
        d.name.value: {value.name.value for value in d.values or ()}
        for d in parse(SDL).definitions
        if isinstance(d, EnumTypeDefinitionNode)
    }
    theirs = {
        node.name: {
            str(item.value.value)
            for item in node.body
            if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
        }
        for node in ast.parse((PACKAGE / "enums.py").read_text()).body
        if isinstance(node, ast.ClassDef)
    }

    assert theirs
    assert theirs == {name: ours[name] for name in theirs}


def test_the_sender_in_it_is_the_one_beside_it() -> None:
    assert (PACKAGE / "base_client.py").read_text() == (CLIENT / "base_client.py").read_text()
