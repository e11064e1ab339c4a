"""Words for people: values, units, reasons and generated messages, in Chinese and English.

In: plain values and records. Out: text. A rule's own message comes first; what is made here stands in for it. Every
sentence is a row of one table, English beside Chinese.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eduplan_rules.compiler.plan import Part
from eduplan_rules.spacing import filled
from eduplan_rules.tables.finding import HIDDEN
from eduplan_rules.units import in_english

#: decimals that are told unless two numbers would look alike
_DECIMALS, _PERCENT_DECIMALS, _MOST_DECIMALS = 4, 2, 12
#: parts besides the leading one, and members of a quorum, that are told
_TOLD_PARTS, _TOLD_MEMBERS = 2, 5

#: name -> (English, Chinese)
_SAID: dict[str, tuple[str, str]] = {
    "missing": ("missing", "缺"),
    "true": ("yes", "是"),
    "false": ("no", "否"),
    "quoted": ('"{value}"', "“{value}”"),
    "range": ("{low} to {high}", "{low} 至 {high}"),
    "pause": (", ", "、"),
    # by verdict
    "satisfied": ("{title}: met", "{title}：达标"),
    "satisfied-by": ("{title}: met, {clause}", "{title}：达标，{clause}"),
    "violated": ("{title}: {clause}", "{title}：{clause}"),
    "due": ("{title} (due on {due}): {clause}", "{title}（{due} 到期）：{clause}"),
    "running": ("{title} (the period still runs): {clause}", "{title}（本期尚未结束）：{clause}"),
    "unknown": ("{title}: undecided: {facts}", "{title}：无法判定：{facts}"),
    "not_applicable": ("{title}: does not apply", "{title}：不适用"),
    # what is the case
    "amount": ("{observed}, {demand}", "实际{observed}，{demand}"),
    "truth": ("{observed}, {demand}", "实际为{observed}，{demand}"),
    "condition": ("not met: {text}", "不满足{text}"),
    "member": ("{member}: {clause}", "{member}{pause}{clause}"),
    "quorum": (
        "{observed} of {of} met, at least {required} required",
        "{of} 项中 {observed} 项达标，应不少于 {required} 项",
    ),
    "quorum-gap": (", short by {gap}", "，差 {gap} 项"),
    "quorum-gap-least": (", short by at least {gap}", "，至少差 {gap} 项"),
    "and": ("; {clause}", "；{clause}"),
    "or": ("; or {clause}", "；或{clause}"),
    "more": ("; and {more} more not met", "；另有 {more} 项不满足"),
    "members": ("; not met: {names}", "；未达标：{names}"),
    "members-more": ("; not met: {names} and {more} more", "；未达标：{names}等 {count} 项"),
    # what must be
    ">=": ("must be at least {required}", "应不低于{required}"),
    ">": ("must be more than {required}", "应高于{required}"),
    "<=": ("must be at most {required}", "应不高于{required}"),
    "<": ("must be less than {required}", "应低于{required}"),
    "=": ("must be {required}", "应为{required}"),
    "!=": ("must not be {required}", "不应为{required}"),
    "day >=": ("must be on or after {required}", "应不早于{required}"),
    "day >": ("must be after {required}", "应晚于{required}"),
    "day <=": ("must be on or before {required}", "应不晚于{required}"),
    "day <": ("must be before {required}", "应早于{required}"),
    # by how much it is missed
    "short": (", short by {gap}", "，差{gap}"),
    "short-least": (", short by at least {gap}", "，至少差{gap}"),
    "over": (", over by {gap}", "，超出{gap}"),
    "over-least": (", over by at least {gap}", "，至少超出{gap}"),
    "off": (", off by {gap}", "，相差{gap}"),
    "off-least": (", off by at least {gap}", "，至少相差{gap}"),
    "early": (", {gap} too early", "，早{gap}"),
    "late": (", {gap} too late", "，晚{gap}"),
    "equal": (", equal is not enough", "，相等不算达标"),
    "points": ("{number} points", "{number} 个百分点"),
    "point": ("1 point", "1 个百分点"),
    "bound": ("{required} ({bound})", "{required}（{bound}）"),
    # why a fact is missing
    "lack": ("{fact} ({reason})", "{fact}（{reason}）"),
    "absent": ("known to be absent", "已知没有"),
    "blank": ("empty", "空白"),
    "division-by-zero": ("division by zero", "除数为零"),
    "from-zero-or-below": ("growth from zero or below", "基数不大于零"),
    "gaps-in-rows": ("gaps in the rows", "数据行有缺失"),
    "gaps-in-rows-1": ("a gap in 1 row", "1 行数据有缺失"),
    "gaps-in-rows-n": ("gaps in {rows} rows", "{rows} 行数据有缺失"),
    "incomplete": ("cannot be worked out there", "该行数据不足，无法得出"),
    "none-applies": ("no member applies", "没有适用的项目"),
    "no-previous": ("no row in the previous period", "没有上一期数据"),
    "no-row": ("no such row", "没有对应的数据行"),
    "no-rows": ("no rows that count", "没有符合条件的数据行"),
    "no-value": ("no value on that day for that case", "当日对此情形没有取值"),
    "out-of-range": ("out of range", "超出数值范围"),
    "undelivered": ("not delivered", "未提交"),
    "unplaced-rows": ("some rows cannot be assigned", "有数据行无法归属"),
    "unplaced-rows-1": ("1 row cannot be assigned", "1 行数据无法归属"),
    "unplaced-rows-n": ("{rows} rows cannot be assigned", "{rows} 行数据无法归属"),
    "unreadable": ("unreadable", "无法识别"),
}

#: operator -> how a number misses it, how a day does
_MISSES = {
    ">=": ("short", "early"),
    ">": ("short", "early"),
    "<=": ("over", "late"),
    "<": ("over", "late"),
    "=": ("off", "off"),
}


def _say(name: str, language: str, **gaps: object) -> str:
    english, chinese = _SAID[name]
    return filled(chinese, gaps) if language == "zh" else english.format_map(gaps)


def format_value(value: Any, language: str, decimals: int = _DECIMALS) -> str:
    """A value in a sentence: at most four decimals, or four digits where it is small; less than 1e-12 is zero."""
    if value is None:
        return _say("missing", language)
    if isinstance(value, bool):
        return _say("true" if value else "false", language)
    return _number(value, decimals) if isinstance(value, float) else str(value)


@lru_cache(maxsize=1024)
def _number(value: float, decimals: int) -> str:
    """A number written out; a sentence tells, and compares, the same few several times."""
    if value and abs(value) < 10.0 ** (1 - decimals):
        decimals = max(decimals, min(3 - math.floor(math.log10(abs(value))), _MOST_DECIMALS))
    text = f"{value:.{decimals}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def _usual_decimals(unit: str | None) -> int:
    return _PERCENT_DECIMALS if unit == "%" else _DECIMALS


@lru_cache(maxsize=1024)
def decimals_of(observed: Any, required: Any, unit: str | None = None) -> int:
    """How many decimals tell two numbers apart."""
    numbers = [value for value in (observed, required) if isinstance(value, int | float)]
    decimals = _usual_decimals(unit)
    if len(numbers) == 2 and numbers[0] != numbers[1]:
        while (
            decimals < _MOST_DECIMALS and len({format_value(float(number), "en", decimals) for number in numbers}) < 2
        ):
            decimals += 1
    return decimals


def decimals_among(value: Any, numbers: Iterable[float], unit: str | None = None) -> int:
    """How many decimals tell a number apart from all others that differ."""
    return max((decimals_of(value, number, unit) for number in numbers), default=_usual_decimals(unit))


def format_amount(value: Any, unit: str | None, language: str, decimals: int | None = None) -> str:
    """A number with its unit, as people write it: `95%`, `2 people`, `2 人`, `0.1/人`; anything else as it is."""
    text = format_value(value, language, _usual_decimals(unit) if decimals is None else decimals)
    if unit is None or isinstance(value, bool) or not isinstance(value, int | float):
        return text
    return _with_unit(text, unit, language)


def _with_unit(number: str, unit: str, language: str) -> str:
    if unit == "%":
        return f"{number}%"
    if language == "zh":
        return f"{number}{unit[1:]}" if unit.startswith("1/") else f"{number} {unit}"
    return f"{number} {in_english(unit, one=number in ('1', '-1'))}"


def format_gap(gap: float, unit: str | None, language: str, decimals: int | None = None) -> str:
    """A gap with its unit; of per cent in points."""
    if unit == "%":
        number = format_value(gap, language, _PERCENT_DECIMALS if decimals is None else decimals)
        return _say("point" if gap == 1 else "points", language, number=number)
    return format_amount(gap, unit, language, decimals)


def format_lack(lack: Mapping[str, Any], language: str) -> str:
    """A missing fact with the reason."""
    reason, rows = lack["reason"], lack.get("rows")
    if reason == "none-applies":
        return _say(reason, language)
    if rows is not None:
        why = _say(f"{reason}-{1 if rows == 1 else 'n'}", language, rows=f"{rows:,}")
    else:
        why = _say(reason, language)
    return _say("lack", language, fact=(lack["label"] or {}).get(language) or lack["fact"], reason=why)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence is made from."""

    record: Mapping[str, Any]
    #: the part that the record speaks of
    leading: Part | None
    #: the other parts that are false, each with its record
    others: Sequence[tuple[Part, Mapping[str, Any]]]
    #: the rule has no other part at all
    single: bool
    #: it is not due only because the period still runs
    running: bool


