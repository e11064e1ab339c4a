"""The pages of the language reference: expressions, the sections of a rule file, units, periods, verdicts.

In: the table of operators, the grammar, the models of a rulebook with the texts about their keys, and `content`. Out: a
page of Markdown in each language. Holds: every operator, every word and sign of the grammar and every key is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from eduplan_rules.engine.outcome import VERDICTS
from eduplan_rules.language.resolve import RECORD_WORDS
from eduplan_rules.operators import OPERATORS, Operator
from eduplan_rules.period import KINDS, period_index, period_span
from eduplan_rules.rulebook import model
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.rulebook.section import SECTIONS
from eduplan_rules.tools import words
from eduplan_rules.tools.describe import code, plain, table
from eduplan_rules.tools.reference.content import (
    SUBJECT,
    Example,
    book_of_examples,
    chinese_missing,
    content,
    examples,
    say,
    table_of_rows,
)
from eduplan_rules.tools.schema.keys import KEYS, told
from eduplan_rules.tools.words import Language
from eduplan_rules.units import in_english

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PAGE = "language.md"

#: section -> the parts that have keys of their own: name of the part, its model, keys that the model does not have
_PARTS: dict[str, tuple[tuple[str, type[Placed] | None, tuple[str, ...]], ...]] = {
    "clauses": (("clause", model.Clause, ()),),
    "entities": (("entity", model.Entity, ()), ("field", model.Field, ()), ("period", model.Period, ())),
    "parameters": (
        ("parameter", model.Parameter, ("value", "values")),
        ("step", model.Step, ()),
        ("reference", model.Reference, ()),
    ),
    "values": (("value", model.Value, ()),),
    "rules": (
        ("rule", model.Rule, ()),
        ("body", None, ("all", "any", "at_least", "of", "others_reach")),
        ("member", model.Member, ()),
    ),
    "lint": (("lint", None, ("off",)),),
    "replace": (
        ("parameter", model.ParameterChange, ("value", "values")),
        ("rule", model.RuleChange, ()),
        ("loosening", model.Loosening, ()),
    ),
}
#: what the loader fills in: a rule without a title has its id for one
_SUPPLIED = {"title"}
_LABELS = {"year": "2022", "school-year": "2021-2022", "term": "2021-2022-1", "quarter": "2022-Q1", "month": "2022-02"}
#: the unit of money, of people, ...: units that convert into each other stand in one row
UNITS = (
    ("元", "千元", "万元", "亿元"), ("人", "百人", "千人", "万人"), ("m²", "㎡", "m2", "平方米", "km²"),
    ("m", "米", "km"), ("天", "日", "day", "days"), ("%", "％"),
)  # fmt: skip
CLAUSES = {
    "weighted by": ("mean", "cv"),
    "skip missing": ("sum", "mean", "median", "cv"),
}


def language_pages() -> dict[str, str]:
    """The pages about the language, by their path below the folder of pages."""
    texts = {f"{language}/{PAGE}": "\n".join(_page(language)).rstrip() + "\n" for language in LANGUAGES}
    return {path: re.sub(r"\n{3,}", "\n\n", text) for path, text in texts.items()}


def _page(language: Language) -> Iterator[str]:
    other = "en" if language == "zh" else "zh"
    yield words.say("generated", language)
    yield from ("", f"# {say('title', language)}", "")
    yield f"{words.say('other-language', language, link=f'../{other}/{PAGE}')} · {say('ways', language)}"
    for name, lines in (
        ("intro", _intro(language)),
        ("values", _values(language)),
        ("words", _words(language)),
        ("binding", _binding(language)),
        *((f"group-{group}", _group(group, language)) for group in dict.fromkeys(r.group for r in OPERATORS.values())),
        ("units", _units(language)),
        ("cells", _cells(language)),
        ("file", _file(language)),
        ("cases", _cases(language)),
        ("periods", _periods(language)),
        ("verdicts", _verdicts(language)),
        ("remedies", iter(())),
        ("grammar", _grammar()),
    ):
        if name != "intro":
            yield from ("", f"## {say(name, language)}")
        about = content()["texts"].get(f"about-{name}")
        if about:
            yield from ("", *about[language].rstrip().splitlines())
        yield ""
        yield from lines


def _intro(language: Language) -> Iterator[str]:
    """The rows that all examples are about."""
    book = book_of_examples()
    for entity in content()["rows"]:
        label = plain((book.entities[entity].label or {})[language])
        yield from (f"**{label}** `{entity}`", "")
        header, *rows = table_of_rows(entity)
        fields = book.entities[entity].fields
        columns = [_field(fields[name], language) if name in fields else code(name) for name in header]
        lines = [
            [column, *(_cell(fields.get(name), cell, language) for cell in cells)]
            for column, name, *cells in zip(columns, header, *rows, strict=True)
        ]
        numbers = [say("row", language, number=number) for number in range(1, len(rows) + 1)]
        yield from table([say("field", language), *numbers], lines)
        yield ""
    yield from (say("book", language), "")
    yield from _block(content()["rulebook"])


def _field(field: model.Field, language: Language) -> str:
    unit = "" if field.unit is None else f" {plain(field.unit)}"
    label = (field.label or {}).get("zh")
    return f"{code(field.id)}{f' {plain(label)}' if label else ''}{unit}" if language == "zh" else code(field.id) + unit


def _cell(field: model.Field | None, cell: str, language: Language) -> str:
    """A cell as it may be delivered, in the page's language."""
    if field is not None and field.type == "boolean" and f"cell-{cell}" in content()["texts"]:
        return say(f"cell-{cell}", language)
    if field is not None and field.type == "choice" and language == "zh":
        return next((texts["zh"] for name, texts in field.choices.items() if name == cell and texts), cell)
    return plain(cell)


