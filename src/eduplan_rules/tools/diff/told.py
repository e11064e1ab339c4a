"""Changes and their impact as text, and as Markdown for a pull request.

In: changes, an `Impact`, a language. Out: text. Both are made from the same blocks: headings, lines, tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
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
_SIDES = ("old_verdict", "verdict")
#: subjects that are named; all of them are in the JSON form
_SHOWN = 20
#: rows of a table
_ROWS = 40
#: what Markdown would take for something else, wherever it stands
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|<[]#"} | {"\n": " "})
#: and at the beginning of a line
_OPENING = re.compile(r"^(\d*)([-+>~=.)])")


@dataclass(frozen=True)
class Block:
    """A heading of a level, lines, or a table whose first row is its header.

    Before each of the lines stands its sign; Markdown, for which a sign would open a list, leaves it out.
    """

    heading: str | None = None
    level: int = 1
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def signed(self) -> tuple[str, ...]:
        """The lines with their signs; those without one come last."""
        return tuple(f"{sign} {line}".strip() for sign, line in zip_longest(self.signs, self.lines, fillvalue=""))


def render_text(blocks: Iterable[Block]) -> str:
    """The blocks for a terminal."""
    parts = []
    for block in blocks:
        lines = [] if block.heading is None else [block.heading]
        indent = "" if block.level == 1 else "  "
        lines += [f"{indent}{line}" for line in (*block.signed, *_aligned(block.table))]
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
            lines += [f"{'#' * (block.level + 1)} {_marked_down(block.heading)}", ""]
        lines += [f"- {_marked_down(line)}" for line in block.lines]
        lines += [""] if block.lines else []
        if block.table:
            header, *rows = block.table
            lines += [f"| {' | '.join(cell.translate(_SPECIAL) for cell in row)} |" for row in (header,)]
            lines.append(f"|{'---|' + '---:|' * (len(header) - 1)}")
            lines += [f"| {' | '.join(cell.translate(_SPECIAL) for cell in row)} |" for row in rows]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _marked_down(line: str) -> str:
    """A text as Markdown, with a real arrow."""
    told = line.translate(_SPECIAL).replace(" -> ", " → ")
    return _OPENING.sub(r"\1\\\2", told)


def change_blocks(changes: Sequence[Change], language: Language, *, same_text: bool) -> Iterator[Block]:
    """What changed in a rulebook, section by section."""
    if not changes:
        told = [say("no-changes", language), *([] if same_text else [say("texts-differ", language)])]
        yield Block(say("rulebooks", language), lines=tuple(told))
        return
    yield Block(say("rulebooks", language))
    for section, kinds in _SECTIONS:
        found = [each for each in changes if each.kind in kinds]
        if found:
            signs = tuple(_SIGNS[each.what] for each in found)
            yield Block(say(section, language), 2, tuple(_change(each, language) for each in found), signs=signs)


def _change(change: Change, language: Language) -> str:
    """`guards_minimum from 2026-01-01: 3 -> 4`."""
    name = change.name
    if change.what == "renamed":
        assert change.old is not None
        return say("renamed", language, old=change.old[language], new=name)
    if change.what != "changed":
        about = "" if change.about is None else change.about[language]
        told = say("about", language, name=name, about=about) if about else name
        return f"{told}{say('colon', language)}{say(change.what, language)}"
    if change.part is not None:
        name += f" {_part(change.part, language)}"
    if change.since is not None:
        name += say("from-day", language, day=change.since)
    if change.of is not None:
        name += say("of-choice", language, choice=change.of[language])
    old, new = (say("nothing", language) if each is None else each[language] for each in (change.old, change.new))
    return f"{name}{say('colon', language)}{say('arrow', language, old=old, new=new)}"


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
    if not impact.changed.height and not impact.gaps.height and not impact.shifts.height:
        yield Block(level=2, lines=(say("no-impact", language),))
        return
    if impact.shifts.height:
        yield _shifts(impact, language)
    if not impact.changed.height and not impact.gaps.height:
        return
    yield _counts(impact, "rule", say("by-rule", language), language)
    if impact.place_entity is not None:
        name = _label(impact.place_entity, impact, language)
        yield _counts(impact, "place", say("by-place", language, entity=name), language)
    yield _counts(impact, "weight", say("by-severity", language), language)
    if impact.gaps.height:
        lines = [_gap(row, language) for row in impact.gaps.head(_ROWS).to_dicts()]
        yield Block(say("gaps", language), 2, (*lines, *_more(impact.gaps.height, _ROWS, language)))
    shown = impact.changed.head(_SHOWN).to_dicts()
    lines = [_subject(row, impact, language) for row in shown]
    told = (*lines, *_more(impact.changed.height, _SHOWN, language))
    yield Block(say("subjects", language), 2, told, signs=tuple(map(_sign, shown)))


def _shifts(impact: Impact, language: Language) -> Block:
    """From which verdict to which, rule by rule."""
    header = tuple(say(word, language) for word in ("rule-column", "before", "after", "count"))
    rows = [
        (row["rule"], *(_verdict(row[side], row["rule"], impact, language) for side in _SIDES), f"{row['count']:,}")
        for row in impact.shifts.head(_ROWS).to_dicts()
    ]
    return Block(say("shifts", language), 2, _more(impact.shifts.height, _ROWS, language), (header, *rows))


def _label(entity: str, impact: Impact, language: Language) -> str:
    return impact.labels.get(entity, {}).get(language) or entity


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


def _sign(row: dict[str, Any]) -> str:
    if row["gained"] or row["unclear"]:
        return "+"
    return "-" if row["lost"] or row["clear"] else "~"


def _subject(row: dict[str, Any], impact: Impact, language: Language) -> str:
    now, was = (_verdict(row[side], row["rule"], impact, language) for side in ("verdict", "old_verdict"))
    if now == was:
        told = []
    elif row["rule"] in impact.new_rules:
        told = [say("now", language, verdict=now), was]
    elif row["rule"] in impact.old_rules:
        told = [say("was", language, verdict=was), now]
    else:
        told = [say("now", language, verdict=now), say("was", language, verdict=was)]
        told = told if _sign(row) == "+" else told[::-1]
    if row["moved"]:
        old, new = _amount(row["old_gap"], row["old_unit"], language), _amount(row["gap"], row["unit"], language)
        told.append(say("gap-moved", language, old=old, new=new))
    elif row["gained"] and row["gap"] is not None:
        told.append(say("gap", language, gap=_amount(row["gap"], row["unit"], language)))
    if row["reweighed"]:
        old, new = (say(f"severity-{row[name]}", language) for name in ("old_severity", "severity"))
        told.append(say("arrow", language, old=old, new=new))
    gaps = {"rule": row["rule"], "entity": _label(row["entity"], impact, language)}
    gaps["period"] = say("in-period", language, period=row["period"]) if row["period"] else ""
    gaps["key"] = say("hidden", language) if row["key"] is None else row["key"]
    return say("subject", language, **gaps, told=say("told", language, told=say("semicolon", language).join(told)))


def _verdict(verdict: str | None, rule: str, impact: Impact, language: Language) -> str:
    """A verdict in words; where there is none, why."""
    if verdict is not None:
        return say(f"word-{verdict}", language)
    if rule in impact.new_rules or rule in impact.old_rules:
        return say("new-rule" if rule in impact.new_rules else "old-rule", language)
    return say("not-judged" if impact.whole else "decided", language)
