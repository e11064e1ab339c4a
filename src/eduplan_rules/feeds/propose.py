"""Drafts of `feeds.yaml`: what can be told of a file by looking at it.

In: a file and a rulebook. Out: the text of a `feeds.yaml` with comments, which works as it is and is to be looked
through. Holds: only what the file shows is written down; what is not certain says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from eduplan_rules.errors import did_you_mean
from eduplan_rules.feeds.decimals import guess_decimal
from eduplan_rules.feeds.delimited import read_rows, samples
from eduplan_rules.feeds.excel import first_rows, is_aside, open_workbook, read_sheet
from eduplan_rules.feeds.feed import Feed
from eduplan_rules.feeds.files import FORMATS
from eduplan_rules.feeds.head import DEPTH, Head, Row, find_head, number_meant
from eduplan_rules.feeds.named import find_period
from eduplan_rules.feeds.rows import without_others
from eduplan_rules.feeds.tables import read_unnamed
from eduplan_rules.feeds.text import UnreadableError, check_lines, read_text
from eduplan_rules.feeds.words import word
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.sentences import Language
from eduplan_rules.tables.cells import choices_of, read_column, read_in_unit
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.facts import entity_names
from eduplan_rules.tables.header import Headers, converts, headers_for, names_of
from eduplan_rules.tables.marks import is_mark
from eduplan_rules.units import parse_unit

#: lines of a draft
Lines = list[str]

#: forms of dates that the door does not read by itself
_DATES = ("d.m.yyyy", "d/m/yyyy", "d-m-yyyy", "m/d/yyyy", "yy-m-d", "yy.m.d", "yy/m/d")
_TRUE, _FALSE = ("Y", "y", "T", "对", "●", "○", "V", "v"), ("N", "n", "F", "错", "X", "x")


@dataclass(frozen=True)
class Table:
    """A table of the file with the entity that fits it best."""

    head: Head
    delivery: Delivery
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None


def propose_feeds(path: Path, book: Rulebook, language: Language, *, entity: Entity | None = None) -> str:
    """Draft the feeds of a file; `entity`: whose table it is, where its headers do not tell.

    Raises UnreadableError where the file cannot be read, or is no table of any entity.
    """
    form = FORMATS.get(path.suffix.lower(), "csv")
    entities = [entity] if entity is not None else list(book.entities.values())
    if form == "excel":
        tables = list(_of_workbook(path, entities))
    elif form in ("csv", "tsv"):
        tables = [_of_text(path, entities, form)]
    else:
        tables = list(_of_objects(path, entities, form, book))
    if not tables:
        known = tuple(map(str, book.entities))
        raise UnreadableError(word("no-table", known=known).said("en"), word("no-table", known=known).said("zh"))
    drafts: dict[str, list[Table]] = {}
    for table in tables:
        drafts.setdefault("\n".join(_draft(table, path, form, language)), []).append(table)
    lines = [f"# {word('drafted', file=path.name).said(language)}", "feeds:"]
    for text, alike in drafts.items():
        first = alike[0]
        fields = first.delivery.entity
        label = (fields.label or {}).get(language, fields.id)
        lines += [f"  - entity: {fields.id}  # {label}"]
        sheets = [_quoted(each.sheet) for each in alike if each.sheet is not None]
        files, *others = text.splitlines()
        lines += [files, *([f"    sheet: [{', '.join(sheets)}]"] if sheets else []), *others]
    return "\n".join(lines) + "\n"


def _of_text(path: Path, entities: Sequence[Entity], form: str) -> Table:
    read = read_text(path)
    check_lines(read.text)
    best: tuple[int, Head, Feed] | None = None
    for sign, rows, lines in samples(read.text, DEPTH):
        if form == "tsv" and sign != "\t":
            continue
        for entity in entities:
            feed = Feed(entity, separator=sign)
            best = _better(best, find_head(rows, lines, feed), feed)
    if best is None or (not best[0] and len(entities) > 1):
        known = tuple(str(entity.id) for entity in entities)
        raise UnreadableError(word("no-table", known=known).said("en"), word("no-table", known=known).said("zh"))
    _, head, feed = best
    delivery, head = read_rows(read.text, path.name, feed, feed.separator or ",")
    return Table(head, delivery, None, read.guessed, feed.separator)


def _of_workbook(path: Path, entities: Sequence[Entity]) -> Iterator[Table]:
    workbook = open_workbook(path)
    for sheet in workbook.sheet_names:
        if is_aside(workbook, sheet):
            continue
        rows: list[Row] = list(first_rows(workbook, sheet, 2 * DEPTH))
        best: tuple[int, Head, Feed] | None = None
        for entity in entities:
            head = find_head(rows, range(1, len(rows) + 1), Feed(entity)) if any(map(any, rows)) else None
            best = _better(best, head, Feed(entity))
        if best is not None and (best[0] or len(entities) == 1):
            # totals and what is in other units stay as they are, to be told here
            delivery, _ = read_sheet(workbook, sheet, replace(best[2], totals=()), path.name, path)
            yield Table(best[1], delivery, sheet)


def _of_objects(path: Path, entities: Sequence[Entity], form: str, book: Rulebook) -> Iterator[Table]:
    """Tables whose columns name themselves: of Parquet, JSON and JSON Lines."""
    for name, delivery, encoding in read_unnamed(path, form, entities[0]):
        own = [book.entities[entity_names(book)[name]]] if name in entity_names(book) else entities
        best: tuple[int, Head, Feed] | None = None
        for entity in own:
            head = Head(0, (1,), delivery.headers, (), sure=True, guessed=False)
            best = _better(best, head, Feed(entity))
        if best is not None and (best[0] or len(own) == 1):
            yield Table(best[1], replace(delivery, entity=best[2].entity), None, encoding)


def _better(best: tuple[int, Head, Feed] | None, head: Head | None, feed: Feed) -> tuple[int, Head, Feed] | None:
    """The head of which more headers mean something."""
    if head is None:
        return best
    number = number_meant(head, feed)
    return (number, head, feed) if best is None or number > best[0] else best


def _draft(table: Table, path: Path, form: str, language: Language) -> Iterator[str]:
    """All lines of a feed but its entity and sheets."""
    entity, known = table.delivery.entity, headers_for(table.delivery.entity)
    meanings = [known.meaning(header) for header in table.head.headers]
    there = {meaning.name for meaning in meanings if meaning}
    name, lines = _of_names(table, path, there, language)
    yield f"    files: {_quoted(name)}"
    if path.suffix.lower() not in FORMATS:
        yield f"    format: {form}"
    if table.encoding is not None:
        yield f"    encoding: {table.encoding.lower()}  # {word('not-utf-8').said(language)}"
    if table.separator not in (None, ",") and form != "tsv":
        yield f"    separator: {'tab' if table.separator == chr(9) else _quoted(str(table.separator), always=True)}"
    if table.head.guessed:
        numbers = [str(line) for line in table.head.lines]
        yield f"    header_row: {numbers[0] if len(numbers) == 1 else '[' + ', '.join(numbers) + ']'}"
    delivery, others = without_others(table.delivery, Feed(entity))
    begins = [found.value or "" for found in others]
    words = [re.split("(?<=[:：])", text)[0] if _is_note(text) else "".join(text.split()) for text in begins]
    if words:
        yield f"    totals: [{', '.join(_quoted(each) for each in dict.fromkeys(words))}]"
    if table.separator not in (None, ",") and guess_decimal(delivery) == ",":
        yield '    decimal: ","'
    yield from lines
    yield from _of_cells(delivery, table.head, known, language)
    yield from _of_columns(table.head, known, there, language)


def _is_note(text: str) -> bool:
    return ":" in text.replace("：", ":")


def _of_names(table: Table, path: Path, there: set[str], language: Language) -> tuple[str, Lines]:
    """A pattern of the file's name, and what only the names of file, sheet or title tell."""
    entity, name = table.delivery.entity, path.name
    lines: Lines = []
    period = entity.period
    if period is not None and str(period.column) not in there:
        column, title = str(period.column), " ".join(table.head.above)
        for text, key in ((path.stem, "from_name"), (table.sheet or "", "from_sheet"), (title, "")):
            found = find_period(period.is_, text)
            if found is None:
                continue
            if key:
                mark = "年" if text[found.end() :].startswith("年") else ""
                lines.append(f"    {key}: {_quoted('{' + column + '}' + mark, always=True)}  # {found[0]}")
                name = name.replace(found[0], "*") if key == "from_name" else name
            else:
                lines.append(f"    constants: {{{column}: {found[0]}}}  # {word('from-title').said(language)}")
            break
        else:
            lines.append(f"    # constants: {{{column}: }}  # {word('no-period').said(language)}")
    for field in entity.fields.values():
        if field.type == "choice" and str(field.id) not in there and table.sheet in choices_of(field):
            lines.append(f"    from_sheet: {_quoted('{' + str(field.id) + '}', always=True)}")
            break
    return name, lines


