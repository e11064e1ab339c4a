"""Changes and their impact as text, and as Markdown for a pull request.

In: changes, an `Impact`, a language. Out: text. Both are made from the same blocks: headings, lines, tables.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eduplan_rules.engine.wording import format_amount
from eduplan_rules.tools.diff.change import Change
from eduplan_rules.tools.diff.impact import WAYS, Impact
from eduplan_rules.tools.diff.words import Language, say

_SECTIONS = (
    ("clauses", ("clause",)),
    ("entities", ("entity", "field")),
    ("calendars", ("calendar",)),
    ("parameters", ("parameter",)),
    ("values", ("value",)),
    ("rules", ("rule",)),
)
_SIGNS = {"added": "+", "removed": "-", "renamed": "~", "changed": "~"}
#: subjects that are named; all of them are in the JSON form
_SHOWN = 20
#: rows of a table
_ROWS = 40
#: what Markdown would take for something else
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|<>[]#"} | {"\n": " "})


@dataclass(frozen=True)
class Block:
    """A heading of a level, lines, or a table whose first row is its header."""

    heading: str | None = None
    level: int = 1
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


def render_text(blocks: Iterable[Block]) -> str:
    """The blocks for a terminal."""
    parts = []
    for block in blocks:
        lines = [] if block.heading is None else [block.heading]
        indent = "" if block.level == 1 else "  "
        lines += [f"{indent}{line}" for line in (*block.lines, *_aligned(block.table))]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = zip(row, widths, strict=True)
        cells = [first[0] + " " * (first[1] - _width(first[0]))]
        cells += [" " * (width - _width(cell)) + cell for cell, width in rest]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def render_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    lines: list[str] = []
    for block in blocks:
        if block.heading is not None:
            lines += [f"{'#' * (block.level + 1)} {block.heading.translate(_SPECIAL)}", ""]
        lines += [f"- {line.translate(_SPECIAL)}" for line in block.lines]
        lines += [""] if block.lines else []
        if block.table:
            header, *rows = block.table
            lines += [f"| {' | '.join(cell.translate(_SPECIAL) for cell in row)} |" for row in (header,)]
            lines.append(f"|{'---|' + '---:|' * (len(header) - 1)}")
            lines += [f"| {' | '.join(cell.translate(_SPECIAL) for cell in row)} |" for row in rows]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def change_blocks(changes: Sequence[Change], language: Language, *, same_text: bool) -> Iterator[Block]:
    """What changed in a rulebook, section by section."""
    if not changes:
        told = [say("no-changes", language), *([] if same_text else [say("texts-differ", language)])]
        yield Block(say("rulebooks", language), lines=tuple(told))
        return
    yield Block(say("rulebooks", language))
    for section, kinds in _SECTIONS:
        lines = tuple(_change(each, language) for each in changes if each.kind in kinds)
        if lines:
            yield Block(say(section, language), 2, lines)


def _change(change: Change, language: Language) -> str:
    """`~ guards_minimum from 2026-01-01: 3 -> 4`."""
    name = change.name
    if change.what == "renamed":
        assert change.old is not None
        return f"~ {say('renamed', language, old=change.old[language], new=name)}"
    if change.what != "changed":
        about = "" if change.about is None else change.about[language]
        told = say("about", language, name=name, about=about) if about else name
        return f"{_SIGNS[change.what]} {told}{say('colon', language)}{say(change.what, language)}"
    if change.part is not None:
        name += f" {_part(change.part, language)}"
    if change.since is not None:
        name += say("from-day", language, day=change.since)
    if change.of is not None:
        name += say("of-choice", language, choice=change.of[language])
    old, new = (say("nothing", language) if each is None else each[language] for each in (change.old, change.new))
    return f"~ {name}{say('colon', language)}{say('arrow', language, old=old, new=new)}"


def _part(part: str, language: Language) -> str:
    """What a key is called; of a member, with its name; keys that people only meet in files stay as they are."""
    word, _, rest = part.partition(" ")
    told = say(word, language) if word in _NAMED else word
    return f"{told} {rest}".rstrip()


#: parts that have a word of their own
_NAMED = (
    "title", "for", "where", "require", "since", "until", "due", "every", "severity", "nature", "owner", "message",
    "source", "off", "label", "unit", "by", "scale", "type", "is", "others-reach",
)  # fmt: skip


def impact_blocks(impact: Impact, language: Language) -> Iterator[Block]:
    """Verdicts before and after; what was gained and lost by rule, place and severity; gaps; subjects."""
    head = ("verdict", "before", "after")
    rows = [
        (say(f"word-{verdict}", language), f"{old:,}", f"{new:,}", _signed(new - old))
        for verdict, (old, new) in impact.verdicts.items()
    ]
    yield Block(level=2, table=((*(say(word, language) for word in head), "±"), *rows))
    if not impact.changed.height and not impact.gaps.height:
        yield Block(level=2, lines=(say("no-impact", language),))
        return
    by_rule = _counts(impact, "rule", say("by-rule", language), language)
    yield by_rule
    if impact.place_entity is not None:
        name = (impact.place_label or {}).get(language) or impact.place_entity
        yield _counts(impact, "place", say("by-place", language, entity=name), language)
    yield _counts(impact, "weight", say("by-severity", language), language)
    if impact.gaps.height:
        lines = [_gap(row, language) for row in impact.gaps.head(_ROWS).to_dicts()]
        yield Block(say("gaps", language), 2, (*lines, *_more(impact.gaps.height, _ROWS, language)))
    lines = [line for row in impact.changed.head(_SHOWN).to_dicts() for line in _subject(row, language)]
    yield Block(say("subjects", language), 2, (*lines, *_more(impact.changed.height, _SHOWN, language)))


def _more(height: int, shown: int, language: Language) -> tuple[str, ...]:
    return (say("more", language, count=f"{height - shown:,}"),) if height > shown else ()


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def _counts(impact: Impact, column: str, heading: str, language: Language) -> Block:
    """Only the ways that there are, the rows with most of them first."""
    found = impact.counts(column)
    ways = [way for way in WAYS if any(row[way] for row in found)]
    found.sort(key=lambda row: -sum(row[way] for way in ways))
    rows = [
        (_row_name(row[column], column, language), *(f"{row[way]:,}" if row[way] else "-" for way in ways))
        for row in found[:_ROWS]
    ]
    header = ("", *(say(way, language) for way in ways))
    return Block(heading, 2, _more(len(found), _ROWS, language), (header, *rows) if rows else ())


def _row_name(value: str | None, column: str, language: Language) -> str:
    if value is None:
        return say("elsewhere", language)
    return say(f"severity-{value}", language) if column == "weight" else value


def _amount(number: float | None, unit: str | None, language: Language) -> str:
    return say("nothing", language) if number is None else format_amount(float(f"{number:.12g}"), unit, language)


def _gap(row: dict[str, Any], language: Language) -> str:
    """Gaps in all; of per cent the largest, for points of different subjects do not add up."""
    largest = row["unit"] in (None, "%")
    word = "largest" if largest else "total"
    old, new = (_amount(row[f"{when}_{word}"], row["unit"], language) for when in ("old", "new"))
    period = say("in-period", language, period=row["period"]) if row["period"] else ""
    name = "gap-largest" if largest else "gap-line"
    return say(name, language, rule=row["rule"], period=period, old=old, new=new)


def _subject(row: dict[str, Any], language: Language) -> Iterator[str]:
    if row["gained"] or row["unclear"]:
        sign, told = "+", [say("now", language, verdict=_verdict(row["verdict"], language))]
        told += [say("was", language, verdict=_verdict(row["old_verdict"], language))]
    elif row["lost"] or row["clear"]:
        sign, told = "-", [say("was", language, verdict=_verdict(row["old_verdict"], language))]
        told += [say("now", language, verdict=_verdict(row["verdict"], language))]
    else:
        sign, told = "~", []
    if row["moved"]:
        old, new = _amount(row["old_gap"], row["old_unit"], language), _amount(row["gap"], row["unit"], language)
        told.append(say("gap-moved", language, old=old, new=new))
    elif row["gained"] and row["gap"] is not None:
        told.append(say("gap", language, gap=_amount(row["gap"], row["unit"], language)))
    if row["reweighed"]:
        old, new = (say(f"severity-{row[name]}", language) for name in ("old_severity", "severity"))
        told.append(say("arrow", language, old=old, new=new))
    period = say("in-period", language, period=row["period"]) if row["period"] else ""
    gaps = {"sign": sign, "rule": row["rule"], "entity": row["entity"], "period": period}
    gaps["key"] = say("hidden", language) if row["key"] is None else row["key"]
    yield say("subject", language, **gaps, told=say("told", language, told=say("semicolon", language).join(told)))


def _verdict(verdict: str | None, language: Language) -> str:
    return say("decided" if verdict is None else f"word-{verdict}", language)
