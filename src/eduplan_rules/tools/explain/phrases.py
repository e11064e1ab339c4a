"""Every phrase that explanations are made of, in English and Chinese.

In: the name of a phrase, a language and what fills its gaps. Out: text. Chinese keeps letters and digits apart from its
own characters by a space, where phrases are put together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Formatter
from typing import Literal

from eduplan_rules.tools.words import Language

#: a statement of what is, or of what must be
Mood = Literal["is", "must"]

#: name -> (English, Chinese)
_PHRASES: dict[str, tuple[str, str]] = {
    # names
    "quoted": ("“{text}”", "“{text}”"),
    "of-parent": ("{name} of its {parent}", "所属{parent}的{name}"),
    "of-subject": ("{name} of the {subject}", "该{subject}的{name}"),
    "with-notes": ("{name} ({notes})", "{name}（{notes}）"),
    "by-field": ("by {field}", "按{field}"),
    "for-choice": ("{choice}: {value}", "{choice}：{value}"),
    "pause": (", ", "、"),
    "semicolon": ("; ", "；"),
    "last-and": ("{rest} and {last}", "{rest}和{last}"),
    "apart-and": ("{rest}, and {last}", "{rest}，且{last}"),
    "apart-or": ("{rest}, or {last}", "{rest}，或{last}"),
    "neither": ("neither {first} nor {last}", "{first}或{last}"),
    "last-or": ("{rest} or {last}", "{rest}或{last}"),
    "and-close": (" and ", "且"),
    "or-close": (" or ", "或"),
    "and-apart": (", and ", "，且"),
    "or-apart": (", or ", "，或"),
    # periods and days
    "year": ("year", "年"),
    "school-year": ("school year", "学年"),
    "term": ("term", "学期"),
    "quarter": ("quarter", "季度"),
    "month": ("month", "月"),
    "this-period": ("the {kind}", "本{kind}"),
    "previous-period": ("the previous {kind}", "上{kind}"),
    "last-day": ("the last day of the {kind}", "本{kind}最后一天"),
    "first-day": ("the first day of the {kind}", "本{kind}第一天"),
    "calendar-month": ("the month judged", "当月"),
    "calendar-year": ("the year judged", "当年"),
    "reckoning": ("the day of reckoning", "核算日"),
    "reckoning-means": (
        "The day of reckoning is the last day of the {kind}, or the day of the check if that is earlier.",
        "核算日指本{kind}最后一天；评估日早于该日的，指评估日。",
    ),
    "as-of": ("the day of the check", "评估日"),
    "after": ("{length} after {day}", "{day}后{length}"),
    "before": ("{length} before {day}", "{day}前{length}"),
    "plus-length": ("{day} plus {length}", "{day}加上{length}"),
    "less-length": ("{day} less {length}", "{day}减去{length}"),
    # values
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "none": ("no value", "无值"),
    "brackets": ("({text})", "（{text}）"),
    "formula": ("{left} {sign} {right}", "{left} {sign} {right}"),
    "negative": ("−{value}", "−{value}"),
    "round": ("{value} rounded to a whole number", "{value}四舍五入到整数"),
    "round-to": ("{value} rounded to {digits} decimals", "{value}四舍五入到{digits}位小数"),
    "floor": ("{value} rounded down to a whole number", "{value}向下取整"),
    "ceil": ("{value} rounded up to a whole number", "{value}向上取整"),
    "abs": ("{value} without its sign", "{value}的绝对值"),
    "smallest-of": ("the smallest of {values}", "{values}中的最小者"),
    "largest-of": ("the largest of {values}", "{values}中的最大者"),
    "earliest-of": ("the earliest of {values}", "{values}中的最早者"),
    "latest-of": ("the latest of {values}", "{values}中的最晚者"),
    "smaller-of": ("the smaller of {values}", "{values}中的较小者"),
    "larger-of": ("the larger of {values}", "{values}中的较大者"),
    "earlier-of": ("the earlier of {values}", "{values}中的较早者"),
    "later-of": ("the later of {values}", "{values}中的较晚者"),
    "year-of": ("the year of {day}", "{day}的年份"),
    "month-of": ("the month of {day}", "{day}的月份"),
    "days_between": ("the number of days from {first} to {last}", "从{first}到{last}的天数"),
    "months_between": ("the number of whole months from {first} to {last}", "从{first}到{last}的整月数"),
    "lower": ("{value} in small letters", "{value}（小写）"),
    "length": ("the number of characters of {value}", "{value}的字符数"),
    "if-or-none": ("{then} if {condition}, otherwise no value", "若{condition}则取{then}，否则无值"),
    "if-value": ("{then} if {condition}, otherwise {other}", "若{condition}则取{then}，否则取{other}"),
    "coalesce": ("{first} where that is given, otherwise {rest}", "{first}（未填写的取{rest}）"),
    "first-given": ("the first of {values} that is given", "{values}中首个已填写的"),
    "previous": ("{value} of {period}", "{period}{value}"),
    "change": ("the change of {value} from {period}", "{value}比{period}的增减"),
    "growth": ("the growth of {value} over {period}", "{value}比{period}的增幅"),
    "whether": ("whether {condition}", "是否{condition}"),
    # rows of an aggregate
    "of-owner": (" of the {owner}", "该{owner}"),
    "own-rows": ("records of the {entity}", "自身记录"),
    "own-row": ("record of the {entity}", "自身记录"),
    "in-period": (" in {period}", "{period}"),
    "in-force": (" current on {day}", "在{day}有效"),
    "within-last": (" within the last {length}", "近{length}内"),
    "in-force-within": (" current within the last {length}", "近{length}内有效"),
    "ever": (" so far", "历来"),
    "in-force-ever": (", current or past,", "历来"),
    "current": (" of the current {kind}", "当前{kind}"),
    "only-where": (" where {condition}", "（仅计{condition}的）"),
    "only-of": (" where {condition}", "（条件：{condition}）"),
    "same-rows": ("same rows", "同一范围"),
    "count": ("the number of {rows}", "{rows}的数量"),
    "share": ("the share of those where {condition} among the {rows}", "{rows}中{condition}的占比"),
    "sum": ("the total of {value} over the {rows}", "{rows}的{value}合计"),
    "mean": ("the mean of {value} over the {rows}", "{rows}的{value}平均值"),
    "median": ("the median of {value} over the {rows}", "{rows}的{value}中位数"),
    "cv": ("the coefficient of variation of {value} between the {rows}", "{rows}之间{value}的差异系数"),
    "smallest": ("the smallest {value} among the {rows}", "{rows}中最小的{value}"),
    "largest": ("the largest {value} among the {rows}", "{rows}中最大的{value}"),
    "earliest": ("the earliest {value} among the {rows}", "{rows}中最早的{value}"),
    "latest": ("the latest {value} among the {rows}", "{rows}中最晚的{value}"),
    "distinct": ("the number of different {value} among the {rows}", "{rows}中不同{value}的个数"),
    "combinations": ("the number of different combinations of {value} among the {rows}", "{rows}中{value}的不同组合数"),
    "weighted": ("weighted by {weight}", "按{weight}加权"),
    "skipping": ("rows without a value left out", "缺值的不计"),
    # clauses
    "in-previous": ("in {period} {clause}", "{period}{clause}"),
    "if-clause": ("if {condition}, {then}, otherwise {other}", "若{condition}，则{then}，否则{other}"),
    "always": ("it is always so", "恒成立"),
    "never": ("it is never so", "恒不成立"),
    "published": (
        " (where {growth} is given, that growth decides: above 0)",
        "（填报了{growth}的，以该增幅为准：高于 0）",
    ),
    "published-or-0": (
        " (where {growth} is given, that growth decides: 0 or more)",
        "（填报了{growth}的，以该增幅为准：不低于 0）",
    ),
    "any is": ("there is at least one {rows}", "{owner}有{rows}"),
    "any must": ("there must be at least one {rows}", "{owner}应有{rows}"),
    "any is not": ("there is no {rows}", "{owner}没有{rows}"),
    "any must not": ("there must be no {rows}", "{owner}不应有{rows}"),
    # standards
    "unverified": (" (unverified)", "（未经核实）"),
    "no-value": ("no value", "没有取值"),
    "no-value-yet": ("no value yet", "尚无取值"),
    "no-value-more": ("no value any more", "已不再有取值"),
    "empty-list": ("nothing", "空"),
    "from-day": ("from {day}: {values}", "自{day}起：{values}"),
    "ended-after": ("no value after {day}", "{day}之后不再有取值"),
    "titled": (", {title}", "《{title}》"),
    "by-scale": ("by {scale}: {values}", "按{scale}分档，{values}"),
    "step-below": ("below {below}: {told}", "不足{below}的为{told}"),
    "step-else": ("otherwise: {told}", "其余为{told}"),
    "step-plus": (
        "{value}, and {plus} more for every full {per} above {above}",
        "{value}，超过{above}的部分每满{per}再加{plus}",
    ),
    "step-plus-0": ("{value}, and {plus} more for every full {per}", "{value}，每满{per}再加{plus}"),
    # a rule
    "about-all": ("{each}; {often}", "适用于{each}，{often}。"),
    "each": ("every {one}", "每一{one}"),
    "each-record": ("every {one}", "每条“{one}”记录"),
    "about-where": ("every {one} where {where}; {often}", "适用于{where}的{one}，{often}。"),
    "about-where-listed": ("every {one} where {where}; {often}", "适用于{one}，条件是：{where}。{often}。"),
    "each-of-them": ("each is judged by itself.", "逐一判定"),
    "every": ("judged once for each {kind}.", "每{kind}判定一次"),
    "full-stop": ("{text}.", "{text}。"),
    "body-all": ("all {count} of these must hold:", "以下{count}项应全部满足："),
    "body-both": ("both of these must hold:", "以下两项应全部满足："),
    "body-any": ("at least one of these {count} must hold:", "以下{count}项应至少满足一项："),
    "body-at_least": ("at least {least} of these {count} must hold:", "以下{count}项应至少满足{least}项："),
    "body-floor": (
        "at least {least} of these {count} must hold, and each of the others must reach {floor} of its standard:",
        "以下{count}项应至少满足{least}项，其余各项应达到其标准的{floor}：",
    ),
    "body-one": ("this must hold:", "应满足："),
    "member-where": ("only if {where}", "仅当{where}"),
    "since": ("from {day} on.", "自{day}起适用。"),
    "until": ("until {day}.", "适用至{day}。"),
    "life": (
        "left out before {opened} and after {closed}.",
        "{opened}之前和{closed}之后不适用。",
    ),
    "life-opened": ("left out before {day}.", "{day}之前不适用。"),
    "life-closed": ("left out after {day}.", "{day}之后不适用。"),
    "sentence-gap": (" ", ""),
    "judged-today": ("as things stand on the day of the check.", "以评估日的情况为准。"),
    "judged-event": (
        "as things stand on the day of the check; what happens later does not count yet.",
        "以评估日的情况为准；评估日之后发生的暂不计入。",
    ),
    "judged-last": (
        "for each {kind}, as things stand on its last day. While a {kind} still runs, the result is provisional.",
        "每{kind}以最后一天的情况为准。本{kind}尚未结束的，按已有数据判定，结果为暂定。",
    ),
    "judged-whole": (
        "for each {kind} as a whole. While a {kind} still runs, what is not met is not yet due.",
        "按每{kind}的全部情况判定。本{kind}尚未结束的，未达标的为未到期。",
    ),
    "due": ("by {day}; until then, what is not met is not yet due.", "最迟于{day}达标；此前未达标的，为未到期。"),
    "of-an-entity": ("{name} of {entity}", "{entity}的{name}"),
    "means": ("{name} holds if {text}.", "{name}指{text}。"),
    "the-standard": ("the standard {text}", "标准{text}"),
    "is": ("{name} is {text}.", "{name}＝{text}。"),
    "clause": ("{id} {section}: {text}", "{id}{section}：{text}"),
    "weight": (
        "A violation is {severity}; the commitment is {nature}.{doubt}",
        "不达标记为{severity}；{nature}要求。{doubt}",
    ),
    "weight-doubt": (
        " What an unverified value decides is a warning at most.",
        "依据未经核实的数值作出的判定，至多记为警告。",
    ),
    "error": ("an error", "错误"),
    "warning": ("a warning", "警告"),
    "info": ("for information", "提示"),
    "binding": ("binding", "约束性"),
    "indicative": ("indicative", "预期性"),
    # the page
    "named-parameter": ("A parameter; it is no rule itself.", "这是参数，本身不是规则。"),
    "named-value": ("A derived value; it is no rule itself.", "这是导出值，本身不是规则。"),
    "named-field": ("A field of the facts; it is no rule itself.", "这是数据字段，本身不是规则。"),
    "named-entity": ("An entity, a table of the facts; it is no rule itself.", "这是实体（数据表），本身不是规则。"),
    "named-worth": ("On {day}", "{day} 的取值"),
    "named-readers": (
        "Rules that read it, each explained by `eduplan-rules explain RULE`",
        "用到它的规则（可用 `eduplan-rules explain 规则编号` 逐条说明）",
    ),
    "named-unread": ("No rule reads it.", "没有规则用到它。"),
    "head-off": ("This rule is switched off.", "本规则已停用。"),
    "head-about": ("About", "对象"),
    "head-requirement": ("Requirement", "要求"),
    "head-judged": ("Judged", "判定时间"),
    "head-in-force": ("Applies", "适用时间"),
    "head-due": ("Due", "期限"),
    "head-standards": ("Standards on {day}", "{day}的标准"),
    "head-definitions": ("Terms", "其中"),
    "head-clause": ("Clause", "条款"),
    "head-source": ("Source", "依据"),
    "head-owner": ("Owner", "责任单位"),
    "head-weight": ("Weight", "程度与性质"),
    "line": ("{head}: {text}", "{head}：{text}"),
    "item-named": ("{name}: {text}", "{name}：{text}"),
    "item-where": ("{text}; {where}", "{text}；{where}"),
    "standard": ("{name}: {text}", "{name}：{text}"),
    "standard-since": (", since {day}", "，自{day}起"),
    "standard-source": (". Source: {source}", "。依据：{source}"),
    "standard-later": (". Later: {later}", "。此后：{later}"),
    "stop": (".", "。"),
    "all is": ("for every {row} {condition}", "{rows}每一项都符合（{condition}）"),
    "all must": ("for every {row} {condition}", "{rows}每一项都应符合（{condition}）"),
}

#: what is said of a subject -> English (is, must), Chinese (is, must); then the same denied
_PREDICATES: dict[str, tuple[str, str, str, str]] = {
    "number >=": ("is at least {right}", "must be at least {right}", "不低于{right}", "应不低于{right}"),
    "number >": ("is more than {right}", "must be more than {right}", "高于{right}", "应高于{right}"),
    "number <=": ("is at most {right}", "must be at most {right}", "不超过{right}", "应不超过{right}"),
    "number <": ("is less than {right}", "must be less than {right}", "低于{right}", "应低于{right}"),
    "number =": ("is equal to {right}", "must be equal to {right}", "等于{right}", "应等于{right}"),
    "number !=": ("is not equal to {right}", "must not be equal to {right}", "不等于{right}", "应不等于{right}"),
    "integer >=": ("is at least {right}", "must be at least {right}", "不少于{right}", "应不少于{right}"),
    "integer >": ("is more than {right}", "must be more than {right}", "多于{right}", "应多于{right}"),
    "integer <=": ("is at most {right}", "must be at most {right}", "不超过{right}", "应不超过{right}"),
    "integer <": ("is less than {right}", "must be less than {right}", "少于{right}", "应少于{right}"),
    "size >=": ("is at least {right}", "must be at least {right}", "不小于{right}", "应不小于{right}"),
    "size >": ("is more than {right}", "must be more than {right}", "大于{right}", "应大于{right}"),
    "size <=": ("is at most {right}", "must be at most {right}", "不超过{right}", "应不超过{right}"),
    "size <": ("is less than {right}", "must be less than {right}", "小于{right}", "应小于{right}"),
    "date >=": ("is on or after {right}", "must be on or after {right}", "不早于{right}", "应不早于{right}"),
    "date >": ("is after {right}", "must be after {right}", "晚于{right}", "应晚于{right}"),
    "date <=": ("is on or before {right}", "must be on or before {right}", "不晚于{right}", "应不晚于{right}"),
    "date <": ("is before {right}", "must be before {right}", "早于{right}", "应早于{right}"),
    "text >=": (
        "is {right} or sorts after it",
        "must be {right} or sort after it",
        "不排在{right}之前",
        "应不排在{right}之前",
    ),
    "text >": ("sorts after {right}", "must sort after {right}", "排在{right}之后", "应排在{right}之后"),
    "text <=": (
        "is {right} or sorts before it",
        "must be {right} or sort before it",
        "不排在{right}之后",
        "应不排在{right}之后",
    ),
    "text <": ("sorts before {right}", "must sort before {right}", "排在{right}之前", "应排在{right}之前"),
    "=": ("is {right}", "must be {right}", "为{right}", "应为{right}"),
    "!=": ("is not {right}", "must not be {right}", "不为{right}", "不应为{right}"),
    "boolean =": ("is the same as {right}", "must be the same as {right}", "与{right}一致", "应与{right}一致"),
    "boolean !=": ("is other than {right}", "must be other than {right}", "与{right}不一致", "应与{right}不一致"),
    "none-of": ("is none of {right}", "must be none of {right}", "不为{right}", "不应为{right}"),
    "in-parameter": ("is one of {right}", "must be one of {right}", "在{right}之列", "应在{right}之列"),
    "not in-parameter": ("is none of {right}", "must be none of {right}", "不在{right}之列", "不应在{right}之列"),
    "is not missing": ("is given", "must be given", "已填写", "应已填写"),
    "is missing": ("is not given", "must not be given", "未填写", "不应填写"),
    "contains": ("contains {right}", "must contain {right}", "包含{right}", "应包含{right}"),
    "starts_with": ("begins with {right}", "must begin with {right}", "以{right}开头", "应以{right}开头"),
    "matches": ("has the form {right}", "must have the form {right}", "符合格式{right}", "应符合格式{right}"),
    "not contains": ("does not contain {right}", "must not contain {right}", "不包含{right}", "不应包含{right}"),
    "not starts_with": (
        "does not begin with {right}",
        "must not begin with {right}",
        "不以{right}开头",
        "不应以{right}开头",
    ),
    "not matches": (
        "does not have the form {right}",
        "must not have the form {right}",
        "不符合格式{right}",
        "不应符合格式{right}",
    ),
    "rises": ("is above that of {right}", "must be above that of {right}", "高于{right}", "应高于{right}"),
    "not rises": (
        "is not above that of {right}",
        "must not be above that of {right}",
        "不高于{right}",
        "应不高于{right}",
    ),
    "does_not_fall": (
        "is not below that of {right}",
        "must not be below that of {right}",
        "不低于{right}",
        "应不低于{right}",
    ),
    "not does_not_fall": ("is below that of {right}", "must be below that of {right}", "低于{right}", "应低于{right}"),
    "flag": ("is yes", "must be yes", "为“是”", "应为“是”"),
    "not flag": ("is no", "must be no", "为“否”", "应为“否”"),
    "holds": ("holds", "must hold", "成立", "应成立"),
    "not holds": ("does not hold", "must not hold", "不成立", "不应成立"),
    "truth": ("holds", "must hold", "符合{right}", "应符合{right}"),
    "not truth": ("does not hold", "must not hold", "不符合{right}", "不应符合{right}"),
}


def say(name: str, language: Language, /, **gaps: object) -> str:
    """A phrase in the language, its gaps filled."""
    english, chinese = _PHRASES[name]
    return filled(chinese if language == "zh" else english, language, **gaps)


def predicate(name: str, language: Language, mood: Mood, /, **gaps: object) -> str:
    """What is said of a subject, without the subject."""
    wordings = _PREDICATES[name]
    return filled(wordings[2 * (language == "zh") + (mood == "must")], language, **gaps)


def filled(wording: str, language: Language, /, **gaps: object) -> str:
    """A wording with its gaps filled."""
    pieces: list[str] = []
    for text, gap, _, _ in Formatter().parse(wording):
        pieces += [text] if gap is None else [text, str(gaps[gap])]
    return joined(pieces) if language == "zh" else "".join(pieces)


def joined(pieces: Sequence[str]) -> str:
    """Chinese text in one: what is not Chinese stays apart by a space."""
    whole = ""
    for piece in filter(None, pieces):
        whole += f" {piece}" if _MEET.match(whole[-1:] + piece[0]) else piece
    return whole


_MEET = re.compile("[一-鿿][A-Za-z0-9−-]|[A-Za-z0-9][一-鿿]")


def listed(items: Sequence[str], language: Language, last: Literal["and", "or"] = "and", *, apart: bool = False) -> str:
    """Items in a sentence: `a, b and c`; set `apart` where they have such words of their own."""
    rest = say("pause", language).join(items[:-1])
    return say(f"{'apart' if apart else 'last'}-{last}", language, rest=rest, last=items[-1]) if rest else items[-1]
