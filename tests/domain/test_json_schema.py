"""Answers against their schema: what is wrong is found where it is, odd schemas break nothing."""

import pytest

from domain.json_schema import violations

FORM = {
    "type": "object",
    "required": ["selected"],
    "additionalProperties": False,
    "properties": {
        "selected": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0},
            "minItems": 1,
            "uniqueItems": True,
        },
        "mode": {"enum": ["keep", "drop"]},
        "note": {"type": ["string", "null"], "maxLength": 5},
        "limit": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    },
}


@pytest.mark.parametrize(
    "answer",
    [
        {"selected": [0]},
        {"selected": [1, 2.0], "mode": "keep", "note": None, "limit": 1},
        {"selected": [3], "note": "short", "limit": 0.5},
    ],
)
def test_an_answer_that_meets_its_schema_has_no_violations(answer: object) -> None:
    assert list(violations(answer, FORM)) == []


@pytest.mark.parametrize(
    ("answer", "path", "constraint"),
    [
        ([], (), "type=object"),
        ({}, (), "required=['selected']"),
        ({"selected": [0], "more": 1}, ("more",), "additionalProperties=false"),
        ({"selected": []}, ("selected",), "minItems=1"),
        ({"selected": [1, 1]}, ("selected",), "uniqueItems=True"),
        ({"selected": [0, -1]}, ("selected", "1"), "minimum=0"),
        ({"selected": [True]}, ("selected", "0"), "type=integer"),
        ({"selected": [1.5]}, ("selected", "0"), "type=integer"),
        ({"selected": [0], "mode": "other"}, ("mode",), "enum=['keep', 'drop']"),
        ({"selected": [0], "note": "too long"}, ("note",), "maxLength=5"),
        ({"selected": [0], "limit": 0}, ("limit",), "exclusiveMinimum=0"),
        ({"selected": [0], "limit": 1.5}, ("limit",), "maximum=1"),
    ],
)
def test_a_violation_says_where_and_what(
    answer: object, path: tuple[str, ...], constraint: str
) -> None:
    [found] = violations(answer, FORM)

    assert (found.path, found.constraint) == (path, constraint)


def test_true_is_not_one_and_numbers_of_both_kinds_are_equal() -> None:
    assert list(violations(True, {"const": 1})) != []
    assert list(violations(1.0, {"enum": [1]})) == []


@pytest.mark.parametrize(
    "schema",
    [
        None,
        "text",
        {"type": {}},
        {"required": 3},
        {"required": [{}]},
        {"minimum": "low"},
        {"properties": []},
        {"enum": 1},
        {"pattern": "(a+)+$"},
    ],
)
def test_a_schema_that_makes_no_sense_raises_nothing(schema: object) -> None:
    list(violations({"a": [1, "b"]}, schema))
