"""Marks: text cells that only say that nothing stands there, and texts that are not what their field is for.

In: text fields and their cells, read. Out: which cells are marks, to be read as empty, and which have another form than
the field declares. Whole columns and single cells are asked alike.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from eduplan_rules.rulebook.model import Entity, Field

_SIGNS = "-‐‑‒–—―－_＿/／\\＼.．…?？~～*＊"
_WORDS = (
    "n/a na n.a. #n/a n／a null none nil nan tbd tba (无) （无） 无 暂无 没有 空 空白 缺 "
    "待补 待补充 待定 待填 待填写 未填 未定 未知 不详 是 否 有 √ ✓ ✔ × ✗ true false yes"
)
#: texts that stand for nothing, or for a mere yes or no; words also in capitals
MARKS = frozenset({
    *(cased for word in _WORDS.split() for cased in (word, word.upper(), word.capitalize())),
    *("NaN", "N/a"),
    *(sign * times for sign in _SIGNS for times in range(1, 7)),
})  # fmt: skip

_DIGIT = r"[0-9０-９〇零一二三四五六七八九十百]"
_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])"
_DATE = (
    rf"^(?:19|20)[0-9][0-9](?:-{_MONTH}-{_DAY}|/{_MONTH}/{_DAY}|\.{_MONTH}\.{_DAY}|年{_MONTH}月{_DAY}日"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))$"
)


def empties(entity: Entity) -> frozenset[str]:
    """The text fields in which marks are read as empty: all but keys, links and those that say otherwise."""
    spared = {str(each) for fields in (entity.key, *entity.belongs_to.values()) for each in fields}
    texts = [field for field in entity.fields.values() if field.type == "text" and field.placeholders is None]
    return frozenset(str(field.id) for field in texts) - spared


def is_mark(text: str) -> bool:
    """Whether a cell says only that nothing stands there."""
    return text in MARKS


def marks_in(texts: pl.Series) -> pl.Series | None:
    """Which cells are marks; None when none are."""
    found = texts.is_in(list(MARKS)).fill_null(value=False)
    return found if found.any() else None


def has_form(field: Field, text: str) -> bool:
    """Whether a text can be what the field is for: a document number has a digit among others, and is no mere date."""
    return field.form is None or (len(text) > 1 and bool(re.search(_DIGIT, text)) and not re.search(_DATE, text))


def misfits(field: Field, texts: pl.Series) -> pl.Series | None:
    """Which texts cannot be what the field is for; None when all can."""
    if field.form is None:
        return None
    found = (~forms(texts)).fill_null(value=False)
    return found if found.any() else None


def forms(texts: Any) -> Any:
    """Which texts have a form, of a column or of an expression over one."""
    return (texts.str.len_chars() > 1) & texts.str.contains(_DIGIT) & ~texts.str.contains(_DATE)
