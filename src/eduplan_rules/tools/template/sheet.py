"""What a template asks for: a sheet for each entity, a column for each field.

In: a rulebook without mistakes. Out: `Sheet`s of `Column`s in one language, also as headers of CSV and as notes.
Holds: a feed with these names of sheets and headers is read without a finding about names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.feeds.excel import LONGEST_NAME, NOTES
from eduplan_rules.period import Kind, period_label, period_of_day
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.tables.delivery import anchors
from eduplan_rules.tables.header import headers_of
from eduplan_rules.tools.describe import plain, table
from eduplan_rules.tools.template.words import say
from eduplan_rules.tools.words import Language
from eduplan_rules.units import parse_unit

Role = Literal["key", "time", "needed", "absence", "optional"]

#: Chinese headers of periods
_PERIODS: dict[Kind, str] = {"year": "年度", "school-year": "学年", "term": "学期", "quarter": "季度", "month": "月份"}
#: a day whose periods show how periods are written
_EXAMPLE = date(2022, 11, 15)
#: what neither a file nor a sheet may have in its name
_UNFIT = re.compile(r"[\[\]:*?/\\<>|\"']")
#: rules that the notes name of each column
_TOLD = 8
#: the sheet that drop-down lists are read from
CHOICES = "choices"


@dataclass(frozen=True)
class Column:
    """A column to fill in."""

    header: str
    role: Role
    #: the declared type of the field, or the kind of the period
    type: str
    #: what to write, in words
    cell: str
    percent: bool = False
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    #: the rules that read it: id and title
    readers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A table to fill in."""

    name: str
    columns: tuple[Column, ...]
    #: how many of the first columns name the subject
    names: int


def make_sheets(book: Rulebook, language: Language, entities: Collection[str] = ()) -> list[Sheet]:
    """A sheet for each entity of the rulebook, or for those named."""
    readers = _readers(book, language)
    chosen = [entity for name, entity in book.entities.items() if not entities or name in entities]
    names = _sheet_names(book, language)
    return [_sheet(entity, names, readers, language) for entity in chosen]