def _of_cells(delivery: Delivery, head: Head, known: Headers, language: Language) -> Iterator[str]:
    """Units, and how nothing, days and truths are written."""
    units: Lines = []
    missing: set[str] = set()
    truths: dict[str, set[str]] = {"true": set(), "false": set()}
    dates: set[str] = set()
    for header, column in zip(delivery.headers, delivery.columns, strict=True):
        meaning = known.meaning(header)
        field = None if meaning is None else delivery.entity.fields.get(meaning.name)
        if field is None or meaning is None:
            continue
        bare = header.endswith((")", "）"))
        unit = meaning.unit or next((each for each in head.units if not bare and converts(field, each)), None)
        if unit and field.unit and parse_unit(unit) != parse_unit(field.unit):
            units.append(f"{_quoted(header)}: {unit}")
        for text in _unread(field, column):
            if is_mark(text) and text not in ("√", "×", "✓", "✔", "✗"):
                missing.add(text)
            elif field.type == "boolean" and text in (*_TRUE, *_FALSE):
                truths["true" if text in _TRUE else "false"].add(text)
            elif field.type == "date":
                dates |= set(_forms(text))
    if units:
        yield f"    units: {{{', '.join(units)}}}  # {word('converted').said(language)}"
    if missing:
        yield f"    missing: [{', '.join(_quoted(each, always=True) for each in sorted(missing))}]"
    if any(truths.values()):
        told = (f"{key}: [{', '.join(map(_quoted, sorted(texts)))}]" for key, texts in truths.items() if texts)
        yield f"    booleans: {{{', '.join(told)}}}"
    if dates:
        forms = [form for form in _DATES if form in dates]
        yield f"    date_formats: {_quoted(forms[0])}" + (f"  # {forms[1]}?" if len(forms) > 1 else "")


