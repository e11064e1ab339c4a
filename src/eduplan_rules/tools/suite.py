"""The cases beside rules, run together.

In: rule files and their case files. Out: a `Suite`: for every case file the cases with how each differs from what it
expects, and what is wrong with the file. What holds: a mistake in one file of rules leaves the cases of the others
standing; the rulebook is loaded once, and of it only what a case is about is compiled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from eduplan_rules.book import check_rulebook
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language.resolve import resolve
from eduplan_rules.rulebook.model import Remains, Rulebook
from eduplan_rules.run import choose_rules
from eduplan_rules.source import Source, Span
from eduplan_rules.tools.case import Case, CaseFile, rules_of
from eduplan_rules.tools.cases import read_cases
from eduplan_rules.tools.compare import compare
from eduplan_rules.tools.mistake import CaseError
from eduplan_rules.tools.probe import Touch, touches
from eduplan_rules.tools.trial import no_rule, run_case
from eduplan_rules.tools.unreachable import false_excuses
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
    #: sides of bounds that its rows lie on; nothing where nobody asked
    touched: frozenset[Touch] = frozenset()
    seconds: float = 0

    @property
    def outcome(self) -> Literal["passed", "failed", "pending"]:
        """Whether it holds; a case that is known not to is pending."""
        return "passed" if not self.told else "pending" if self.case.pending else "failed"


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
        return tuple(each for each in self.tried if each.outcome == "failed")

    @property
    def count(self) -> int:
        """How many cases there were to try, those that cannot be read or run among them."""
        return len(self.tried) + len(self.mistakes)


@dataclass(frozen=True)
class Suite:
    """All case files of a rulebook."""

    book: Rulebook
    #: mistakes and warnings of the rulebook
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[TriedFile, ...]
    #: the rules that were asked for; None for all
    chosen: frozenset[str] | None = None
    #: whether it was found out which bounds the cases try
    with_bounds: bool = False


@dataclass(frozen=True)
class ReadFile:
    """A case file that was read: its cases, and what is wrong with it."""

    name: str
    file: CaseFile | None
    mistakes: tuple[CaseError, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases that could be read."""
        return () if self.file is None else self.file.cases


@dataclass(frozen=True)
class Loaded:
    """A rulebook and its case files, before any case is tried."""

    #: without what has mistakes
    book: Rulebook
    #: rules that were left out
    lost: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[ReadFile, ...]

    def cases_about(self, rule: str) -> list[Case]:
        """The cases that expect something of a rule."""
        return [case for file in self.files for case in file.cases if rule in rules_of(case)]


def load_suite(rules: Path, cases: Sequence[Path] | None = None) -> Loaded:
    """Read a rulebook, from a folder or a file, and case files; by default all that lie beside its rules."""
    checked, diagnostics = check_rulebook(rules)
    book, lost = _sound(checked, diagnostics)
    files = tuple(_read(path) for path in (case_files(rules) if cases is None else cases))
    return Loaded(book, frozenset(lost), tuple(diagnostics), files)


def run_suite(
    rules: Path,
    cases: Sequence[Path] = (),
    *,
    select: Sequence[str] = (),
    with_bounds: bool = False,
    language: Language = "en",
) -> Suite:
    """Load case files and try their cases, or those about the rules that `select` names."""
    return try_cases(load_suite(rules, cases or None), select=select, with_bounds=with_bounds, language=language)


def try_cases(
    loaded: Loaded, *, select: Sequence[str] = (), with_bounds: bool = False, language: Language = "en"
) -> Suite:
    """Try the cases, or those about some rules: ids, beginnings of ids, clauses or severities.

    `with_bounds` also finds the bounds that they try. Raises NoRuleError for what names none.
    """
    chosen = choose_rules(loaded.book, select, ()) if select else None
    # cases about the same rules come together: what is compiled last is remembered
    work = sorted(
        (
            (number, case)
            for number, file in enumerate(loaded.files)
            for case in file.cases
            if chosen is None or not chosen.isdisjoint(rules_of(case))
        ),
        key=lambda each: (each[1].brings_rules, each[1].rules or ()),
    )
    tried: list[list[Tried]] = [[] for _ in loaded.files]
    mistakes = [list(file.mistakes) for file in loaded.files]
    for number, case in work:
        try:
            start = perf_counter()
            ran = run_case(case, loaded.book, loaded.lost)
            compared = compare(ran, language)
            touched = touches(ran) if with_bounds and not compared.differences else frozenset()
            seconds = perf_counter() - start
            tried[number].append(Tried(case, compared.differences, compared.seen, touched, seconds))
        except CaseError as error:
            mistakes[number].append(error)
    files = []
    touched_by = {touch: each.case.name for some in tried for each in some for touch in each.touched}
    for read, some, wrong in zip(loaded.files, tried, mistakes, strict=True):
        if read.file is not None:
            wrong += _false_promises(read.file, some, loaded.book, loaded.lost)
            wrong += false_excuses(read.file, loaded.book, loaded.lost, touched_by)
        some.sort(key=lambda each: each.case.span.start)
        wrong.sort(key=lambda each: each.span.start)
        files.append(TriedFile(read.name, read.file, tuple(some), tuple(wrong)))
    return Suite(loaded.book, loaded.diagnostics, tuple(files), chosen, with_bounds)


def case_files(rules: Path) -> list[Path]:
    """The case files of a folder of rules, or that of one rule file: `x.cases.yaml` beside `x.yaml`."""
    if not rules.is_dir():
        beside = [rules.with_name(rules.stem + ending) for ending in ENDINGS]
        return [path for path in beside if path.is_file()]
    found = [path for path in rules.rglob("*") if path.name.endswith(ENDINGS) and path.is_file()]
    hidden = [path for path in found if any(part.startswith(".") for part in path.relative_to(rules).parts)]
    return sorted(set(found) - set(hidden), key=lambda path: path.relative_to(rules).as_posix())


def _read(path: Path) -> ReadFile:
    name = shown(path)
    try:
        file = read_cases(path, name)
        return ReadFile(name, file, file.mistakes)
    except CaseError as error:
        return ReadFile(name, None, (error,))


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