def _values(language: Language) -> Iterator[str]:
    header = [say(name, language) for name in ("kind", "expression", "reads", "result")]
    rows = []
    for english, chinese, *lines in content()["values"]:
        for number, line in enumerate(lines):
            name = chinese if language == "zh" else english
            rows.append(["" if number else name, *_example(examples()[line], language)])
    yield from table(header, rows)


def _example(example: Example, language: Language) -> list[str]:
    reads = []
    for entity, name, values in example.reads:
        field = book_of_examples().entities[entity].fields[name]
        shown = (field.label or {}).get("zh") if language == "zh" else name
        cells = [_cell(field, value, language) or say("empty", language) for value in values]
        join = " → " if entity == SUBJECT else say("pause", language)
        reads.append(f"{plain(shown or name)} {join.join(cells)}")
    return [code(example.text[language]), "<br>".join(reads), result_words(example.result, language)]


def result_words(result: str, language: Language) -> str:
    """A result as the pages show it: bounds in words, truth and missing in the language."""
    amount, _, unit = result.partition(" ")
    low, bounds, high = amount.partition("..")
    if bounds:
        name = "at-least" if not high else "at-most" if not low else "from-to"
        amount = say(name, language, low=low, high=high)
    elif f"result-{amount}" in content()["texts"]:
        amount = say(f"result-{amount}", language)
    return plain(f"{amount} {unit}".rstrip())


def _words(language: Language) -> Iterator[str]:
    header = [say(name, language) for name in ("english", "chinese", "meaning", "expression", "reads", "result")]
    rows = []
    for english, chinese, meaning, chinese_meaning, line in content()["words"]:
        about = chinese_meaning if language == "zh" else meaning
        rows.append([code(english), chinese and code(chinese), about, *_example(examples()[line], language)])
    yield from table(header, rows)
    yield from ("", say("signs", language), "")
    signs = [[code(plain_sign), " ".join(map(code, others))] for plain_sign, *others in signs_of_the_grammar()]
    yield from table([say("sign", language), say("also", language)], signs)


def grammar() -> str:
    """The grammar of expressions."""
    return files("eduplan_rules.language").joinpath("grammar.lark").read_text(encoding="utf-8")


