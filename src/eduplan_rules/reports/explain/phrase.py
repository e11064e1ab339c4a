"""A condition as a short phrase: labels for names, the signs as they are written.

In: a typed condition. Out: text in either language; what has no short phrase stands as its author wrote it.
"""

from __future__ import annotations

from eduplan_rules.compiler.naming import called, labels_of, name_of
from eduplan_rules.compiler.steps import Place
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.operators import OPERATORS
from eduplan_rules.period import length_words

_SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
#: operator -> (English, Chinese)
_WORDS = {
    "and": (" and ", "，且"),
    "or": (" or ", "，或"),
    "in": ("{left} is one of {items}", "{left}为{items}之一"),
    "not in": ("{left} is none of {items}", "{left}不为{items}"),
    "in-named": ("{left} is in {items}", "{left}属于{items}"),
    "not in-named": ("{left} is not in {items}", "{left}不属于{items}"),
    "year": ("year of {left}", "{left}的年份"),
    "month": ("month of {left}", "{left}的月份"),
    "days_between": ("days from {left} to {right}", "{left}至{right}的天数"),
    "months_between": ("months from {left} to {right}", "{left}至{right}的月数"),
    "is missing": ("{left} is empty", "{left}为空"),
    "is not missing": ("{left} is given", "{left}不为空"),
    "not": ("not ({left})", "并非（{left}）"),
    "pause": (", ", "、"),
    "weighted": ("{text}, weighted by {weight}", "{text}（按{weight}加权）"),
    "among": (", where {where}", "（其中：{where}）"),
    "quoted": ('"{text}"', "“{text}”"),
}
#: aggregate -> (English, Chinese)
_ROWS = {
    "share": ("share of {entity} with: {holds}{among}", "{entity}{among}中“{holds}”的占比"),
    "count": ("number of {entity}{among}", "{entity}数{among}"),
    "all": ("every {entity}{among}: {holds}", "每个{entity}{among}：{holds}"),
    "any": ("some {entity}{among}: {holds}", "至少一个{entity}{among}：{holds}"),
    "sum": ("total of {holds} of {entity}{among}", "{entity}{among}的{holds}合计"),
    "mean": ("mean of {holds} of {entity}{among}", "{entity}{among}的{holds}平均值"),
    "median": ("median of {holds} of {entity}{among}", "{entity}{among}的{holds}中位数"),
    "min": ("least {holds} of {entity}{among}", "{entity}{among}的{holds}最小值"),
    "max": ("largest {holds} of {entity}{among}", "{entity}{among}的{holds}最大值"),
    "cv": ("coefficient of variation of {holds} of {entity}{among}", "{entity}{among}的{holds}差异系数"),
    "count_distinct": ("number of different {holds} of {entity}{among}", "{entity}{among}的不同{holds}数"),
}
_ARITHMETIC = ("+", "-", "*", "/")
_CONTEXT = {
    "period": "the period's last day",
    "period_start": "the period's first day",
    "day": "the day of reckoning",
    "as_of": "the day of the run",
}
_NAMED = ("field", "value", "lookup", "previous", "parameter", "growth", "change")


def phrase(typed: Typed, place: Place, language: str) -> str:
    """The condition in words."""
    match typed.op:
        case op if op in _NAMED:
            return name_of(typed, place)[language]
        case op if op in _ARITHMETIC:
            return _sum(typed, place, language)
        case "move":
            return _moved(typed, place, language)
        case "year" | "month":
            return _word(typed.op, language).format(left=phrase(typed.args[0], place, language))
        case "days_between" | "months_between":
            ends = [phrase(arg, place, language) for arg in typed.args]
            return _word(typed.op, language).format(left=ends[0], right=ends[1])
        case "context":
            return OPERATORS[typed.data].zh if language == "zh" else _CONTEXT[typed.data]
        case "convert" | "this":
            return phrase(typed.args[0], place, language)
        case "and" | "or":
            return _word(typed.op, language).join(_side(arg, typed.op, place, language) for arg in typed.args)
        case op if op in _SIGNS:
            left, right = typed.args
            return f"{_operand(left, right, place, language)} {_SIGNS[op]} {_operand(right, left, place, language)}"
        case "in" | "not in" if typed.args[1].op == "list":
            left, listed = typed.args
            items = _word("pause", language).join(_operand(item, left, place, language) for item in listed.args)
            return _word(typed.op, language).format(left=phrase(left, place, language), items=items)
        case "in" | "not in" if typed.args[1].op == "parameter":
            name, choices = (phrase(arg, place, language) for arg in typed.args)
            return _word(f"{typed.op}-named", language).format(left=name, items=choices)
        case "aggregate":
            return _of_rows(typed, place, language)
        case "is missing" | "is not missing" | "not":
            return _word(typed.op, language).format(left=phrase(typed.args[0], place, language))
        case _:
            return typed.text


def _sum(typed: Typed, place: Place, language: str) -> str:
    """Two amounts and the sign between them."""
    sides = [phrase(arg, place, language) for arg in typed.args]
    inner = [arg.args[0] if arg.op == "convert" else arg for arg in typed.args]
    told = [f"({side})" if arg.op in _ARITHMETIC else side for arg, side in zip(inner, sides, strict=True)]
    return f" {typed.op} ".join(told)


def _moved(typed: Typed, place: Place, language: str) -> str:
    """A day so much later or earlier."""
    day = phrase(typed.args[0], place, language)
    sign = typed.data[0] if isinstance(typed.data, tuple) else typed.data
    if len(typed.args) > 1:
        length = phrase(typed.args[1], place, language)
    else:
        length = length_words((abs(typed.data[0]), typed.data[1]))[language]
    return f"{day} {'-' if sign < 0 else '+'} {length}"


def _of_rows(typed: Typed, place: Place, language: str) -> str:
    """How many rows, which part of them, or what they come to; of other times than the period the author's own text."""
    rows: Rows = typed.data
    form = _ROWS.get(rows.name)
    if form is None or rows.over is not None:
        return typed.text
    values = _word("pause", language).join(phrase(each, place, language) for each in rows.values)
    where = None if rows.where is None else phrase(rows.where, place, language)
    limited = "" if where is None else _word("among", language).format(where=where)
    told = form[language == "zh"].format(entity=called(rows.entity)[language], holds=values, among=limited)
    if rows.weight is None:
        return told
    return _word("weighted", language).format(text=told, weight=phrase(rows.weight, place, language))


def _word(name: str, language: str) -> str:
    return _WORDS[name][language == "zh"]


def _side(typed: Typed, op: str, place: Place, language: str) -> str:
    text = phrase(typed, place, language)
    return f"({text})" if typed.op in ("and", "or") and typed.op != op else text


def _operand(typed: Typed, other: Typed, place: Place, language: str) -> str:
    """A side of a comparison: of a choice its label."""
    if typed.op != "text":
        return phrase(typed, place, language)
    label = (labels_of(other, place) or {}).get(str(typed.data), {}).get(language)
    return label or _word("quoted", language).format(text=typed.data)
