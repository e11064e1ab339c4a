"""The operators of the language: one row each.

A row says what an operator is called in both languages, what it takes and gives, what it makes of missing values, what it
means, and which row of the core lowers it (`core.CORE`; None where `compile` composes it from several).
Kinds of parameters: `number`, `text`, `date`, `boolean`, `any`, `constant` (written out), `entity`; `?` optional, `*` repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["logic", "comparison", "arithmetic", "number", "date", "text", "choice", "time", "aggregate", "context"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of the language."""

    name: str
    zh: str
    group: Group
    takes: tuple[str, ...]
    gives: str
    missing: str
    doc: str
    core: str | None = None


_ANY = "missing if an operand is missing"
_KLEENE = "unknown unless the known side decides"
_INTERVAL = "bounds over all choices of the missing values; compared as a whole"
_STRICT_ROWS = "missing if a value, a weight or a row's membership is missing, unless `skip missing`; no rows: missing"

# one operator, one row: the table stays a table
# fmt: off
_ROWS: tuple[Operator, ...] = (
    Operator("and", "且", "logic", ("boolean", "boolean"), "boolean", _KLEENE, "both hold", "and"),
    Operator("or", "或", "logic", ("boolean", "boolean"), "boolean", _KLEENE, "at least one holds", "or"),
    Operator("not", "非", "logic", ("boolean",), "boolean", _ANY, "does not hold; binds weaker than comparison", "not"),
    Operator("=", "＝", "comparison", ("any", "any"), "boolean", _ANY, "equal; non-integers within a billionth", "eq"),
    Operator("!=", "≠", "comparison", ("any", "any"), "boolean", _ANY, "not equal", "ne"),
    Operator("<", "＜", "comparison", ("any", "any"), "boolean", _ANY, "less, and not equal within a billionth", "lt"),
    Operator("<=", "≤", "comparison", ("any", "any"), "boolean", _ANY, "less or equal", "le"),
    Operator(">", "＞", "comparison", ("any", "any"), "boolean", _ANY, "greater, and not equal within a billionth", "gt"),
    Operator(">=", "≥", "comparison", ("any", "any"), "boolean", _ANY, "greater or equal", "ge"),
    Operator("in", "属于", "comparison", ("any", "list"), "boolean", _ANY, "equals one item of a list", "in"),
    Operator("not in", "不属于", "comparison", ("any", "list"), "boolean", _ANY, "equals no item of a list"),
    Operator("between", "介于…与…", "comparison", ("any", "any", "any"), "boolean", _KLEENE, "from the one to the other, both ends in"),
    Operator("is missing", "为空", "comparison", ("field",), "boolean", "true or false where absence can be known, else unknown",
             "known to be absent: an empty cell of a `blank: none` or delivered optional field"),
    Operator("is not missing", "不为空", "comparison", ("field",), "boolean", "as `is missing`", "present"),
    Operator("+", "＋", "arithmetic", ("number", "number"), "number", _ANY, "sum in the left unit; a date plus a duration", "add"),
    Operator("-", "－", "arithmetic", ("number", "number"), "number", _ANY, "difference in the left unit; a date less a duration", "sub"),
    Operator("*", "×", "arithmetic", ("number", "number"), "number", _ANY, "product; units combine", "mul"),
    Operator("/", "÷", "arithmetic", ("number", "number"), "number", "missing also for a zero divisor", "real quotient; units combine", "div"),
    Operator("round", "四舍五入", "number", ("number", "constant?"), "number", _ANY, "half away from zero, to so many decimals (0)", "round"),
    Operator("floor", "向下取整", "number", ("number",), "integer", _ANY, "the next whole number below", "floor"),
    Operator("ceil", "向上取整", "number", ("number",), "integer", _ANY, "the next whole number above", "ceil"),
    Operator("abs", "绝对值", "number", ("number",), "number", _ANY, "without the sign", "abs"),
    Operator("min", "最小", "number", ("number", "number*"), "number", _ANY, "the smallest operand; with `for`, over rows", "min"),
    Operator("max", "最大", "number", ("number", "number*"), "number", _ANY, "the largest operand; with `for`, over rows", "max"),
    Operator("year", "年份", "date", ("date",), "integer", _ANY, "calendar year of a day", "year"),
    Operator("month", "月份", "date", ("date",), "integer", _ANY, "calendar month of a day, 1 to 12", "month"),
    Operator("days_between", "相隔天数", "date", ("date", "date"), "days", _ANY, "days from the first to the second day", "days_between"),
    Operator("months_between", "相隔月数", "date", ("date", "date"), "integer", _ANY,
             "whole months from the first to the second day, rounded down; month ends clamp", "months_between"),
    Operator("lower", "小写", "text", ("text",), "text", _ANY, "in small letters", "lower"),
    Operator("length", "长度", "text", ("text",), "integer", _ANY, "number of characters", "length"),
    Operator("contains", "包含", "text", ("text", "constant"), "boolean", _ANY, "the text occurs in it, letter for letter", "contains"),
    Operator("starts_with", "开头为", "text", ("text", "constant"), "boolean", _ANY, "begins with the text", "starts_with"),
    Operator("matches", "匹配", "text", ("text", "constant"), "boolean", _ANY, "the whole text has the form of the pattern", "matches"),
    Operator("if", "如果", "choice", ("boolean", "any", "any"), "same", "missing if the condition is unknown", "the second where the first holds, else the third"),
    Operator("coalesce", "首个有值", "choice", ("any", "any*"), "same", "what is unknown stays missing; only known absence is passed over",
             "the first that is not known to be absent"),
    Operator("previous", "上期", "time", ("any",), "same", "no row in the adjacent period: missing, `no-previous`", "the same in the adjacent earlier period"),
    Operator("change", "增减", "time", ("number",), "number", "as `previous`", "less what it was in the previous period"),
    Operator("growth", "增幅", "time", ("number",), "percent", "as `previous`; from zero or below: missing", "change in per cent of the previous period"),
    Operator("rises", "逐年增长", "time", ("number", "number?"), "boolean", "as `previous`; a published growth decides without it",
             "above the previous period, or a published growth on a comparable basis above 0"),
    Operator("does_not_fall", "不下降", "time", ("number", "number?"), "boolean", "as `rises`", "not below the previous period, or a published growth of 0 or more"),
    Operator("share", "占比", "aggregate", ("boolean", "entity"), "ratio", f"{_INTERVAL}; no rows: missing", "the part of the rows for which a condition holds"),
    Operator("count", "计数", "aggregate", ("entity",), "integer", _INTERVAL, "number of rows"),
    Operator("all", "全部", "aggregate", ("boolean", "entity"), "boolean", f"{_KLEENE}; no rows: unknown", "holds for every row"),
    Operator("any", "任一", "aggregate", ("boolean", "entity"), "boolean", f"{_KLEENE}; no rows: false", "holds for a row"),
    Operator("sum", "合计", "aggregate", ("number", "entity"), "number",
             "missing if a value is, unless `skip missing`; bounds where only membership is unknown; no rows: 0", "total over the rows"),
    Operator("mean", "平均", "aggregate", ("number", "entity"), "number", _STRICT_ROWS, "mean, weighted where `weighted by` says so"),
    Operator("median", "中位数", "aggregate", ("number", "entity"), "number", _STRICT_ROWS, "middle value; of two, their mean"),
    Operator("cv", "差异系数", "aggregate", ("number", "entity"), "ratio", _STRICT_ROWS,
             "coefficient of variation S / mean, S = sqrt(sum(P/N * (X - mean)^2)) with weights P that add up to N (教督〔2017〕6号)"),
    Operator("count_distinct", "去重计数", "aggregate", ("any", "any*", "entity"), "integer", _INTERVAL, "number of different values or combinations"),
    Operator("period", "期末", "context", (), "date", "", "last day of the row's period"),
    Operator("period_start", "期初", "context", (), "date", "", "first day of the row's period"),
    Operator("day", "核算日", "context", (), "date", "", "day of reckoning: the earlier of as_of and the period's last day"),
    Operator("as_of", "评估日", "context", (), "date", "", "the day the run is about"),
)
# fmt: on

#: by English name
OPERATORS: dict[str, Operator] = {row.name: row for row in _ROWS}
#: Chinese name -> English name, of functions, aggregates and context words
CHINESE: dict[str, str] = {row.zh: row.name for row in _ROWS if row.group not in ("logic", "comparison", "arithmetic")}
AGGREGATES: frozenset[str] = frozenset(row.name for row in _ROWS if row.group == "aggregate") | {"min", "max"}
CONTEXT: frozenset[str] = frozenset(row.name for row in _ROWS if row.group == "context")
FUNCTIONS: frozenset[str] = frozenset(
    row.name for row in _ROWS if row.group in ("number", "date", "text", "choice", "time")
)


def english(name: str) -> str:
    """The English name of a function, aggregate or context word; other names as they are."""
    return CHINESE.get(name, name)
