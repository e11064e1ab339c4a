"""What the language reference says besides the table of operators, the grammar and the keys.

In: `reference.yaml` in the package. Out: Chinese texts, and examples with the values that they read. Holds: an example
in Chinese is the one in English with other names, as `fmt` writes them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from eduplan_rules.errors import Diagnostic
from eduplan_rules.language.expressions import resolve_expression
from eduplan_rules.language.parse import parse
from eduplan_rules.language.resolve import resolve
from eduplan_rules.language.scope import Context, Scope
from eduplan_rules.operators import OPERATORS
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Scalar, Source, Span
from eduplan_rules.tools.fmt.names import edited, rename
from eduplan_rules.tools.words import Language

#: whose row the examples are about, in the year of the reference's day
SUBJECT, YEAR = "school", "2022"
_OVER_TIME = frozenset(row.name for row in OPERATORS.values() if row.group == "time")


@dataclass(frozen=True)
class Example:
    """An expression in both languages, its result on the row of the examples, and the fields that it reads."""

    text: Mapping[str, str]
    result: str
    #: entity, field, its values: of the subject's row, of the one before it, of the rows of an aggregate
    reads: tuple[tuple[str, str, tuple[str, ...]], ...]


@cache
def content() -> Mapping[str, Any]:
    """All that the file says."""
    text = files("eduplan_rules.tools.reference").joinpath("reference.yaml").read_text(encoding="utf-8")
    # our own file, whose scalars are all texts
    found: Mapping[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return found


def say(name: str, language: Language, **gaps: object) -> str:
    """A text of the pages."""
    return str(content()["texts"][name][language]).format(**gaps)


def chinese_missing(english: str) -> str:
    """What the table of operators says of missing values, in Chinese."""
    return str(content()["missing"][english]) if english else ""


def table_of_rows(entity: str) -> list[list[str]]:
    """The rows of the examples, below their headers."""
    return [[cell.strip() for cell in row] for row in csv.reader(content()["rows"][entity].splitlines())]


@cache
def book_of_examples() -> Rulebook:
    """The rulebook of the examples."""
    book, diagnostics = read_rulebook(Source("rules.yaml", content()["rulebook"]))
    if diagnostics:
        raise AssertionError(diagnostics)
    return book


def lines_of_examples() -> Iterator[str]:
    """All examples as they are written down."""
    told = content()
    for operator in told["operators"].values():
        yield from operator["examples"]
    for _, _, *lines in told["values"]:
        yield from lines
    yield from (row[-1] for row in told["words"])
    yield from (*told["units"], *told["binding"])


@cache
def examples() -> Mapping[str, Example]:
    """All examples, by the line that they are written in."""
    lines = list(dict.fromkeys(lines_of_examples()))
    book = book_of_examples()
    context = Context(book, resolve(book)[0].parameters, lambda diagnostic: None)
    texts = [line.rpartition(" ; ")[0] for line in lines]
    return {
        line: Example({"en": text, "zh": chinese}, line.rpartition(" ; ")[2], tuple(_reads(text, context)))
        for line, text, chinese in zip(lines, texts, in_chinese(texts), strict=True)
    }


def in_chinese(texts: Iterable[str]) -> list[str]:
    """Expressions with Chinese names and words."""
    # quoted once: what is written is what is read, and the texts of choices are found again
    quoted = [text.replace("'", "''") for text in texts]
    values = [f"  {SUBJECT}.e{number}: {{is: '{text}'}}" for number, text in enumerate(quoted)]
    whole = "\n".join([content()["rulebook"].rstrip(), *values, ""])
    edits = rename([[Source("rules.yaml", whole)]], "zh")
    if isinstance(edits, list):
        raise AssertionError(edits)
    written = yaml.load(edited(whole, edits.get("rules.yaml", [])), Loader=yaml.BaseLoader)["values"]
    return [written[f"{SUBJECT}.e{number}"]["is"] for number in range(len(values))]


def _reads(text: str, context: Context) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The fields that an expression reads, with their values."""
    tree = parse(Scalar(text, Span(Source("expression", text), 0, len(text))))
    if isinstance(tree, Diagnostic):
        raise AssertionError(tree)
    scope = Scope(context.book.entities[SUBJECT], timed=True)
    nodes = list(resolve_expression(tree, scope, context).walk())
    over_time = any(node.op in _OVER_TIME for node in nodes)
    ever = any(node.op == "aggregate" and node.data.over is not None for node in nodes)
    for entity, name in dict.fromkeys(node.data for node in nodes if node.op == "field"):
        header, *rows = table_of_rows(str(entity))
        if entity == SUBJECT:
            kept = rows if over_time else rows[-1:]
        else:
            kept = [row for row in rows if ever or any(cell.startswith(YEAR) for cell in row)]
        yield str(entity), str(name), tuple(row[header.index(name)] for row in kept)
