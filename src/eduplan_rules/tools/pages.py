"""Pages about a rulebook: a catalogue of its rules, its parameters, and a matrix from clauses to cases.

In: a rulebook without mistakes, with the case files beside it. Out: pages of Markdown in Chinese and English, as texts
by path. What holds: the same rulebook gives the same pages, wherever and whenever they are made.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from eduplan_rules.book import load_rulebook, resolved_rulebook
from eduplan_rules.engine.outcome import VERDICTS
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.rulebook.model import Clause, Parameter, Rule, Rulebook
from eduplan_rules.source import Source
from eduplan_rules.tools.cases import CaseFile, read_cases
from eduplan_rules.tools.catalogue import Entry, catalogue, expected_verdicts
from eduplan_rules.tools.describe import (
    code,
    facts_read,
    plain,
    references,
    requirement,
    table,
    value_on,
    values_read,
    words,
)
from eduplan_rules.tools.fmt.names import edited, rename
from eduplan_rules.tools.suite import case_files
from eduplan_rules.tools.words import Language, say

LANGUAGES: tuple[Language, ...] = ("zh", "en")
CATALOGUE, MATRIX, PARAMETERS = "catalogue.md", "traceability.md", "parameters.md"


@dataclass(frozen=True)
class Pages:
    """What pages in one language are made from."""

    book: Rulebook
    resolved: Resolved
    entries: dict[str, Entry]
    language: Language
    #: from the folder of the pages' languages to that of the rules
    rules: str

    def say(self, name: str, **gaps: object) -> str:
        """A sentence in the pages' language."""
        return say(name, self.language, **gaps)

    def words(self, texts: dict[str, str] | None) -> str:
        """A text in the pages' language."""
        return words(texts, self.language)

    def files(self) -> dict[str, list[Entry]]:
        """Rules by the name of the file that they stand in."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            found.setdefault(_file(entry.rule), []).append(entry)
        return found


def make_pages(rules: Path, folder: Path) -> dict[str, str]:
    """The pages about the rules of a folder, by their path below `folder`. Raises RulebookError, or CaseError."""
    book = load_rulebook(rules)
    beside = rules if rules.is_dir() else rules.parent
    files = [read_cases(path, path.relative_to(beside).as_posix()) for path in case_files(rules)]
    for mistake in (mistake for file in files for mistake in file.mistakes):
        raise mistake
    books: dict[Language, Rulebook] = {"zh": _in_chinese(book), "en": book}
    way = PurePosixPath(Path(os.path.relpath(beside.resolve(), folder.resolve())).as_posix())
    made: dict[str, str] = {}
    for language in LANGUAGES:
        named = books[language]
        pages = Pages(named, resolved_rulebook(named), catalogue(named, files), language, str(way))
        made[f"{language}/{CATALOGUE}"] = _page(pages, "catalogue-title", CATALOGUE, _catalogue(pages, files))
        made[f"{language}/{MATRIX}"] = _page(pages, "matrix-title", MATRIX, _matrix(pages))
        made[f"{language}/{PARAMETERS}"] = _page(pages, "parameters-title", PARAMETERS, _parameters(pages))
        for name, some in pages.files().items():
            path = f"catalogue/{name}.md"
            made[f"{language}/{path}"] = _page(pages, "catalogue-title", path, _rules(pages, some), _theme(pages, name))
    return made


def _in_chinese(book: Rulebook) -> Rulebook:
    """The same rulebook with Chinese names and words in its expressions, where they are single names."""
    edits = rename([book.sources], "zh")
    assert isinstance(edits, dict)
    return load_rulebook(*(Source(each.name, edited(each.text, edits.get(each.name, []))) for each in book.sources))


def _theme(pages: Pages, name: str) -> str:
    """What the rules of a file are about: the sections of the plan that their clauses stand in, and the file."""
    entries = pages.files()[name]
    clauses = filter(None, (pages.book.clauses.get(str(entry.rule.clause)) for entry in entries))
    sections = pages.say("pause").join(dict.fromkeys(plain(each.section) for each in clauses if each.section))
    return pages.say("theme", sections=sections, file=name) if sections else name


def stale_pages(pages: dict[str, str], folder: Path) -> list[str]:
    """The pages that are missing, differ, or are about rules that are gone."""
    wrong = [path for path, text in pages.items() if _read(folder / path) != text]
    there = [path for language in LANGUAGES for path in (folder / language / "catalogue").glob("*.md")]
    gone = [path.relative_to(folder).as_posix() for path in there]
    return sorted([*wrong, *(path for path in gone if path not in pages)])


def write_pages(pages: dict[str, str], folder: Path) -> list[str]:
    """Write what is stale, and take away the pages about rules that are gone; give their paths."""
    stale = stale_pages(pages, folder)
    for path in stale:
        if path in pages:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(pages[path], encoding="utf-8", newline="\n")
        else:
            (folder / path).unlink()
    return stale


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _file(rule: Rule) -> str:
    """The name of the file that a rule stands in, without its ending."""
    return PurePosixPath(rule.id.span.source.name).stem


def _page(pages: Pages, title: str, path: str, lines: Iterable[str], name: str = "") -> str:
    """A page with its heading and the way to the same page in the other language."""
    up = "../" * path.count("/")
    other = "en" if pages.language == "zh" else "zh"
    ways = [
        pages.say("other-language", link=f"{up}../{other}/{path}"),
        *(
            f"[{pages.say(each)}]({up}{target})"
            for each, target in (
                ("catalogue-title", CATALOGUE),
                ("matrix-title", MATRIX),
                ("parameters-title", PARAMETERS),
            )
            if target != path
        ),
    ]
    heading = pages.say("titled-member", title=pages.say(title), told=name) if name else pages.say(title)
    return "\n".join([pages.say("generated"), "", f"# {heading}", "", " · ".join(ways), "", *lines]).rstrip() + "\n"


def _link(pages: Pages, rule: Rule, up: str = "") -> str:
    return f"[{pages.words(rule.title)}]({up}catalogue/{_file(rule)}.md#{rule.id})"


def _parameter_link(pages: Pages, parameter: Parameter, up: str = "") -> str:
    text = pages.words(parameter.label) or code(parameter.id)
    mark = f" **{pages.say('word-unverified')}**" if _unverified(pages, parameter) else ""
    return f"[{text}]({up}{PARAMETERS}#{parameter.id}){mark}"


def _unverified(pages: Pages, parameter: Parameter) -> bool:
    return pages.resolved.parameters[str(parameter.id)].unverified


def _catalogue(pages: Pages, files: list[CaseFile]) -> Iterator[str]:
    book = pages.book
    yield pages.say(
        "catalogue-intro",
        rules=len(book.rules),
        clauses=len(book.clauses),
        parameters=len(book.parameters),
        cases=sum(len(file.cases) for file in files),
    )
    unverified = [each for each in book.parameters.values() if _unverified(pages, each)]
    if unverified:
        names = pages.say("pause").join(f"[{code(each.id)}]({PARAMETERS}#{each.id})" for each in unverified)
        yield ""
        yield pages.say("unverified-intro", count=len(unverified), names=names)
    for name, entries in pages.files().items():
        yield ""
        yield f"## [{_theme(pages, name)}](catalogue/{name}.md)"
        yield ""
        header = [pages.say(each) for each in ("rule", "clause", "weight", "page-cases")]
        rows = (
            [
                f"{_link(pages, entry.rule)}<br>{code(entry.rule.id)}",
                plain(entry.rule.clause or ""),
                _weight(pages, entry.rule),
                _tried(pages, entry),
            ]
            for entry in entries
        )
        yield from table(header, rows)


def _weight(pages: Pages, rule: Rule) -> str:
    told = [pages.say(f"severity-{rule.severity}"), pages.say(f"nature-{rule.nature}")]
    return pages.say("comma").join([*told, pages.say("switched-off")] if rule.off else told)


def _tried(pages: Pages, entry: Entry) -> str:
    """How many cases a rule has, and which verdicts they expect."""
    if not entry.cases:
        return pages.say("no-cases-yet")
    expected = {
        verdict for _, case in entry.cases for verdict in expected_verdicts(case, str(entry.rule.id))
    }  # fmt: skip
    verdicts = pages.say("pause").join(pages.say(f"word-{each}") for each in VERDICTS if each in expected)
    return pages.say("case-count", count=len(entry.cases), verdicts=verdicts)


def _matrix(pages: Pages) -> Iterator[str]:
    yield pages.say("matrix-intro")
    yield ""
    header = [pages.say(each) for each in ("clause", "section", "obliges", "rule", "parameter", "page-cases")]
    loose = [entry for entry in pages.entries.values() if entry.rule.clause not in pages.book.clauses]
    rows = [row for clause in pages.book.clauses.values() for row in _clause_rows(pages, clause)]
    yield from table(header, [*rows, *_entry_rows(pages, loose, ("", "", ""))])


def _clause_rows(pages: Pages, clause: Clause) -> list[list[str]]:
    head = (f'<a id="{clause.id}"></a>**{plain(clause.id)}**', _place(pages, clause), pages.words(clause.summary))
    entries = [entry for entry in pages.entries.values() if entry.rule.clause == clause.id]
    if entries:
        return _entry_rows(pages, entries, head)
    reason = pages.words(clause.context)
    told = pages.say("context-clause", reason=reason) if reason else pages.say("open-clause")
    return [[*head, told, "", ""]]


def _entry_rows(pages: Pages, entries: list[Entry], head: tuple[str, str, str]) -> list[list[str]]:
    return [
        [
            *(head if number == 0 else ("", "", "")),
            f"{_link(pages, entry.rule)}<br>{code(entry.rule.id)}",
            "<br>".join(_parameter_link(pages, each) for each in entry.parameters),
            _tried(pages, entry),
        ]
        for number, entry in enumerate(entries)
    ]


def _rules(pages: Pages, entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        rule = entry.rule
        yield f'<a id="{rule.id}"></a>'
        yield ""
        yield f"## {pages.words(rule.title)}"
        yield ""
        yield code(rule.id)
        yield ""
        rows = [(pages.say(name), told) for name, told in _facts_of_rule(pages, entry) if told]
        yield from table((" ", " "), rows)
        yield ""
        if entry.parameters:
            header = [pages.say(each) for each in ("parameter", "from", "value", "source", "status")]
            yield from table(header, (row for each in entry.parameters for row in _history(pages, each)))
            yield ""
        if entry.cases:
            yield from table([pages.say("case"), pages.say("verdicts")], _case_rows(pages, entry))
            yield ""


def _facts_of_rule(pages: Pages, entry: Entry) -> Iterator[tuple[str, str]]:
    rule, language = entry.rule, pages.language
    resolved = pages.resolved.rules[str(rule.id)]
    entity = pages.book.entities[rule.for_]
    yield "clause", _clause(pages, rule)
    yield "source", references(rule.source, language)
    yield "subject", f"{pages.words(entity.label)} {code(rule.for_)}".strip()
    yield "where", "" if rule.where is None else code(rule.where)
    yield "condition", requirement(rule, language)
    yield "values", values_read(resolved, pages.book, language)
    yield "facts", facts_read(resolved, pages.book, language)
    yield "since-until", pages.say("comma").join(_bounds(pages, entry))
    yield "every", "" if rule.every is None else pages.say(f"every-{rule.every}")
    yield "due-row", "" if rule.due is None else code(rule.due)
    yield "weight", _weight(pages, rule)
    yield "owner", pages.words(rule.owner)
    yield "message", pages.words({key: str(text) for key, text in (rule.message or {}).items()})
    yield "never-row", plain(entry.never_unknown or "")


def _bounds(pages: Pages, entry: Entry) -> Iterator[str]:
    """From when and until when a rule holds: the day, and the parameter that has it."""
    rule, resolved = entry.rule, pages.resolved.rules[str(entry.rule.id)]
    read = {node.text: pages.book.parameters[node.data] for node in resolved.bounds}
    for word, day, name in (
        ("since", resolved.rule.since, rule.since_parameter),
        ("until", resolved.rule.until, rule.until_parameter),
    ):
        if day is not None:
            link = "" if name is None else pages.say("noted", note=_parameter_link(pages, read[str(name)], "../"))
            yield pages.say(word, day=f"{day}{link}")


def _clause(pages: Pages, rule: Rule) -> str:
    clause = pages.book.clauses.get(str(rule.clause))
    if clause is None:
        return ""
    place = f"[{plain(clause.id)}](../{MATRIX}#{clause.id}) {_place(pages, clause)}".rstrip()
    summary = pages.words(clause.summary)
    return pages.say("titled-member", title=place, told=summary) if summary else place


def _place(pages: Pages, clause: Clause) -> str:
    """Where the clause stands in the plan."""
    section = plain(clause.section or "")
    return section if clause.anchor is None else pages.say("cited", section=section, anchor=plain(clause.anchor))


def _history(pages: Pages, parameter: Parameter) -> Iterator[list[str]]:
    """A row for each dated value, the parameter named in the first."""
    link = _parameter_link(pages, parameter, "../")
    for number, row in enumerate(_values(pages, parameter)):
        yield ["" if number else f"{link}<br>{code(parameter.id)}", *row]


def _values(pages: Pages, parameter: Parameter) -> Iterator[list[str]]:
    """Day, value, source, status."""
    for dated in parameter.values:
        doubtful = dated.status or parameter.status
        yield [
            pages.say("always") if dated.date is None else dated.date.isoformat(),
            value_on(dated, parameter, pages.book, pages.language),
            references(dated.source or parameter.source, pages.language),
            f"**{pages.say('word-unverified')}**" if doubtful else "",
        ]
    if parameter.ended is not None:
        yield [pages.say("ended", day=parameter.ended), "", "", ""]


def _case_rows(pages: Pages, entry: Entry) -> Iterator[list[str]]:
    for file, case in entry.cases:
        verdicts = expected_verdicts(case, str(entry.rule.id))
        link = f"../../{pages.rules}/{file.source.name}"
        told = pages.say("pause").join(pages.say(f"word-{verdict}") for verdict in verdicts)
        yield [f"[{plain(case.name)}]({link})", told]


def _parameters(pages: Pages) -> Iterator[str]:
    yield pages.say("parameters-intro")
    for parameter in pages.book.parameters.values():
        yield ""
        yield f'<a id="{parameter.id}"></a>'
        yield ""
        yield f"## {pages.words(parameter.label) or parameter.id}"
        yield ""
        yield pages.say("comma").join([code(parameter.id), *_axes(pages, parameter)])
        yield ""
        header = [pages.say(each) for each in ("from", "value", "source", "status")]
        yield from table(header, _values(pages, parameter))
        yield ""
        readers = [entry.rule for entry in pages.entries.values() if parameter in entry.parameters]
        links = pages.say("pause").join(_link(pages, rule) for rule in readers)
        yield pages.say("used-by", rules=links) if readers else pages.say("used-by-none")


def _axes(pages: Pages, parameter: Parameter) -> Iterator[str]:
    names = [_field_name(pages, str(axis)) for axis in parameter.by]
    if names:
        yield pages.say("by-axes", axes=pages.say("pause").join(names))
    if parameter.scale is not None:
        yield pages.say("by-scale", scale=_field_name(pages, str(parameter.scale)))


def _field_name(pages: Pages, name: str) -> str:
    """What people call the field that an axis is named after."""
    fields = (entity.fields.get(name) for entity in pages.book.entities.values())
    return next((pages.words(field.label) for field in fields if field is not None and field.label), code(name))
