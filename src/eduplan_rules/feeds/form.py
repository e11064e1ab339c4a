"""`feeds.yaml` as its author writes it.

In: a YAML file with `feeds`. Out: `FeedForm`s, each with its place, and every mistake as a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from eduplan_rules.errors import Diagnostic
from eduplan_rules.feeds.address import Address, to_address
from eduplan_rules.feeds.words import word
from eduplan_rules.rulebook.build import build
from eduplan_rules.rulebook.forms import refuse, to_texts
from eduplan_rules.rulebook.keys import found, tidy
from eduplan_rules.rulebook.placed import Count, Placed, Text, Texts
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span

FORMATS = ("csv", "tsv", "excel", "json", "jsonl", "parquet")
ENCODINGS = ("utf-8", "utf-16", "gb18030", "gbk", "gb2312")
KEYS = ("feeds",)

Pairs = dict[Scalar, Scalar | None]


def to_pairs(value: Any) -> Pairs:
    """Take a mapping from texts to texts, or to nothing."""
    if isinstance(value, Mapping) and all(item is None or isinstance(item, Scalar) for item in value.values()):
        return dict(value)
    raise refuse("wrong-shape", word("expected", expected=word("pairs"), found=found(value)))


def to_rows(value: Any) -> tuple[int, ...]:
    """Take the number of a row, or those of rows that follow each other."""
    texts = to_texts(value)
    if all(text.isascii() and text.isdecimal() and len(text) < 8 for text in texts):
        rows = tuple(int(text) for text in texts)
        if rows and rows[0] and rows == tuple(range(rows[0], rows[0] + len(rows))):
            return rows
    raise refuse("wrong-value", word("expected", expected=word("row-numbers"), found=found(value)))


def to_truths(value: Any) -> dict[str, bool]:
    """Take what stands for true and false."""
    if isinstance(value, Mapping) and set(value) <= {"true", "false"}:
        return {str(text): key == "true" for key, texts in value.items() for text in to_texts(texts)}
    raise refuse("wrong-shape", word("expected", expected=word("truth-words"), found=found(value)))


class FeedForm(Placed):
    """One table as somebody exports it: which files, how they are laid out, what their columns mean."""

    entity: Text
    #: patterns of paths, `*` for any characters; without any, files named after the entity
    files: Texts = ()
    #: instead of files: the URL of a database, or the environment variable that has it
    database: Annotated[Address | None, PlainValidator(to_address)] = None
    #: what is read there
    table: Text | None = None
    query: Text | None = None
    #: seconds in which it must be read
    timeout: Count | None = None
    #: without it, the ending of the file says
    format: Literal["csv", "tsv", "excel", "json", "jsonl", "parquet"] | None = None
    encoding: Literal["utf-8", "utf-16", "gb18030", "gbk", "gb2312"] | None = None
    #: the sign between cells
    separator: Text | None = None
    #: the sign before the decimals of a number
    decimal: Literal[".", ","] | None = None
    #: patterns of names of sheets
    sheet: Texts = ()
    #: lines of the headers; several are joined
    header_row: Annotated[tuple[int, ...], PlainValidator(to_rows)] = ()
    #: what the first cell of rows says that are no records; with a colon at the end, what it begins with
    totals: Texts | None = None
    #: how many rows at the end are no records
    skip_footer: Count | None = None
    #: fields whose empty cells have what stands above
    fill_down: Texts = ()
    #: header -> field; nothing: the column is not read
    columns: Annotated[Pairs, PlainValidator(to_pairs)] = {}  # noqa: RUF012
    #: header or field -> unit in which the numbers stand
    units: Annotated[Pairs, PlainValidator(to_pairs)] = {}  # noqa: RUF012
    #: cells that stand for nothing
    missing: Texts = ()
    #: forms of dates, such as `d.m.yyyy`
    date_formats: Texts = ()
    booleans: Annotated[dict[str, bool], PlainValidator(to_truths)] = {}  # noqa: RUF012
    #: field -> what every row has
    constants: Annotated[Pairs, PlainValidator(to_pairs)] = {}  # noqa: RUF012
    #: a pattern over the name of the file, with fields in braces
    from_name: Text | None = None
    #: a pattern over the name of the sheet
    from_sheet: Text | None = None


def read_forms(tree: Any, source: Source, diagnostics: list[Diagnostic]) -> Iterator[FeedForm]:
    """Read the feeds of a file in the order in which they stand."""
    if tree is None:
        tree = Mapping(span=Span(source, 0, 0))
    if not isinstance(tree, Mapping):
        place = getattr(tree, "span", Span(source, 0, 0))
        message = word("expected", expected=word("list-feeds"), found=found(tree))
        diagnostics.append(Diagnostic("wrong-shape", message, place))
        return
    given = tidy(tree, KEYS, diagnostics).get("feeds")
    if isinstance(given, Mapping):
        pairs = [(each, {"entity": name}) for name, one in given.items() for each in _several(one)]
    elif isinstance(given, Sequence):
        pairs = [(each, {}) for each in given]
    else:
        message = word("expected", expected=word("feeds"), found=found(given))
        diagnostics.append(Diagnostic("wrong-shape", message, getattr(given, "span", tree.span)))
        return
    for raw, known in pairs:
        place = getattr(known.get("entity", raw), "span", tree.span)
        form = build(FeedForm, Mapping(span=place) if raw is None else raw, place, diagnostics, known)
        if form is not None:
            yield form


def _several(value: Any) -> list[Any]:
    """Let a feed alone stand for the list of it; a bare entity has one about which nothing is said."""
    return value if isinstance(value, Sequence) else [value]
