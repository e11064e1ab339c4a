"""Explanations of outcomes as text: the tree of values, and what would satisfy the rule.

In: the plain data of an explanation. Out: lines in Chinese or English. Every word is a row of one table, English beside
Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from eduplan_rules import sentences
from eduplan_rules.engine.wording import format_amount, format_lack, format_value
from eduplan_rules.render.words import Language
from eduplan_rules.sentences import Sentences

#: remedies that are told; the data has them all
_TOLD = 4
_ROLES = ("where", "require", "due")

SENTENCES: Sentences = {
    "head": ("{subject}{period}: {verdict}", "{subject}{period}：{verdict}"),
    "satisfied": ("satisfied", "达标"),
    "violated": ("violated", "不达标"),
    "unknown": ("undecided", "无法判定"),
    "not_due": ("not met, and not due yet", "未达标，尚未到期"),
    "not_applicable": ("the rule does not apply", "不适用"),
    "where": ("Whether the rule applies", "是否适用"),
    "require": ("What must hold", "应当做到"),
    "due": ("Due on", "时限"),
    "true": ("yes", "是"),
    "false": ("no", "否"),
    "none": ("undecided", "无法判定"),
    "line": ("{name}: {value}", "{name}：{value}"),
    "range": ("between {low} and {high}", "介于 {low} 与 {high} 之间"),
    "open": ("not known", "未知"),
    "lack": ("missing, {reason}", "缺，{reason}"),
    "at": ("{file}:{line}", "{file}:{line}"),
    "row": ("row {line}", "第 {line} 行"),
    "of-row": ("{entity} {key}", "{entity} {key}"),
    "since": ("since {date}", "自 {date} 起"),
    "unverified": ("not verified", "待核"),
    "counted": ("{counted} of {of} rows count", "{of} 行中计入 {counted} 行"),
    "met": ("{met} of {counted} rows meet it", "{counted} 行中 {met} 行满足"),
    "maybe": ("{undecided} undecided", "{undecided} 行无法判定"),
    "first-failing": ("not met by {keys}", "不满足：{keys}"),
    "first-counted": ("first {keys}", "首先是 {keys}"),
    "remedies": ("What would satisfy it", "怎样才能达标"),
    "one-of": ("any one of these", "以下任一项"),
    "more": ("{more} more ways: --format json", "另有 {more} 种办法，见 --format json"),
    "no-remedy": (
        "no single change of the facts was found that would do it, nor the least changes of all that fails",
        "未找到改动某一项数据即可达标的办法，也未找到各项一并改动的最小办法",
    ),
    "to-decide": ("To decide it, deliver: {facts}", "要作出判定，请补报：{facts}"),
    "logic-and": ("all of these", "以下各项都成立"),
    "logic-or": ("at least one of these", "以下至少一项成立"),
    "logic-not": ("not this", "以下不成立"),
    "members-all": ("all of these", "以下各项都达标"),
    "members-any": ("at least one of these", "以下至少一项达标"),
    "members-at_least": ("{text}", "{text}"),
    "role-where": ("it counts where", "计入条件"),
    "role-require": ("its standard", "标准"),
    "role-floor": ("its floor", "底线"),
    "pause": (", ", "、"),
    "comma": (", ", "，"),
    "brackets": ("{text} ({more})", "{text}（{more}）"),
    "period": (" in {period}", " {period}"),
}

say = partial(sentences.say, SENTENCES)


def explanation_lines(explanation: Mapping[str, Any], *, language: Language) -> Iterator[str]:
    """An explanation of an outcome (`Explanation.to_dict`) for people."""
    record = explanation["outcome"]
    subject = record["subject"]
    name = (
        " / ".join(subject["key"]) if subject["name"] is None else f"{subject['name']} ({' / '.join(subject['key'])})"
    )
    period = "" if record["period"] is None else say("period", language, period=record["period"])
    yield say("head", language, subject=name, period=period, verdict=say(record["verdict"], language))
    message = record["message"].get(language) or next(iter(record["message"].values()), "")
    yield f"  {message}"
    for role in _ROLES:
        if role in explanation["why"]:
            yield ""
            yield say(role, language)
            why = explanation["why"][role]
            # a day that the rule itself names is no more than itself
            yield from list(_tree(why, record["subject"], language, 1)) or [f"  {_value(why, language)}"]
    if record["verdict"] in ("violated", "not_due", "unknown"):
        yield ""
        yield from _remedies(explanation, language)


def _remedies(explanation: Mapping[str, Any], language: Language) -> Iterator[str]:
    remedies, lacks = explanation["remedies"], explanation["outcome"]["missing"]
    title = say("remedies", language)
    if not remedies:
        yield title
        if not lacks:
            yield f"  {say('no-remedy', language)}"
    else:
        yield say("brackets", language, text=title, more=say("one-of", language)) if len(remedies) > 1 else title
    for remedy in remedies[:_TOLD]:
        yield f"  - {remedy['text'][language]}"
    if len(remedies) > _TOLD:
        yield f"  {say('more', language, more=len(remedies) - _TOLD)}"
    if lacks:
        facts = say("pause", language).join(format_lack(lack, language) for lack in lacks)
        yield f"  {say('to-decide', language, facts=facts)}"


def _tree(why: Mapping[str, Any], subject: Mapping[str, Any], language: Language, depth: int) -> Iterator[str]:
    """A node and what it is made of; what is written out in the rule is not told again."""
    if why["kind"] == "constant":
        return
    line = say("line", language, name=_name(why, language), value=_value(why, language))
    more = say("comma", language).join(_more(why, subject, language))
    yield "  " * depth + (say("brackets", language, text=line, more=more) if more else line)
    for child in _worth_telling(why):
        yield from _tree(child, subject, language, depth + 1)


def _worth_telling(why: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a node is made of; of members that are met nothing, and no floor where the standard is met."""
    children: list[Mapping[str, Any]] = why["children"]
    if why["kind"] != "member":
        return children
    return [] if why["value"] is True else children