def csv_text(sheet: Sheet) -> str:
    """The line of headers of a CSV file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(column.header for column in sheet.columns)
    return line.getvalue()


def note_rows(sheets: Iterable[Sheet], language: Language) -> Iterator[list[str]]:
    """A header and a line for each column: what to write, what an empty cell means, which rules read it."""
    yield [say(name, language) for name in ("sheet", "column", "kind", "cell", "empty", "readers")]
    for sheet in sheets:
        for column in sheet.columns:
            told = [say("reader", language, id=name, title=title) for name, title in column.readers[:_TOLD]]
            left = len(column.readers) - len(told)
            told += [say("more-readers", language, more=left)] if left else []
            readers = "\n".join(told) or say("no-readers", language)
            kind, empty = say(f"role-{column.role}", language), say(f"empty-{column.role}", language)
            yield [sheet.name, column.header, kind, column.cell, empty, readers]


def notes_text(sheets: Iterable[Sheet], language: Language) -> str:
    """The notes as a page of Markdown."""
    header, *rows = note_rows(sheets, language)
    lines = [f"# {say('notes-title', language)}", ""]
    lines += [f"- {say(name, language)}" for name in ("notes-rows", "notes-empty", "notes-left-csv")]
    told = ([plain(cell.replace("\n", say("comma", language))) for cell in row] for row in rows)
    return "\n".join([*lines, "", *table(header, told), ""])


def _sheet_names(book: Rulebook, language: Language) -> dict[str, str]:
    """What the sheet of each entity is called: its label if that may be the name of a sheet and of a file."""
    names: dict[str, str] = {}
    for entity in book.entities.values():
        taken = {name.casefold() for name in (*names.values(), *NOTES.values(), CHOICES)}
        fitting = [name for name in ((entity.label or {}).get(language, ""), str(entity.id)) if _fits(name, taken)]
        names[str(entity.id)] = fitting[0] if fitting else str(entity.id)[:LONGEST_NAME]
    return names


def _fits(name: str, taken: Collection[str]) -> bool:
    return 0 < len(name) <= LONGEST_NAME and not _UNFIT.search(name) and name.casefold() not in taken


def _sheet(
    entity: Entity, names: dict[str, str], readers: dict[tuple[str, str], dict[str, str]], language: Language
) -> Sheet:
    first = dict.fromkeys([*map(str, entity.key), *([str(entity.name)] if entity.name else [])])
    rest = [name for name in entity.fields if name not in first]
    links = {
        str(fields[-1]): names[str(target)] for target, fields in entity.belongs_to.items() if str(target) in names
    }
    columns = [_column(entity, entity.fields[name], links, readers, language) for name in (*first, *rest)]
    if entity.period is not None:
        columns.insert(len(first), _period(entity, language))
    return Sheet(names[str(entity.id)], tuple(columns), len(first))


def _period(entity: Entity, language: Language) -> Column:
    assert entity.period is not None
    kind = entity.period.is_
    own = str(entity.period.column)
    fields = {name for field in entity.fields.values() for name in (field.id, *(field.label or {}).values())}
    usual = own == kind.replace("-", "_")
    header = _PERIODS[kind] if language == "zh" and usual and _PERIODS[kind] not in fields else own
    assert header in headers_of(entity)
    index = period_of_day(kind, _EXAMPLE, {})
    assert index is not None
    label = period_label(kind, index)
    return Column(header, "time", kind, say("of-period", language, label=label))


def _column(
    entity: Entity,
    field: Field,
    links: dict[str, str],
    readers: dict[tuple[str, str], dict[str, str]],
    language: Language,
) -> Column:
    label = (field.label or {}).get(language) or str(field.id)
    unit = None if field.unit is None else parse_unit(field.unit)
    percent = unit is not None and unit.percent
    role: Role = "needed"
    if field.id in anchors(entity):
        role = "key" if field.id in entity.key else "time"
    elif field.blank is not None:
        role = "absence"
    elif field.optional:
        role = "optional"
    return Column(
        header=label if field.unit is None else say("unit", language, header=label, unit=field.unit),
        role=role,
        type=field.type,
        cell=say("comma", language).join(_cell(field, links.get(str(field.id)), language, percent=percent)),
        percent=percent,
        choices=_choices(field, language),
        min=field.min,
        max=field.max,
        readers=tuple(readers.get((str(entity.id), str(field.id)), {}).items()),
    )


def _cell(field: Field, target: str | None, language: Language, *, percent: bool) -> Iterator[str]:
    """What a cell of the field is, in words."""
    yield say(field.type, language, choices=say("pause", language).join(_choices(field, language)))
    if target is not None:
        yield say("reference", language, sheet=target)
    if percent:
        yield say("in-points", language)
    elif field.unit is not None:
        yield say("in-unit", language, unit=field.unit)
    low, high = (None if bound is None else f"{bound:.15g}" for bound in (field.min, field.max))
    if low is not None or high is not None:
        name = "at-most" if low is None else "at-least" if high is None else "between"
        yield say(name, language, low=low, high=high)
    if field.personal:
        yield say("personal", language)


def _choices(field: Field, language: Language) -> tuple[str, ...]:
    if field.type == "boolean":
        return say("yes", language), say("no", language)
    return tuple((words or {}).get(language) or str(choice) for choice, words in field.choices.items())


def _readers(book: Rulebook, language: Language) -> dict[tuple[str, str], dict[str, str]]:
    """By entity and field, the ids and titles of the rules that read it."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, resolved in resolved_rulebook(book).rules.items():
        for node in (node for tree in resolved.expressions() for node in tree.walk()):
            if node.op == "field":
                entity, field = map(str, node.data)
                found.setdefault((entity, field), {})[str(name)] = book.rules[name].title.get(language, str(name))
    return found
