"""Thirty row rules on one record in other programs, and by hand in Python.

In: nothing but `schools.checks`. Out: functions from a record to its verdicts, in the order of the rules. A peer whose
language has no third truth value is given `field == null ? null : ...`, or is not asked where the field is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from schools import FIELDS, Check, checks

Record = Mapping[str, Any]
Judge = Callable[[Record], list[str]]

VERDICTS: dict[Any, str] = {True: "satisfied", False: "violated", None: "unknown"}


def by_hand() -> Judge:
    """Thirty lines of Python, written out; the cells are taken as they are."""
    asked = [f"'unknown' if {each.field} is None else {_verdict(each)}," for each in checks()]
    return _function([f"{name} = record['{name}']" for name in _fields()], asked)


def by_hand_with_checks() -> Judge:
    """The same after every cell has been looked at: its type, finite, not negative, a key, a year that has begun."""
    lines = []
    for name, told in FIELDS.items():
        lines.append(f"{name} = record.get('{name}')")
        good = {
            "text": f"type({name}) is str and {name} != '' and {name} == {name}.strip()",
            "integer": f"type({name}) is int and 0 <= {name} < {2**53}",
            "number": f"type({name}) is float and isfinite({name}) or type({name}) is int and abs({name}) < {2**53}",
        }[told]
        lines.append(f"if {name} is not None and not ({good}): {name} = None")
    lines.append("if school_id is None: raise ValueError('no key')")
    lines.append("year = record.get('year')")
    lines.append("if type(year) is not int or not 1 <= year <= 9998: raise ValueError('no year')")
    lines.append("if year > 2022: return []")
    asked = []
    for each in checks():
        missing = f"{each.field} is None" + (" or not students" if each.per_student else "")
        asked.append(f"'unknown' if {missing} else {_verdict(each)},")
    return _function(lines, asked)


def _fields() -> list[str]:
    return list(dict.fromkeys([*(each.field for each in checks()), "students"]))


def _condition(check: Check, divisor: str = "students") -> str:
    observed = f"{check.field} / {divisor}" if check.per_student else check.field
    return f"{observed} {check.sign} {check.limit!r}"


def _verdict(check: Check) -> str:
    return f"'satisfied' if {_condition(check)} else 'violated'"


def _function(lines: list[str], asked: list[str]) -> Judge:
    body = [*lines, "return [", *(f"    {line}" for line in asked), "]"]
    namespace: dict[str, Any] = {"isfinite": math.isfinite}
    exec("def judge(record):\n" + "\n".join(f"    {line}" for line in body), namespace)
    judge: Judge = namespace["judge"]
    return judge


def _or_null(check: Check, divisor: str = "students") -> str:
    return f"({check.field} == null ? null : {_condition(check, divisor)})"


def zen() -> Judge:
    """Thirty compiled expressions."""
    import zen as engine

    compiled = [engine.compile_expression(_or_null(check)).evaluate for check in checks()]
    return lambda record: [VERDICTS[evaluate(record)] for evaluate in compiled]


def zen_at_once() -> Judge:
    """One compiled expression that gives a list: the record crosses into the engine once."""
    import zen as engine

    evaluate = engine.compile_expression("[" + ", ".join(map(_or_null, checks())) + "]").evaluate
    return lambda record: [VERDICTS[value] for value in evaluate(record)]


def rule_engine() -> Judge:
    """Thirty rules."""
    import rule_engine as engine

    compiled = [engine.Rule(_or_null(check)).evaluate for check in checks()]
    return lambda record: [VERDICTS[evaluate(record)] for evaluate in compiled]


def cel_python() -> Judge:
    """Thirty programs; it cannot compare a number with null, so a program whose field is missing is not run."""
    import celpy

    environment = celpy.Environment()
    compiled = [
        (check.field, environment.program(environment.compile(_condition(check, "double(students)"))))
        for check in checks()
    ]

    def judge(record: Record) -> list[str]:
        context = celpy.json_to_cel(record)
        return [
            "unknown" if record[field] is None else VERDICTS[bool(program.evaluate(context))]
            for field, program in compiled
        ]

    return judge


def cel_rust() -> Judge:
    """Thirty programs."""
    import cel

    compiled = [cel.compile(_or_null(check, "double(students)")).execute for check in checks()]
    return lambda record: [VERDICTS[execute(record)] for execute in compiled]


def cel_rust_at_once() -> Judge:
    """One program that gives a list."""
    import cel

    execute = cel.compile("[" + ", ".join(_or_null(check, "double(students)") for check in checks()) + "]").execute
    return lambda record: [VERDICTS[value] for value in execute(record)]


def durable_rules() -> Judge:
    """One rule for each way to fail; a record is asserted, its rules fire, it is retracted."""
    from durable.engine import Host
    from durable.lang import get_host, m, ruleset, when_all

    fired: list[int] = []

    def note(number: int) -> Callable[[Any], None]:
        return lambda _: fired.append(number)

    with ruleset("school"):
        for number, check in enumerate(checks()):
            # a quotient is no condition: the bound is multiplied instead
            bound = m.students * check.limit if check.per_student else check.limit
            value = getattr(m, check.field)
            when_all(value < bound if check.sign == ">=" else value > bound)(note(number))
        # a fact that no rule takes is an error
        when_all(+m.year)(lambda _: None)
    Host._run = lambda _: None  # its two threads poll for ever
    host = get_host()

    def judge(record: Record) -> list[str]:
        fired.clear()
        fact = {name: value for name, value in record.items() if value is not None}
        fact["id"] = f"{record['school_id']}-{record['year']}"
        host.assert_fact("school", fact)
        host.retract_fact("school", fact)
        verdicts = ["unknown" if record[check.field] is None else "satisfied" for check in checks_in_order]
        for number in fired:
            verdicts[number] = "violated"
        return verdicts

    checks_in_order = checks()
    return judge