def signs_of_the_grammar() -> Iterator[list[str]]:
    """The spellings of each sign, the plain one first."""
    _, _, signs = grammar().partition("// signs\n")
    for pattern in re.findall(r"^\w+(?:\.\d)?: /(.*)/$", signs, flags=re.MULTILINE):
        if pattern.startswith("["):
            yield list(pattern[1:-1].replace("\\", ""))
        else:
            yield pattern.split("|")


def _binding(language: Language) -> Iterator[str]:
    header = [say(name, language) for name in ("expression", "reads", "result")]
    yield from table(header, (_example(examples()[line], language) for line in content()["binding"]))


def _group(group: str, language: Language) -> Iterator[str]:
    for row in OPERATORS.values():
        if row.group == group:
            about = content()["operators"][row.name]
            names = (row.zh, row.name) if language == "zh" and row.name[0].isalpha() else (row.name, row.zh)
            yield from (f"### `{names[0]}` `{names[1]}`", "")
            yield say("form", language, told=say("or", language).join(f"`{form}`" for form in forms(row, language)))
            gives = "number-or-date" if row.name in ("+", "-", "min", "max") else row.gives
            yield say("gives", language, told=say(f"gives-{gives}", language))
            yield say("means", language, told=about["zh"] if language == "zh" else row.doc)
            if row.missing:
                missing = chinese_missing(row.missing) if language == "zh" else row.missing
                yield say("missing", language, told=missing)
            yield ""
            header = [say(each, language) for each in ("expression", "reads", "result")]
            yield from (*table(header, (_example(examples()[line], language) for line in about["examples"])), "")


def forms(row: Operator, language: Language) -> list[str]:
    """How an operator is written."""
    taken = [say(f"takes-{each.rstrip('?*')}", language) for each in row.takes]
    marks = [each[-1] if each[-1] in "?*" else "" for each in row.takes]
    name = row.zh if language == "zh" else row.name
    if row.group == "context":
        return [name]
    if row.group in ("logic", "comparison", "arithmetic"):
        if "…" in row.zh:
            first, second = row.zh.split("…")[:2] if language == "zh" else ("between", "and")
            return [f"{taken[0]} {first} {taken[1]} {second} {taken[2]}"]
        sign = name if row.group != "arithmetic" and row.name.isascii() and row.name[0].isalpha() else row.name
        if len(taken) == 1:
            return [f"{sign} {taken[0]}" if row.group == "logic" else f"{taken[0]} {sign}"]
        with_days = [f"{say('takes-date', language)} {sign} {say('takes-duration', language)}"]
        return [f"{taken[0]} {sign} {taken[1]}", *(with_days if sign in "+-" else [])]
    comma = ", "
    arguments = [
        f"[{each}]" if mark == "?" else f"{each}{comma}…" if mark == "*" else each
        for each, mark in zip(taken, marks, strict=True)
        if each != say("takes-entity", language)
    ]
    plainly = f"{name}({comma.join(arguments)})"
    if row.name in ("min", "max"):
        return [plainly, _over_rows(row, name, arguments[:1], language)]
    return [_over_rows(row, name, arguments, language)] if row.group == "aggregate" else [plainly]


def _over_rows(row: Operator, name: str, arguments: list[str], language: Language) -> str:
    """How an aggregate is written, with the clauses that it takes."""
    word = {english: chinese if language == "zh" else english for english, chinese, *_ in content()["words"]}
    entity, condition = say("takes-entity", language), say("takes-boolean", language)
    goes_over = f"{', '.join(arguments)} {word['for']} {entity}" if arguments else entity
    length = f"{word['over last']} {say('takes-duration', language)} | {word['over ever']}"
    clauses = [f"{word['where']} {condition}", length]
    if row.name in CLAUSES["weighted by"]:
        clauses.append(f"{word['weighted by']} {say('takes-number', language)}")
    if row.name in CLAUSES["skip missing"]:
        clauses.append(word["skip missing"])
    return f"{name}({goes_over} {' '.join(f'[{each}]' for each in clauses)})"


