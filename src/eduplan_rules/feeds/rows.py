"""Rows that are no records: totals and notes below a table, or among its rows.

In: a delivery of a file. Out: the delivery without them, and a finding for each that no feed spoke of. Holds: lines
stay those of the file.
"""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from eduplan_rules.feeds.feed import Feed
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.finding import Finding, Location, finding

_TOTALS = (
    "合计", "总计", "小计", "共计", "累计", "汇总", "total", "subtotal", "sub-total", "grandtotal", "sum",
)  # fmt: skip
_NOTE = (
    r"^\s*(?:注|备注|说明|附注|填表|填报|制表|审核|单位负责人|负责人|资料来源|数据来源|[Nn]otes?|[Ss]ources?)"
    r"[^:：]{0,8}[:：]"
)
_IS_NOTE = re.compile(_NOTE)
#: a word that ends so is what a row begins with; all others are all that its first cell says
_OPEN = (":", "：")
#: columns in which a row says what it is
_FIRST = 3
#: rows at either end that are looked at before all others
_ENDS = 20


def without_others(delivery: Delivery, feed: Feed) -> tuple[Delivery, list[Finding]]:
    """Leave out rows that are no records."""
    height = delivery.height
    if feed.skip_footer and height:
        delivery = _kept(delivery, pl.int_range(height, eager=True) < height - feed.skip_footer)
    columns = [column for column in delivery.columns[:_FIRST] if column.dtype != pl.Object]
    words = frozenset(_bare(word) for word in (_TOTALS if feed.totals is None else feed.totals))
    if not columns or not delivery.height or (feed.totals is None and not _any(columns, words, delivery.height)):
        return delivery, []
    begins = _begins(columns)
    bare = begins.str.replace_all(r"\s", "").str.to_lowercase()
    found = bare.is_in(list(words))
    if feed.totals is None:
        found |= begins.str.contains(_NOTE) & (_cells(delivery) <= 2)
    for word in words:
        if word.endswith(_OPEN):
            found |= bare.str.starts_with(word)
    found = found.fill_null(value=False)
    if not found.any():
        return delivery, []
    findings = []
    if feed.totals is None:
        lines = delivery.lines if delivery.lines is not None else pl.int_range(1, delivery.height + 1, eager=True)
        for line, text in zip(lines.filter(found), begins.filter(found), strict=True):
            where = Location(delivery.file, delivery.sheet, line)
            findings.append(finding("row-left-out", delivery.entity, location=where, value=without_names(text)))
    return _kept(delivery, ~found), findings


def without_names(text: str) -> str:
    """A text up to its first colon: what stands behind `填表人：` is about a person."""
    return re.split("(?<=[:：])", text.strip())[0]


def _any(columns: list[pl.Series], words: frozenset[str], height: int) -> bool:
    """Whether a row near either end is no record: those among the others come with one at the end."""
    for start in {0, max(0, height - _ENDS)}:
        # a few values are asked sooner one by one than by a query
        for row in zip(*(column.slice(start, _ENDS).to_list() for column in columns), strict=True):
            first = next((cell for cell in row if cell is not None and str(cell).strip()), None)
            if isinstance(first, str) and (_bare(first) in words or _IS_NOTE.match(first)):
                return True
    return False


def _begins(columns: list[pl.Series]) -> pl.Series:
    """What each row begins with: the first of the columns that has something, if that is a text."""
    texts = [
        pl.when(column.str.strip_chars().str.len_bytes() > 0).then(column)
        if column.dtype == pl.String
        else pl.when(column.is_not_null()).then(pl.lit(""))
        for column in columns
    ]
    return pl.select(pl.coalesce(texts)).to_series()


def _bare(text: str) -> str:
    return "".join(text.split()).lower()


def _cells(delivery: Delivery) -> pl.Series:
    """How many cells of each row have something in them."""
    filled = [
        column.is_not_null() if column.dtype != pl.String else column.str.strip_chars().str.len_bytes() > 0
        for column in delivery.columns
    ]
    return pl.select(pl.sum_horizontal(each.fill_null(value=False) for each in filled)).to_series()


def _kept(delivery: Delivery, mask: pl.Series) -> Delivery:
    return replace(
        delivery,
        columns=tuple(column.filter(mask) for column in delivery.columns),
        lines=None if delivery.lines is None else delivery.lines.filter(mask),
        widths=None if delivery.widths is None else delivery.widths.filter(mask),
    )
