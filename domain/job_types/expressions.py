"""Amounts as expressions over params: our own walk over the syntax tree, nothing is executed."""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence

Number = int | float
_BINARY: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_FUNCTIONS: Mapping[str, Callable[[Sequence[Number]], Number]] = {"min": min, "max": max}
MAX_LENGTH = 200


class ExpressionRefused(ValueError):
    """The text is not an expression of this small language, or has no value here."""


def evaluate(expression: Number | bool | str, params: Mapping[str, object]) -> Number:
    """The finite value of a number or of text such as "2 * params.n_workers".

    Numbers, `params.x`, + - * / //, min() and max(); everything else raises ExpressionRefused.
    """
    tree = parsed(expression) if isinstance(expression, str) else ast.Constant(expression)
    try:
        value = _value(tree, params)
        finite = math.isfinite(value)
    except (ArithmeticError, RecursionError) as error:
        raise ExpressionRefused(f"{expression!r}: {error}") from error
    if not finite:
        raise ExpressionRefused(f"{expression!r} has no finite value")
    return value


def parsed(text: str) -> ast.expr:
    """The syntax tree of a short text; raises ExpressionRefused if it is no expression."""
    if len(text) > MAX_LENGTH:
        raise ExpressionRefused(f"an expression has at most {MAX_LENGTH} characters")
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionRefused(f"{text!r} is not an expression: {error}") from error


def _value(node: ast.expr, params: Mapping[str, object]) -> Number:
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            return number
        case ast.Attribute(value=ast.Name(id="params"), attr=name):
            return _param(name, params)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, params), _value(right, params))
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as args, keywords=[]) if (
            name in _FUNCTIONS
        ):
            return _FUNCTIONS[name]([_value(argument, params) for argument in args])
    raise ExpressionRefused(f"{ast.unparse(node)!r} is not allowed in an expression")


def _param(name: str, params: Mapping[str, object]) -> Number:
    if name not in params:
        raise ExpressionRefused(f"there is no param {name}")
    value = params[name]
    if not isinstance(value, int | float):
        raise ExpressionRefused(f"param {name} is not a number")
    return value
