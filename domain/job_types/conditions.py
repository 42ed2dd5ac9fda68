"""Conditions over params, in the same small language as amounts: nothing is executed."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from domain.job_types.expressions import ExpressionRefused, parsed

_ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def holds(condition: str, params: Mapping[str, object]) -> bool:
    """Whether a condition such as "params.mode == 'full' and not params.fast" is true.

    Params, numbers, texts, true and false; == != < <= > >= and or not. Values that cannot be
    put in order are neither less nor greater. Raises ExpressionRefused for a param that is not in
    `params` and for everything else.
    """
    return _truth(parsed(condition), params)


def _truth(node: ast.expr, params: Mapping[str, object]) -> bool:
    match node:
        case ast.BoolOp(op=op, values=values):
            found = [_truth(value, params) for value in values]  # all, so that no name is missed
            return all(found) if isinstance(op, ast.And) else any(found)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _truth(operand, params)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(op, _operand(left, params), _operand(right, params))
    return bool(_operand(node, params))


def _compared(op: ast.cmpop, left: object, right: object) -> bool:
    match op:
        case ast.Eq():
            return left == right
        case ast.NotEq():
            return left != right
        case _ if type(op) in _ORDER:
            return _have_order(left, right) and _ORDER[type(op)](left, right)
    raise ExpressionRefused(f"{type(op).__name__} is not allowed in a condition")


def _have_order(left: object, right: object) -> bool:
    return any(isinstance(left, kind) and isinstance(right, kind) for kind in (int | float, str))


def _operand(node: ast.expr, params: Mapping[str, object]) -> object:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return value
        case ast.Name(id="true" | "false" as word):
            return word == "true"
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Attribute(value=ast.Name(id="params"), attr=name):
            if name not in params:
                raise ExpressionRefused(f"there is no param {name}")
            return params[name]
    raise ExpressionRefused(f"{ast.unparse(node)!r} is not allowed in a condition")
