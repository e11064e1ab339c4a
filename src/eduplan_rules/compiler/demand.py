"""What a condition that is no comparison asks for, in words of both languages.

In: a typed condition and its place. Out: a clause by language (`must be one of …`), or None where only the author's own
text says it.
"""

from __future__ import annotations

from collections.abc import Mapping

from eduplan_rules.compiler.naming import called, labels_of, name_of
from eduplan_rules.compiler.steps import Place
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.period import Length, length_words
from eduplan_rules.spacing import filled

#: of a text, what it must be -> (English, denied, Chinese, denied)
_OF_TEXT = {
    "contains": ('must contain "{value}"', 'must not contain "{value}"', "应包含“{value}”", "不应包含“{value}”"),
    "starts_with": (
        'must begin with "{value}"',
        'must not begin with "{value}"',
        "应以“{value}”开头",
        "不应以“{value}”开头",
    ),
    "matches": (
        'must have the form "{value}"',
        'must not have the form "{value}"',
        "应符合格式“{value}”",
        "不应符合格式“{value}”",
    ),
}
#: of rows, what must hold of them -> the same
_OF_ROWS = {
    "any": (
        "at least one {entity_en} must meet: {en}",
        "no {entity_en} may meet: {en}",
        "至少应有一个{entity_zh}满足：{zh}",
        "不应有{entity_zh}满足：{zh}",
    ),
    "all": (
        "every {entity_en} must meet: {en}",
        "not every {entity_en} may meet: {en}",
        "每个{entity_zh}都应满足：{zh}",
        "不应每个{entity_zh}都满足：{zh}",
    ),
}
#: window -> (English, Chinese)
_WINDOWS = {
    "last": ("over the last {en}", "近 {zh}"),
    "ever": ("ever", "不限时间"),
}


def demand_of(typed: Typed, place: Place, *, denied: bool = False) -> Mapping[str, str] | None:
    """What is asked for."""
    if typed.op in _OF_TEXT:
        return _said(_OF_TEXT[typed.op], denied, value=typed.args[1].data)
    if typed.op in ("is missing", "is not missing"):
        wordings = ("{en} must be given", "{en} must not be given", "应有{zh}", "不应有{zh}")
        return _said(wordings, denied != (typed.op == "is missing"), **name_of(typed.args[0], place))
    if typed.op in ("in", "not in"):
        return _among(typed, place, denied=denied != (typed.op == "not in"))
    return _of_rows(typed.data, place, denied=denied) if typed.op == "aggregate" else None


def _of_rows(rows: Rows, place: Place, *, denied: bool) -> dict[str, str]:
    """What `any` and `all` ask of the rows."""
    entity, condition = called(rows.entity), rows.values[0].text
    en, zh = [], []
    if rows.where is not None:
        en, zh = [f"where {rows.where.text}"], [f"其中 {rows.where.text}"]
    if rows.over is not None:
        length = _length(rows.over, place)
        english, chinese = _WINDOWS["ever" if rows.over == "ever" else "last"]
        en, zh = [*en, english.format_map(length)], [*zh, chinese.format_map(length)]
    said_en, said_zh = f" ({', '.join(en)})" if en else "", f"（{'，'.join(zh)}）" if zh else ""
    gaps = {"entity_zh": entity["zh"], "entity_en": entity["en"]}
    return _said(_OF_ROWS[rows.name], denied, zh=condition + said_zh, en=condition + said_en, **gaps)


def _length(over: Length | Typed | str, place: Place) -> dict[str, str]:
    """How long a window is, by language."""
    if isinstance(over, str):
        return {}
    return length_words(over) if isinstance(over, tuple) else name_of(over, place)


def _said(wordings: tuple[str, str, str, str], denied: bool, **gaps: str) -> dict[str, str]:  # noqa: FBT001
    english, chinese = wordings[denied], wordings[2 + denied]
    return {"en": english.format_map(gaps), "zh": filled(chinese, gaps)}


def _among(typed: Typed, place: Place, *, denied: bool) -> dict[str, str]:
    """Membership of a list that is written out, or of a parameter."""
    left, listed = typed.args
    if listed.op != "list":
        name = name_of(listed, place)
        return _said(("must be among {en}", "must not be among {en}", "应在{zh}之列", "不应在{zh}之列"), denied, **name)
    labels = labels_of(left, place) or {}
    zh = [_item(item, labels, "zh") for item in listed.args]
    en = [_item(item, labels, "en") for item in listed.args]
    english = " or ".join(filter(None, [", ".join(en[:-1]), *en[-1:]]))
    some = "之一" if len(zh) > 1 else ""
    return _said(
        ("must be {en}", "must not be {en}", f"应为{{zh}}{some}", "不应为{zh}"), denied, en=english, zh="、".join(zh)
    )


def _item(item: Typed, labels: Mapping[str, Mapping[str, str]], language: str) -> str:
    if item.op != "text":
        return item.text
    label = labels.get(item.data, {}).get(language)
    return label or (f"“{item.data}”" if language == "zh" else f'"{item.data}"')