def generated_message(told: Told, language: str) -> str:
    """A sentence for a rule without a message."""
    record, leading = told.record, told.leading
    verdict = record["verdict"]
    title = record["title"].get(language) or record["rule"]
    if verdict == "unknown":
        facts = _say("pause", language).join(format_lack(lack, language) for lack in record["missing"])
        return _say("unknown", language, title=title, facts=facts)
    if verdict == "not_applicable":
        return _say(verdict, language, title=title)
    if verdict == "satisfied":
        if leading is None or not (leading.of is not None or (told.single and _is_sized(record))):
            return _say("satisfied", language, title=title)
        return _say("satisfied-by", language, title=title, clause=_clause(record, leading, told.single, language))
    clause = _clause(record, leading, told.single, language) + _others(told, language)
    if verdict == "violated":
        return _say("violated", language, title=title, clause=clause)
    return _say("running" if told.running else "due", language, title=title, due=record["due"], clause=clause)


def _clause(record: Mapping[str, Any], leading: Part | None, single: bool, language: str) -> str:  # noqa: FBT001
    """What is the case, what must be, and by how much it is missed."""
    if leading is None:
        return _say("condition", language, text="")
    if leading.of is not None:
        return _quorum(record, language)
    clause = _comparison(record, leading, language)
    about = leading.title or (None if single or record["observed"] is None else leading.about)
    if about is None:
        return clause
    pause = "" if clause.startswith(("实际", "不满足")) else "："
    return _say("member", language, member=about[language], clause=clause, pause=pause)