def _units(language: Language) -> Iterator[str]:
    yield from table(
        [say("units-alike", language), say("in-english", language)],
        ([" ".join(map(code, row)), "; ".join(_english(row))] for row in UNITS),
    )
    yield ""
    header = [say(name, language) for name in ("expression", "reads", "result")]
    yield from table(header, (_example(examples()[line], language) for line in content()["units"]))


def _english(units: tuple[str, ...]) -> Iterator[str]:
    """What English sentences call units, where that is another word."""
    return iter(dict.fromkeys(word for each in units if (word := in_english(each)) != each))


def _cells(language: Language) -> Iterator[str]:
    rows = []
    before = ""
    for kind, cell, read in content()["cells"]:
        shown = result_words(read, language) if read else say("unreadable", language)
        rows.append(["" if kind == before else code(kind), code(cell), shown])
        before = kind
    yield from table([say("type", language), say("cell", language), say("read-as", language)], rows)


def _file(language: Language) -> Iterator[str]:
    yield from table(
        [say("section", language), say("meaning", language)],
        ([f"[{code(name)}](#{name})", told("file", name, language)] for name in SECTIONS),
    )
    for section in SECTIONS:
        yield from ("", f"### {section}", "")
        if section not in _PARTS:
            yield from (told("file", section, language), "")
        for part, of, more in _PARTS.get(section, ()):
            yield from (f"**{say(f'part-{part}', language)}**", "")
            yield from table([say("key", language), say("meaning", language)], _keys(part, of, more, language))
            yield ""
        if section == "rules":
            yield from (say("record", language), "")
            rows = ([code(f"{{{word}}}"), content()["record"][word][language]] for word in RECORD_WORDS)
            yield from (*table([say("written", language), say("meaning", language)], rows), "")
        yield from _block(example_of_section(section, language))


def example_of_section(section: str, language: Language) -> str:
    """A section as it is written, its comments in the page's language."""
    text = str(content()["sections"].get(section, "language: 1\n"))
    return re.sub(r"# (.*) \| (.*)", r"# \1" if language == "zh" else r"# \2", text)


def _cases(language: Language) -> Iterator[str]:
    for part in ("cases", "unreachable", "case"):
        yield from (f"**{say(f'part-{part}', language)}**", "")
        yield from (
            *table([say("key", language), say("meaning", language)], _keys(part, None, tuple(KEYS[part]), language)),
            "",
        )


def _keys(part: str, of: type[Placed] | None, more: tuple[str, ...], language: Language) -> Iterator[list[str]]:
    fields = {} if of is None else of.model_fields
    needed = {str(each.validation_alias or name) for name, each in fields.items() if each.is_required()} - _SUPPLIED
    for key in (*([] if of is None else of.keys()), *more):
        mark = say("needed", language) if key in needed else ""
        yield [f"{code(key)}{mark}", told(part, key, language)]


def _periods(language: Language) -> Iterator[str]:
    header = [say(name, language) for name in ("kind", "written", "first-day", "last-day")]
    rows = []
    for kind in KINDS:
        index = period_index(kind, _LABELS[kind])
        assert index is not None
        first, last = period_span(kind, index, {})
        rows.append([code(kind), code(_LABELS[kind]), str(first), str(last)])
    yield from table(header, rows)


def _verdicts(language: Language) -> Iterator[str]:
    rows = ([code(each), words.say(f"word-{each}", language), say(f"verdict-{each}", language)] for each in VERDICTS)
    yield from table([say("verdict", language), say("called", language), say("when", language)], rows)
    yield from ("", say("verdict-case", language), "")
    yield from _block(content()["verdicts"])


def _grammar() -> Iterator[str]:
    yield from _block(grammar(), "")


def _block(text: str, kind: str = "yaml") -> Iterator[str]:
    yield from (f"```{kind}", *text.rstrip("\n").splitlines(), "```")
