import pytest

from domain.job_types.expressions import ExpressionRefused, evaluate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (3, 3),
        (True, 1),
        ("4", 4),
        ("params.threads", 6),
        ("2 * params.threads + 1", 13),
        ("(1 + 2) * 3", 9),
        ("7 // 2", 3),
        ("7 / 2", 3.5),
        ("params.threads - 10", -4),
        ("max(params.threads, 8, 2)", 8),
        ("min(params.threads)", 6),
        ("params.use_ssd", 1),
    ],
)
def test_amounts(expression: str | int | bool, value: float) -> None:
    assert evaluate(expression, {"threads": 6, "use_ssd": True}) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "params.__class__.__mro__",
        "params.threads.real",
        "params['threads']",
        "().__class__",
        "open('/etc/passwd')",
        "lambda: 1",
        "[1 for _ in 'ab']",
        "2 ** 1000",
        "1 if True else 2",
        "max(*[1, 2])",
        "max(1, key=abs)",
        "min()",
        "f'{1}'",
        "'text'",
        "threads",
    ],
)
def test_everything_else_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionRefused, match="not allowed in an expression"):
        evaluate(expression, {"threads": 6})


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1 +", "is not an expression"),
        ("1\0", "is not an expression"),
        ("(" * 190 + "1" + ")" * 5, "is not an expression"),
        ("1 + " * 60 + "1", "at most 200 characters"),
        ("1 / params.zero", "division by zero"),
        ("1e308 * 10", "no finite value"),
        ("params.name", "param name is not a number"),
        ("params.absent", "there is no param absent"),
    ],
)
def test_an_expression_without_a_value_says_why(expression: str, reason: str) -> None:
    with pytest.raises(ExpressionRefused, match=reason):
        evaluate(expression, {"zero": 0, "name": "x"})
