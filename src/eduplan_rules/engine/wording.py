"""Words for people: values and generated messages, in Chinese and English.

In: plain values and records. Out: text. A rule's own message comes first; what is made here stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eduplan_rules.compiler.plan import Part

_TRUTH = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}
_MISSING = {"zh": "缺", "en": "missing"}
_SIGN = {
    "zh": {">=": "不低于", ">": "高于", "<=": "不高于", "<": "低于", "=": "等于", "!=": "不等于"},
    "en": {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "=": "equal to", "!=": "other than"},
}


def format_value(value: Any, language: str) -> str:
    """A value in a sentence: at most four decimals, or four digits where it is small."""
    if value is None:
        return _MISSING.get(language, _MISSING["en"])
    if isinstance(value, bool):
        return _TRUTH.get(language, _TRUTH["en"])[value]
    if isinstance(value, float):
        text = f"{value:.4f}" if abs(value) >= 0.001 or value == 0 else f"{value:.4g}"
        return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return str(value)


def generated_message(record: Mapping[str, Any], leading: Part | None) -> dict[str, str]:
    """A sentence from the comparison itself, for a rule without a message."""
    told = {}
    for language in ("zh", "en"):
        told[language] = _sentence(record, leading, language)
    return told


def _sentence(record: Mapping[str, Any], leading: Part | None, language: str) -> str:
    title = record["title"].get(language) or record["rule"]
    chinese = language == "zh"
    if record["verdict"] == "unknown":
        facts = [f"{missing['fact']} ({missing['reason']})" for missing in record["missing"]]
        return (
            f"{title}：无法判定，缺 {'、'.join(facts)}"
            if chinese
            else f"{title}: undecided for want of {', '.join(facts)}"
        )
    if record["verdict"] in ("satisfied", "not_applicable"):
        words = {"satisfied": ("达标", "holds"), "not_applicable": ("不适用", "does not apply")}[record["verdict"]]
        return f"{title}：{words[0]}" if chinese else f"{title}: {words[1]}"
    if leading is None or leading.op is None or record["required"] is None:
        condition = leading.text if leading is not None else ""
        return f"{title}：不满足 {condition}" if chinese else f"{title}: not met: {condition}"
    unit = f" {record['unit']}" if record["unit"] and leading.observed is not None and not _dated(record) else ""
    observed = format_value(record["observed"], language) + unit
    sign = _SIGN[language][leading.op]
    required = format_value(record["required"], language) + unit
    if leading.title is not None:
        title = leading.title.get(language) or title
    gap = _gap(record, chinese=chinese) if record["verdict"] in ("violated", "not_due") else ""
    return (
        f"{title}：实际 {observed}，应{sign} {required}{gap}"
        if chinese
        else f"{title}: {observed}, must be {sign} {required}{gap}"
    )


def _dated(record: Mapping[str, Any]) -> bool:
    return isinstance(record["observed"], str)


def _gap(record: Mapping[str, Any], *, chinese: bool) -> str:
    gap = record["gap"]
    if gap is None or isinstance(gap, str):
        return ""
    if not gap:
        return "，须再超出" if chinese else ", and must exceed it" if record["strict"] else ""
    amount = format_value(gap, "zh")
    unit = record["unit"] or ""
    if unit == "%":
        return f"，差 {amount} 个百分点" if chinese else f", {amount} points off"
    if unit == "天" and not chinese:
        unit = "days"
    return f"，差 {amount}{' ' + unit if unit else ''}" if chinese else f", {amount}{' ' + unit if unit else ''} off"