def _comparison(record: Mapping[str, Any], leading: Part, language: str) -> str:
    observed, required = record["observed"], record["required"]
    demand = (leading.demand or {}).get(language)
    if demand is None and (leading.op is None or required is None or observed is None):
        return _say("condition", language, text=leading.text)
    decimals = decimals_of(observed, required, record["unit"])
    if demand is None:
        name = f"day {leading.op}" if _kind(leading) == "date" and leading.op not in ("=", "!=") else str(leading.op)
        side = _side(required, record, leading, language, decimals)
        if leading.bound is not None:
            side = _say("bound", language, required=side, bound=leading.bound[language])
        demand = _say(name, language, required=side)
    if observed is None:
        return demand
    side = _side(observed, record, leading, language, decimals)
    name = "truth" if _kind(leading) in ("text", "boolean") else "amount"
    return _say(name, language, observed=side, demand=demand) + _missed(record, leading, language)


def _is_sized(record: Mapping[str, Any]) -> bool:
    return record["required"] is not None and not isinstance(record["required"], bool)


def _kind(leading: Part) -> str | None:
    return None if leading.observed is None else leading.observed.kind


def _side(value: Any, record: Mapping[str, Any], leading: Part, language: str, decimals: int) -> str:
    """A side of the comparison: a range where only that is known, a choice by its label, other text in quotes."""
    if isinstance(value, str) and value != HIDDEN and _kind(leading) == "text":
        label = (leading.labels or {}).get(value, {}).get(language)
        return label or _say("quoted", language, value=value)
    unit, other = record["unit"], record["observed_other"]
    if value is record["observed"] and other is not None and isinstance(value, int | float):
        low, high = sorted((value, other))
        first = format_amount(low, unit, language, decimals) if unit == "%" else format_value(low, language, decimals)
        ends = {"low": first, "high": format_amount(high, unit, language, decimals)}
        return _say("range", language, **ends)
    return format_amount(value, unit, language, decimals)


def _missed(record: Mapping[str, Any], leading: Part, language: str) -> str:
    gap = record["gap"]
    if gap is None or isinstance(gap, str) or leading.op not in _MISSES:
        return ""
    if not gap:
        return _say("equal", language) if record["strict"] else ""
    is_day = _kind(leading) == "date"
    name = _MISSES[leading.op][is_day]
    if record["observed_other"] is not None and not is_day:
        name += "-least"
    return _say(name, language, gap=format_gap(gap, record["unit"], language))


def _quorum(record: Mapping[str, Any], language: str) -> str:
    observed, other, gap = record["observed"], record["observed_other"], record["gap"]
    told = str(observed)
    if other is not None:
        told = _say("range", language, low=min(observed, other), high=max(observed, other))
    clause = _say("quorum", language, observed=told, of=record["of"], required=record["required"])
    if not gap:
        return clause
    return clause + _say("quorum-gap" if other is None else "quorum-gap-least", language, gap=gap)


def _others(told: Told, language: str) -> str:
    """The other parts that are false: of a quorum its members, of a floor the other floors."""
    leading, others = told.leading, list(told.others)
    if leading is not None and leading.of is not None:
        return _members([part for part, _ in others if not part.floor], language)
    if leading is not None and leading.floor:
        others = [(part, record) for part, record in others if part.floor]
    clauses = []
    for part, record in others:
        clause = _clause(record, part, single=False, language=language)
        clauses.append(_say("or" if part.alternative else "and", language, clause=clause))
    clauses = list(dict.fromkeys(clauses))
    more = len(clauses) - _TOLD_PARTS
    rest = [_say("more", language, more=more)] if more > 0 else []
    return "".join([*clauses[:_TOLD_PARTS], *rest])


def _members(members: Sequence[Part], language: str) -> str:
    names = [name_of_part(part, language) for part in members]
    if not names:
        return ""
    more = len(names) - _TOLD_MEMBERS
    told = _say("pause", language).join(names[:_TOLD_MEMBERS])
    return _say("members" if more < 1 else "members-more", language, names=told, more=more, count=len(names))


def name_of_part(part: Part, language: str) -> str:
    """The member's title, else the condition as it is written."""
    return (part.title or {}).get(language) or part.text