def _unread(field: Field, column: pl.Series) -> list[str]:
    """Texts of a column that cannot be read by the type of its field."""
    if column.dtype != pl.String or field.type in ("text", "choice"):
        return []
    unit = None if field.unit is None else parse_unit(field.unit)
    read = read_column(field, column) if unit is None else read_in_unit(field, column, unit)
    return sorted({text.strip() for fault in read.faults for text in fault.values if text})


def _forms(text: str) -> Iterator[str]:
    """The forms in which a text may be a day."""
    for form in _DATES:
        pattern = re.escape(form).replace("yyyy", r"\d{4}").replace("yy", r"\d\d")
        if re.fullmatch(re.sub(r"(?<!\\)[dm]", r"\\d{1,2}", pattern), text):
            yield form


def _of_columns(head: Head, known: Headers, there: set[str], language: Language) -> Iterator[str]:
    """The columns with their fields; those that mean nothing yet are comments."""
    told: Lines = []
    unknown: Lines = []
    left = {name: str(field.id) for field in known.entity.fields.values() for name in names_of(field)}
    for header in head.headers:
        meaning = known.meaning(header)
        if meaning is not None:
            told.append(f"      {_quoted(header)}: {meaning.name}")
        elif header.strip():
            near = left.get(did_you_mean(header, left) or "") or next(
                (field for name, field in left.items() if len(name) > 1 and name in header), None
            )
            guess = near if near and near not in there else None
            hint = word("perhaps") if guess else word("no-field-for-it")
            unknown.append(f"      # {_quoted(header)}: {guess or '~'}  # {hint.said(language)}")
    if told or unknown:
        yield "    columns:" if told else "    # columns:"
        yield from dict.fromkeys(told)
        yield from dict.fromkeys(unknown)


def _quoted(text: str | None, *, always: bool = False) -> str:
    """A text as YAML has it."""
    plain = text or ""
    if (
        not always
        and re.fullmatch(r"[^\W\d_][\w.（）()/*-]*", plain)
        and plain.lower() not in ("null", "true", "false")
    ):
        return plain
    return json.dumps(plain, ensure_ascii=False)
