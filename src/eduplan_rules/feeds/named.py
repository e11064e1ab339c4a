"""Periods that stand in no column, only in the name of a file or of a sheet.

In: a text, a kind of period. Out: the period that it names. Holds: a text that names several, or a day, names none.
"""

from __future__ import annotations

import re

from eduplan_rules.period import Kind, period_index

#: what follows a period in a day, and in a period of another kind
_NO_MORE = r"(?!\d|[-._]\d|\d{1,2}日)"
_PATTERNS: dict[Kind, str] = {
    "year": r"(?<!\d)(?<!(?<!\d)\d{4}-)(?:19|20)\d\d(?!-?Q\d|年\d|学年)",
    "school-year": r"(?<!\d)20\d\d-20\d\d",
    "term": r"(?<!\d)20\d\d-20\d\d-[12]",
    "quarter": r"(?<!\d)20\d\d-?Q[1-4]",
    "month": r"(?<!\d)20\d\d(?:-\d{1,2}|年\d{1,2}月)",
}


def find_period(kind: Kind, text: str) -> re.Match[str] | None:
    """Where a text names a period of this kind; the first place of it, if it is the only one that it names."""
    found = [(period_index(kind, each[0]), each) for each in re.finditer(_PATTERNS[kind] + _NO_MORE, text)]
    known = {index for index, _ in found if index is not None}
    return next((each for index, each in found if index is not None), None) if len(known) == 1 else None


def period_in(kind: Kind, *texts: str | None) -> tuple[str, str] | None:
    """The one period that texts name, with the first of them; none where they name several."""
    found = [(each[0], text) for text in texts if text and (each := find_period(kind, text))]
    return found[0] if len({period_index(kind, name) for name, _ in found}) == 1 else None
