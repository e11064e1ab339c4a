"""Compiled rules as Python functions over one row.

In: core nodes. Out: a function from a row (column name -> value, None for null) to the nodes' values, in which every
shared node is computed once: as straight-line Python for many rows, or as a walk over the nodes, which costs more a row
but nothing to make. Both are made of our own templates and of literals bound by name; no author's text becomes code.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import NAMESPACE, Node, operator, record_text
from eduplan_rules.language.parameter import ParameterTable

Row = Mapping[str, Any]
Function = Callable[[Row], tuple[Any, ...]]

_TESTS = frozenset({"is_true", "is_false", "is_null"})


def record_function(
    nodes: Sequence[Node],
    as_of: date,
    tables: Mapping[str, ParameterTable],
    order: Sequence[Node] | None = None,
) -> Function:
    """Compile nodes into one function that gives their values as a tuple, in order; `order` as `in_order` gives it."""
    scope: dict[str, Any] = {**NAMESPACE, "INF": math.inf}
    names: dict[int, str] = {}
    lines: list[str] = []
    order = in_order(nodes) if order is None else order
    inside = _inside(order, nodes)
    for node in order:
        if node.op == "literal" or node.op == "as_of":
            value = as_of if node.op == "as_of" else node.value
            if value is None or isinstance(value, bool | int | float | str):
                names[id(node)] = repr(value) if not isinstance(value, int | float) or value >= 0 else f"({value!r})"
            else:
                names[id(node)] = f"k{len(scope)}"
                scope[names[id(node)]] = value
            continue
        text = _text(node, [names[id(arg)] for arg in node.args], scope, tables)
        if id(node) in inside:
            names[id(node)] = text
            continue
        name = names[id(node)] = f"v{len(lines)}"
        lines.append(f"    {name} = {text}")
    result = ", ".join(names[id(node)] for node in nodes)
    text = "\n".join(
        ["def compiled(row):", "    get = row.get", *lines, f"    return ({result}{',' if nodes else ''})"]
    )
    exec(compile(text, "<rules>", "exec"), scope)  # our own templates, see the module's docstring
    compiled: Function = scope["compiled"]
    return compiled


def walk_function(
    nodes: Sequence[Node],
    as_of: date,
    tables: Mapping[str, ParameterTable],
    order: Sequence[Node] | None = None,
) -> Function:
    """What `record_function` gives, without compiling: for a few rows."""
    order = in_order(nodes) if order is None else order
    places = {id(node): place for place, node in enumerate(order)}
    start: list[Any] = [None] * len(order)
    columns: list[tuple[int, str]] = []
    steps: list[tuple[int, Callable[..., Any], list[int]]] = []
    for place, node in enumerate(order):
        match node.op:
            case "literal" | "as_of":
                start[place] = as_of if node.op == "as_of" else node.value
            case "column":
                columns.append((place, node.value))
            case "parameter" | "parameter_doubt" | "in_parameter":
                steps.append((place, _reader(node.op, tables[node.value]), [places[id(arg)] for arg in node.args]))
            case _:
                function = operator(node.op, type(node.value).__name__, node.value, len(node.args))
                steps.append((place, function, [places[id(arg)] for arg in node.args]))
    asked = [places[id(node)] for node in nodes]

    def walked(row: Row) -> tuple[Any, ...]:
        values = start.copy()
        for place, name in columns:
            values[place] = row.get(name)
        for place, function, operands in steps:
            values[place] = function(*[values[operand] for operand in operands])
        return tuple([values[place] for place in asked])

    return walked


def _text(node: Node, operands: list[str], scope: dict[str, Any], tables: Mapping[str, ParameterTable]) -> str:
    match node.op:
        case "column":
            return f"get({node.value!r})"
        case "parameter" | "parameter_doubt" | "in_parameter":
            name = f"{node.op}_{len(scope)}"
            scope[name] = _reader(node.op, tables[node.value])
            return f"{name}({', '.join(operands)})"
        case "div":
            # as `quotient` has it, without two calls for each row
            above, below = operands
            tests = " or ".join(
                f"{name} is None" for name, arg in zip(operands, node.args, strict=True) if not arg.constant
            )
            return f"(None if {tests} else ratio if {below} and -INF < (ratio := {above} / {below}) < INF else None)"
        case _:
            return record_text(node, operands)


def _inside(order: Sequence[Node], asked: Sequence[Node]) -> set[int]:
    """Tests that one case alone asks, once: they are written where they are asked, and made only if they are."""
    uses = Counter([id(arg) for node in order for arg in node.args])
    tests = {id(arg) for node in order if node.op == "case" for arg in node.args if arg.op in _TESTS}
    return {each for each in tests if uses[each] == 1}.difference(map(id, asked))


def _reader(op: str, table: ParameterTable) -> Callable[..., Any]:
    read = table.read
    if op == "parameter":
        return lambda day, *arguments: read(day, *arguments).value
    if op == "parameter_doubt":
        return lambda day, *arguments: read(day, *arguments).unverified

    def contains(day: date, *arguments: Any) -> bool | None:
        *axes, value = arguments
        listed = read(day, *axes).value
        if listed is None or value is None:
            return None
        if isinstance(value, float) or any(isinstance(item, float) for item in listed):
            return any(math.isclose(value, item, rel_tol=1e-9) for item in listed)
        return value in listed

    return contains


def in_order(nodes: Iterable[Node], known: Container[int] = frozenset()) -> list[Node]:
    """All nodes below the given ones, each once, operands before what uses them; `known` ids and below are left out."""
    found: list[Node] = []
    seen: set[int] = set()
    # None: what lies beneath it on the stack has all its operands in `found`
    stack: list[Node | None] = [*nodes]
    stack.reverse()
    while stack:
        node = stack.pop()
        if node is None:
            done = stack.pop()
            assert done is not None
            found.append(done)
            continue
        key = id(node)
        if key in seen or key in known:
            continue
        seen.add(key)
        if node.args:
            stack += (node, None, *node.args[::-1])
        else:
            found.append(node)
    return found
