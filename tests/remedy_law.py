"""The law of remedies: applied as told it satisfies, and a step less of any of its numbers does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import eduplan_rules as er
from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.reports.explain.said import KINDS
from eduplan_rules.rulebook.model import Rulebook
from printed import LANGUAGES, Facts, bare, fits, kind_and_gaps, read
from remedies import Edits, applied, smaller

OPEN = ("violated", "not_due", "unknown")
#: rows that a note may tell
_FEW_ROWS = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")

#: kinds that ask for less
_DOWN = (
    *("less", "below", "earlier", "given-<=", "given-<", "given-day-<=", "level-down", "level-below"),
    *("level-middle-down", "rows-fewer", "rows-plain-fewer"),
)


def hold(book: Rulebook, facts: Facts, as_of: date, outcome: Outcome, remedy: Mapping[str, Any]) -> frozenset[str]:
    """Applied it satisfies, and so does what its text says in either language; a step less of it does not.

    Gives the kinds of sentences it is told in.
    """
    known: dict[str, str | None] = {}

    def verdict(edits: Edits) -> str | None:
        if repr(edits) not in known:
            changed = applied(facts, edits, book)
            report = er.evaluate(book, changed, as_of=as_of, periods="all", keep="all", select=outcome.rule)
            found = (each.verdict for each in report.outcomes() if each.id == outcome.id)
            known[repr(edits)] = next(found, None)
        return known[repr(edits)]

    try:
        assert verdict(remedy["edits"]) == "satisfied"
        for less in smaller(remedy, book):
            assert verdict(less) != "satisfied", less
        kinds: frozenset[str] = frozenset()
        for language in LANGUAGES:
            printed = read(remedy, language, book, facts)
            kinds |= printed.kinds
            for enough in printed.enough:
                assert verdict(enough) == "satisfied", (language, "as printed", enough)
            for less in printed.less:
                assert verdict(less) != "satisfied", (language, "less than printed", less)
    except AssertionError as error:
        told = f"facts: {facts}" if sum(map(len, facts.values())) <= _FEW_ROWS else "facts: too many to tell"
        error.add_note(f"{outcome!r}\n{remedy}\nas_of: {as_of}\n{told}")
        raise
    return kinds


def too_much(remedy: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same remedy, its text asking for more than it must: a number or day farther on, one row more."""
    if remedy["target"] == "together":
        parts = [too_much(remedy["parts"][0], "more"), *remedy["parts"][1:]]
        return {**remedy, "parts": parts, "edits": [edit for part in parts for edit in part["edits"]]}
    way = -1 if kind in _DOWN else 1
    rows = kind.startswith("rows")
    names = ("number", "needed") if rows else ("to", "limit", "change", "first", "last")
    edits = remedy["edits"]
    if rows and not remedy["first"]:
        last = dict(edits[-1])
        edits = [*edits, {**last, "key": ["more"], "cells": {**last["cells"], f"{last['entity']}_id": "more"}}]
    texts = dict(remedy["text"])
    for language in LANGUAGES:
        text, said = bare(remedy["text"][language], language), bare(remedy["text"][language], language)
        found, gaps = kind_and_gaps(said, language, lambda each: fits(each, remedy))
        while found != kind:
            said = gaps["said"]
            found, gaps = kind_and_gaps(said, language, lambda each: fits(each, remedy))
        # what changes by more changes by more, whichever way
        farther = {name: _farther(gaps[name], 1 if name == "change" else way) for name in names if name in gaps}
        template = bare(KINDS[kind][language == "zh"], language)
        texts[language] = text.replace(said, template.format(**gaps | farther))
    return {**remedy, "text": texts, "edits": edits}


def _farther(text: str, way: int) -> str:
    """A day later, or a number larger by far more than a step; or the other way."""
    day = _DAY.search(text)
    if day:
        return text.replace(day[0], (date.fromisoformat(day[0]) + way * timedelta(1)).isoformat(), 1)
    found = _NUMBER.match(text.strip())
    assert found, text
    size = 1 if found[1] is None else 0.001
    whole = found[1] is None
    more = float(found[0]) + way * (size if not whole else 1)
    return text.replace(found[0], f"{more:.0f}" if whole else f"{more:.12g}", 1)
