"""The cases beside rules, run together.

In: rule files and their case files. Out: a `Suite`: for every case file the cases with how each differs from what it
expects, and what is wrong with the file. What holds: a mistake in one file of rules leaves the cases of the others
standing; the rulebook is loaded and compiled once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eduplan_rules.book import check_rulebook
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language.resolve import resolve
from eduplan_rules.rulebook.model import Remains, Rulebook
from eduplan_rules.source import Source, Span
from eduplan_rules.tools.cases import Case, CaseError, CaseFile, read_cases
from eduplan_rules.tools.compare import compare
from eduplan_rules.tools.trial import no_rule, run_case
from eduplan_rules.tools.words import Language

ENDINGS = (".cases.yaml", ".cases.yml")


@dataclass(frozen=True)
class Tried:
    """A case that ran."""

    case: Case
    #: how it differs from what it expects; nothing where it holds
    told: tuple[str, ...]
    #: rules with the verdicts that it expects and that were given
    seen: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class TriedFile:
    """A case file: what ran, and what is wrong with it."""

    name: str
    file: CaseFile | None
    tried: tuple[Tried, ...]
    mistakes: tuple[CaseError, ...]

    @property
    def passed(self) -> int:
        """How many cases hold."""
        return sum(not each.told for each in self.tried)

    @property
    def failed(self) -> tuple[Tried, ...]:
        """The cases that do not hold, but for those that are known not to."""
        return tuple(each for each in self.tried if each.told and not each.case.pending)

    @property
    def count(self) -> int:
        """How many cases there are, those that cannot be read among them."""
        return len(self.file.cases) + len(self.file.mistakes) if self.file else 0


@dataclass(frozen=True)
class Suite:
    """All case files of a rulebook."""

    book: Rulebook
    #: mistakes and warnings of the rulebook
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[TriedFile, ...]


def run_suite(rules: Path, cases: Sequence[Path] = (), *, language: Language = "en") -> Suite:
    """Run case files on the rulebook of a folder or a file; by default all that lie beside its rules."""
    checked, diagnostics = check_rulebook(rules)
    book, lost = _sound(checked, diagnostics)
    read = [_read(path) for path in (cases or case_files(rules))]
    # the compiled rulebook is remembered for as long as no case brings another, so these come last
    work = sorted(
        ((number, case) for number, (_, file, _) in enumerate(read) if file for case in file.cases),
        key=lambda each: bool(each[1].own or each[1].layers or each[1].rulebook),
    )
    tried: list[list[Tried]] = [[] for _ in read]
    mistakes = [list(wrong) for _, _, wrong in read]
    for number, case in work:
        try:
            ran = run_case(case, book, lost)
            compared = compare(ran, language)
            tried[number].append(Tried(case, compared.differences, compared.seen))
        except CaseError as error:
            mistakes[number].append(error)
    files = []
    for (name, file, _), some, wrong in zip(read, tried, mistakes, strict=True):
        wrong += _false_promises(file, some, book, lost) if file else []
        some.sort(key=lambda each: each.case.span.start)
        wrong.sort(key=lambda each: each.span.start)
        files.append(TriedFile(name, file, tuple(some), tuple(wrong)))
    return Suite(book, tuple(diagnostics), tuple(files))


def case_files(rules: Path) -> list[Path]:
    """The case files of a folder of rules, or that of one rule file: `x.cases.yaml` beside `x.yaml`."""
    if not rules.is_dir():
        beside = [rules.with_name(rules.stem + ending) for ending in ENDINGS]
        return [path for path in beside if path.is_file()]
    found = [path for path in rules.rglob("*") if path.name.endswith(ENDINGS) and path.is_file()]
    hidden = [path for path in found if any(part.startswith(".") for part in path.relative_to(rules).parts)]
    return sorted(set(found) - set(hidden), key=lambda path: path.relative_to(rules).as_posix())


def _read(path: Path) -> tuple[str, CaseFile | None, list[CaseError]]:
    name = shown(path)
    try:
        file = read_cases(path, name)
        return name, file, list(file.mistakes)
    except CaseError as error:
        return name, None, [error]


def shown(path: Path) -> str:
    """Name a file from the working directory where it lies below."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def _false_promises(file: CaseFile, tried: Sequence[Tried], book: Rulebook, lost: Collection[str]) -> list[CaseError]:
    """Rules said to be never unknown that are not there, or that a case of the file has seen unknown."""
    wrong = [no_rule(rule, book, lost) for rule in file.never_unknown if rule not in book.rules]
    for rule in file.never_unknown:
        seen = [each.case for each in tried if (str(rule), "unknown") in each.seen]
        wrong += [CaseError("yet-unknown", rule.span, rule=rule, case=case.name) for case in seen[:1]]
    return wrong


def _sound(book: Rulebook, diagnostics: Iterable[Diagnostic]) -> tuple[Rulebook, set[str]]:
    """The rulebook without the rules, values and parameters that have mistakes, or need one that has; their names."""
    lost = set(book.broken)
    wrong = _mistakes(diagnostics)
    # no remains, so that whatever needs them is blamed, and left out too
    book = book.model_copy(update={"remains": Remains()}) if wrong else book
    while wrong:
        resolved, found = resolve(book)
        wrong = [*wrong, *_mistakes(found)]
        kept: dict[str, dict[str, Any]] = {
            "values": {name: value for name, value in book.values.items() if not _any_in(wrong, value.is_.span)},
            "parameters": {name: each for name, each in book.parameters.items() if name in resolved.parameters},
            "rules": {name: rule for name, rule in book.rules.items() if name in resolved.rules},
        }
        fewer = {name for part in kept for name in getattr(book, part) if name not in kept[part]}
        lost |= fewer
        book = book.model_copy(update=kept)
        wrong = _mistakes(found) if fewer else []
    return book, lost


def _mistakes(diagnostics: Iterable[Diagnostic]) -> list[Span]:
    return [each.span for each in diagnostics if each.severity == "error"]


def _any_in(spans: Iterable[Span], place: Span) -> bool:
    return any(span.source == place.source and place.start <= span.start <= place.end for span in spans)


def sources_of(diagnostics: Iterable[Diagnostic]) -> dict[Source, list[Diagnostic]]:
    """Diagnostics by file, in their order."""
    found: dict[Source, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        found.setdefault(diagnostic.span.source, []).append(diagnostic)
    return found
