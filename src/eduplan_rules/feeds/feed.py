"""Feeds: how the tables of somebody's export are laid out, in terms of a rulebook.

In: `feeds.yaml` and the rulebook whose entities it is about. Out: `Feeds`, or a `RulebookError` with every mistake at
its place. Holds: every entity, field and unit that a feed names is there; what a feed does not say is found out from
each table, and told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from eduplan_rules.errors import Diagnostic, RulebookError, sort_diagnostics
from eduplan_rules.feeds.address import PATIENCE, Database
from eduplan_rules.feeds.form import FeedForm, Pairs, read_forms
from eduplan_rules.feeds.words import word
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.forms import suggest
from eduplan_rules.rulebook.load import read_source
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.rulebook.section import Draft
from eduplan_rules.secret import blotted
from eduplan_rules.source import Scalar, Source, Span
from eduplan_rules.tables.facts import entity_names
from eduplan_rules.tables.header import converts, headers_for, names_of, squeezed

#: the file that says how those beside it are laid out
NAME = "feeds.yaml"
_HOLE = re.compile(r"\{([^\W\d]\w*)\}")
_OF_DATABASES = frozenset({"table", "query", "timeout"})
_OF_FILES = frozenset({"files", "format", "encoding", "separator", "sheet", "header_row", "from_sheet"})
_PERIOD = r"\d{4}(?:-\d{4}(?:-\d)?|-Q\d|-\d{1,2}|年\d{1,2}月)?"


@dataclass(frozen=True)
class Feed:
    """How a table is laid out; what is empty or None is found out."""

    entity: Entity
    files: tuple[str, ...] = ()
    #: where the table is, if in no file
    database: Database | None = None
    format: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheets: tuple[str, ...] = ()
    header_rows: tuple[int, ...] = ()
    skip_footer: int = 0
    totals: tuple[str, ...] | None = None
    fill_down: tuple[str, ...] = ()
    #: header, squeezed -> field; None: not read
    columns: Mapping[str, str | None] = field(default_factory=dict)
    #: header as it was written, by the squeezed one
    written: Mapping[str, str] = field(default_factory=dict)
    #: field -> unit
    units: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    dates: tuple[re.Pattern[str], ...] = ()
    booleans: Mapping[str, bool] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    from_name: re.Pattern[str] | None = None
    from_sheet: re.Pattern[str] | None = None
    #: where it was written
    place: str = ""

    def takes(self, inside: PurePosixPath) -> bool:
        """Whether a file, as it lies below the folder, is meant by a pattern."""
        return any(fnmatchcase(str(inside) if "/" in each else inside.name, each) for each in self.files)

    def by_name(self, named: Entity | None) -> bool:
        """Whether files that are named after an entity are meant."""
        return not self.files and self.database is None and named is not None and self.entity.id == named.id


@dataclass(frozen=True)
class Feeds:
    """All feeds of a file, and the folder that it lies in."""

    feeds: tuple[Feed, ...]
    folder: Path | None = None

    def holds(self, name: str) -> bool:
        """Whether a file is a database that a feed reads."""
        stored = (feed.database.address.url for feed in self.feeds if feed.database)
        return any(url.startswith("sqlite") and PurePosixPath(url).name == name for url in stored)

    def of(self, inside: PurePosixPath, named: Entity | None) -> tuple[Feed, ...]:
        """The feeds that a file belongs to: by pattern, or where there is none by what the file is named after."""
        meant = tuple(feed for feed in self.feeds if feed.takes(inside))
        return meant or tuple(feed for feed in self.feeds if feed.by_name(named))


def read_feeds(file: str | os.PathLike[str] | Source, book: Rulebook, *, beside: Rulebook | None = None) -> Feeds:
    """Read a file of feeds; raises RulebookError with every mistake in it.

    `beside` is another rulebook that the file is also about: what only that one declares is passed over.
    """
    draft = Draft()
    source = file if isinstance(file, Source) else read_source(Path(file), draft)
    diagnostics, feeds = draft.diagnostics, list[Feed]()
    if source is not None:
        tree, wrong = read_yaml(source)
        diagnostics += wrong
        forms = [] if tree is None and wrong else list(read_forms(tree, source, diagnostics))
        feeds = [feed for form in forms if (feed := _resolved(form, book, diagnostics, beside)) is not None]
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise RulebookError(sort_diagnostics(_discreet(each) for each in diagnostics))
    return Feeds(tuple(feeds), None if isinstance(file, Source) else Path(file).parent)


def _discreet(diagnostic: Diagnostic) -> Diagnostic:
    """Without what stands under `database`, which may hold a password however it is written."""
    also = tuple((_covered(span), label) for span, label in diagnostic.also)
    return replace(diagnostic, span=_covered(diagnostic.span), also=also)


def _covered(span: Span) -> Span:
    return replace(span, source=Source(span.source.name, blotted(span.source.text, "database")))


def _resolved(form: FeedForm, book: Rulebook, diagnostics: list[Diagnostic], beside: Rulebook | None) -> Feed | None:
    """Read the names of a form as those of the rulebook."""
    names = entity_names(book)
    others = {} if beside is None else entity_names(beside)
    other = None if beside is None or form.entity not in others else beside.entities[others[form.entity]]
    if form.entity not in names:
        if other is not None:
            return None
        message, hint = word("no-entity", name=form.entity), suggest(form.entity, names)
        diagnostics.append(Diagnostic("unknown-entity", message, form.entity.span, instruction=hint))
        return None
    reader = _Reader(book.entities[names[form.entity]], diagnostics, other)
    columns = reader.columns(form.columns)
    separator = form.separator and reader.separator(form.separator)
    written = {squeezed(header): str(header) for header in form.columns}
    decided = form.encoding in ("gbk", "gb2312")
    return Feed(
        entity=reader.entity,
        files=tuple(map(str, form.files)),
        database=_database(form, diagnostics),
        format=form.format,
        encoding="gb18030" if decided else form.encoding,
        separator=separator,
        decimal=form.decimal,
        sheets=tuple(map(str, form.sheet)),
        header_rows=form.header_row,
        skip_footer=form.skip_footer or 0,
        totals=None if form.totals is None else tuple(map(str, form.totals)),
        fill_down=tuple(filter(None, (reader.field(each) for each in form.fill_down))),
        columns=columns,
        written=written,
        units=reader.units(form.units, columns),
        missing=frozenset(each.strip() for each in form.missing),
        dates=tuple(filter(None, (reader.date_form(each) for each in form.date_formats))),
        booleans=form.booleans,
        constants={name: str(value) for key, value in form.constants.items() if value and (name := reader.field(key))},
        from_name=reader.pattern(form.from_name),
        from_sheet=reader.pattern(form.from_sheet),
        place=f"{form.span.source.name}:{form.span.line}",
    )


def _database(form: FeedForm, diagnostics: list[Diagnostic]) -> Database | None:
    """What a form says about a database; it says nothing about files then."""
    keys = FeedForm.keys()
    given = {key for key in keys if getattr(form, key) not in (None, ())}
    if form.database is None:
        message, beside = "without-database", given & _OF_DATABASES
    else:
        message, beside = "beside-database", given & _OF_FILES
    wrong = [word(message, key=key) for key in keys if key in beside]
    if form.database is not None and (form.table is None) == (form.query is None):
        wrong.append(word("table-or-query"))
    diagnostics += [Diagnostic("wrong-value", each, form.span) for each in wrong]
    if form.database is None or wrong:
        return None
    table, query = (None if each is None else str(each) for each in (form.table, form.query))
    return Database(form.database, table, query, form.timeout or PATIENCE)


@dataclass(frozen=True)
class _Reader:
    """Reads what a form says about the fields of an entity."""

    entity: Entity
    diagnostics: list[Diagnostic]
    #: what another rulebook has under this name: its fields are no mistakes
    other: Entity | None = None

    def field(self, name: Scalar) -> str | None:
        """The field, or the column of the period, that is called so."""
        meaning = headers_for(self.entity).meaning(name)
        if meaning is not None:
            return meaning.name
        if self.other is not None and headers_for(self.other).meaning(name) is not None:
            return None
        words = [word for each in self.entity.fields.values() for word in names_of(each)]
        message = word("no-field", entity=self.entity.id, name=name)
        diagnostic = Diagnostic("unknown-field", message, name.span, instruction=suggest(name, words))
        self.diagnostics.append(diagnostic)
        return None

    def columns(self, pairs: Pairs) -> dict[str, str | None]:
        """Fields by squeezed header."""
        return {squeezed(header): None if name is None else self.field(name) for header, name in pairs.items()}

    def units(self, pairs: Pairs, columns: Mapping[str, str | None]) -> dict[str, str]:
        """Units by field."""
        units: dict[str, str] = {}
        for key, unit in pairs.items():
            name = columns.get(squeezed(key)) or self.field(key)
            if name is None or unit is None:
                continue
            own = None if name not in self.entity.fields else self.entity.fields[name].unit
            if own is None:
                self.diagnostics.append(Diagnostic("unit-mismatch", word("no-own-unit", field=name), key.span))
            elif converts(self.entity.fields[name], unit) is None:
                message = word("no-unit", unit=unit, own=own, field=name)
                self.diagnostics.append(Diagnostic("unit-mismatch", message, unit.span))
            else:
                units[name] = str(unit)
        return units

    def separator(self, sign: Scalar) -> str | None:
        """The one sign between cells."""
        meant = "\t" if sign in ("tab", "\\t") else str(sign)
        if len(meant) == 1 and meant not in "\"'\r\n" and not meant.isalnum():
            return meant
        self.diagnostics.append(Diagnostic("wrong-value", word("separator", sign=sign), sign.span))
        return None

    def pattern(self, text: Scalar | None) -> re.Pattern[str] | None:
        """A pattern with fields in braces, or in named groups of a regular expression."""
        if text is None:
            return None
        period = None if self.entity.period is None else str(self.entity.period.column)
        known = headers_for(self.entity)

        def group(hole: re.Match[str]) -> str:
            meaning = known.meaning(hole[1])
            return f"(?P<{hole[1]}>{_PERIOD if meaning and meaning.name == period else '.+'})"

        try:
            pattern = re.compile(_HOLE.sub(group, text))
        except (re.error, OverflowError, RecursionError) as error:
            message = word("no-pattern", pattern=text, reason=str(error))
            self.diagnostics.append(Diagnostic("pattern-syntax", message, text.span))
            return None
        if not pattern.groupindex:
            self.diagnostics.append(Diagnostic("pattern-syntax", word("no-group"), text.span))
        for name in pattern.groupindex:
            at = text.find(name)
            self.field(Scalar(name, text.place(at, at + len(name))))
        return pattern

    def date_form(self, form: Scalar) -> re.Pattern[str] | None:
        """A form of dates such as `d.m.yyyy`, as a pattern with the groups y, m and d."""
        pieces = re.split(r"(yyyy|yy|mm?|dd?)", form.lower())
        if sorted(piece[0] for piece in pieces[1::2]) == ["d", "m", "y"]:
            parts = (_part(piece) if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
            return re.compile("".join(parts), re.ASCII)
        self.diagnostics.append(Diagnostic("wrong-value", word("date-form", form=form), form.span))
        return None


def _part(letters: str) -> str:
    if letters == "yyyy":
        return r"(?P<y>\d{4})"
    return rf"(?P<{letters[0]}>\d\d)" if letters == "yy" else rf"(?P<{letters[0]}>\d{{1,2}})"


def matched(pattern: re.Pattern[str], text: str, entity: Entity) -> Iterator[tuple[str, str]]:
    """Fields with what a pattern finds for them in a name; nothing where it does not fit."""
    known, found = headers_for(entity), pattern.search(text)
    for name, value in ({} if found is None else found.groupdict()).items():
        meaning = known.meaning(name)
        if meaning is not None and value is not None:
            yield meaning.name, value