def _name(why: Mapping[str, Any], language: Language) -> str:
    kind, label = why["kind"], why["label"]
    if kind in ("logic", "members"):
        return say(f"{kind}-{why['op']}", language, text=why["text"])
    if kind in ("where", "require", "floor"):
        return say(f"role-{kind}", language)
    return str(label[language]) if label is not None else str(why["text"])


def _value(why: Mapping[str, Any], language: Language) -> str:
    value, unit = why["value"], why["unit"]
    if why["range"] is not None:
        low, high = (
            say("open", language) if end is None else format_amount(end, unit, language) for end in why["range"]
        )
        return say("range", language, low=low, high=high)
    if value is None:
        if why["reason"] is None:
            return say("none", language)
        lack = {"fact": "", "label": None, "reason": why["reason"]}
        return say("lack", language, reason=format_lack(lack, language).strip(" ()（）"))
    if isinstance(value, bool):
        return say("true" if value else "false", language)
    if why["value_label"] is not None:
        return str(why["value_label"][language])
    if isinstance(value, list):
        return say("pause", language).join(format_value(item, language) for item in value)
    return format_amount(value, unit, language)


def _more(why: Mapping[str, Any], subject: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Where a value comes from."""
    if why["fact"] is not None:
        yield from _place(why["fact"], subject, language)
    if why["parameter"] is not None:
        if why["parameter"]["date"] is not None:
            yield say("since", language, date=why["parameter"]["date"])
        for source in why["parameter"]["source"]:
            yield " ".join(source[name] for name in ("document", "section", "article") if name in source)
        if why["parameter"]["status"] is not None:
            yield say("unverified", language)
    if why["rows"] is not None and why["rows"]["counted"] is not None:
        yield from _rows(why["rows"], language)


def _place(fact: Mapping[str, Any], subject: Mapping[str, Any], language: Language) -> Iterator[str]:
    if (fact["entity"], fact["key"]) != (subject["entity"], subject["key"]):
        yield say("of-row", language, entity=fact["entity"], key=" / ".join(fact["key"]))
    if fact["period"] is not None:
        yield str(fact["period"])
    location = fact["location"]
    if location["file"] is not None:
        file = location["file"] if location["sheet"] is None else f"{location['file']}[{location['sheet']}]"
        yield say("at", language, file=file, line=location["line"])
    elif location["line"] is not None:
        yield say("row", language, line=location["line"])


def _rows(rows: Mapping[str, Any], language: Language) -> Iterator[str]:
    counts = {name: rows[name] for name in ("counted", "of", "met", "undecided")}
    yield say("counted" if rows["met"] is None else "met", language, **counts)
    if rows["undecided"]:
        yield say("maybe", language, **counts)
    failing = [row for row in rows["first"] if row["met"] is False] if rows["met"] is not None else []
    if failing:
        keys = say("pause", language).join(" / ".join(row["key"]) for row in failing)
        yield say("first-failing", language, keys=keys)
    elif rows["met"] is None and rows["first"]:
        keys = say("pause", language).join(" / ".join(row["key"]) for row in rows["first"])
        yield say("first-counted", language, keys=keys)
