"""A plugin for pytest: the cases beside rules are collected as tests, and tests can check feeds of their own.

In: files that end in `.cases.yaml`. Out: a test for every case; the fixture `eduplan`. The rules are those of the
folder that a case file lies in, for the fixture the plan's own; the setting `eduplan_rules_rulebook` names another
folder or file, `eduplan_rules_lang = zh` the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from datetime import date

    from eduplan_rules.render.tally import FailOn
    from eduplan_rules.reports.report import Report
    from eduplan_rules.rulebook.model import Rulebook
    from eduplan_rules.tools.case import Case, CaseFile
    from eduplan_rules.tools.suite import Loaded
    from eduplan_rules.tools.words import Language

_RULEBOOK, _LANGUAGE = "eduplan_rules_rulebook", "eduplan_rules_lang"
_ENDINGS = (".cases.yaml", ".cases.yml")
#: unknown outcomes of a rule that are told
_FIRST = 3
_loaded = pytest.StashKey[dict[Path, Any]]()
_books = pytest.StashKey[dict[tuple[Path, ...], Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings."""
    parser.addini(_RULEBOOK, "rules that case files are about (default: those in their own folder)", "paths")
    parser.addini(_LANGUAGE, "language of what is told: en or zh", default="en")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Take a case file."""
    if not file_path.name.endswith(_ENDINGS):
        return None
    collected: CaseModule = CaseModule.from_parent(parent, path=file_path)
    return collected


class CaseModule(pytest.File):
    """A case file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give its cases; a mistake in the file or in the rules is an error of collection."""
        from eduplan_rules.tools.cases import read_cases
        from eduplan_rules.tools.mistake import CaseError
        from eduplan_rules.tools.suite import shown

        language = _language(self.config)
        loaded = self._rules()
        try:
            file = read_cases(self.path, shown(self.path))
        except CaseError as error:
            raise self.CollectError(error.told(language)) from None
        if file.mistakes:
            raise self.CollectError("\n".join(mistake.told(language) for mistake in file.mistakes))
        for case in file.cases:
            item: CaseItem = CaseItem.from_parent(self, name=case.name, case=case, file=file, loaded=loaded)
            if case.pending:
                item.add_marker(pytest.mark.xfail(reason=case.pending, strict=False))
            yield item

    def _rules(self) -> Loaded:
        """The rules that the file is about, loaded once."""
        from eduplan_rules.errors import render_diagnostics
        from eduplan_rules.tools.suite import load_suite

        named = self.config.getini(_RULEBOOK)
        folder = Path(named[0]) if named else self.path.parent
        known = self.config.stash.setdefault(_loaded, {})
        if folder not in known:
            known[folder] = load_suite(folder, ())
        loaded: Loaded = known[folder]
        if any(each.severity == "error" for each in loaded.diagnostics):
            raise self.CollectError(render_diagnostics(loaded.diagnostics, _language(self.config)))
        return loaded


class CaseItem(pytest.Item):
    """A case."""

    def __init__(self, *, case: Case, file: CaseFile, loaded: Loaded, **others: Any) -> None:
        super().__init__(**others)
        self.case = case
        self.file = file
        self.loaded = loaded

    def runtest(self) -> None:
        """Try the case."""
        from eduplan_rules.tools.compare import compare
        from eduplan_rules.tools.mistake import CaseError
        from eduplan_rules.tools.trial import run_case

        language = _language(self.config)
        try:
            compared = compare(run_case(self.case, self.loaded.book, self.loaded.lost), language)
        except CaseError as error:
            raise Differs([error.told(language)]) from None
        promised = [rule for rule in self.file.never_unknown if (str(rule), "unknown") in compared.seen]
        broken = [CaseError("yet-unknown", rule.span, rule=rule, case=self.case.name) for rule in promised]
        told = [*compared.differences, *(each.told(language) for each in broken)]
        if told:
            raise Differs(told)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **others: Any) -> Any:
        """Tell how the case differs, without a traceback."""
        if isinstance(excinfo.value, Differs):
            return "\n".join([str(self.case.span), *excinfo.value.told])
        return super().repr_failure(excinfo, *args, **others)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self.case.span.line - 1, self.case.name


class Differs(Exception):
    """A case does not give what it expects."""

    def __init__(self, told: list[str]) -> None:
        self.told = told
        super().__init__("\n".join(told))


@pytest.fixture
def eduplan(request: pytest.FixtureRequest) -> Eduplan:
    """Facts checked by rules: `eduplan.assert_passes(eduplan.check("feed/", as_of="2022-12-31"))`."""
    return Eduplan(request.config)


class Eduplan:
    """Checks facts in a test, and says by what they fail."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def check(
        self,
        facts: str | Path | Sequence[str | Path] | Mapping[str, Any] | None = None,
        *,
        as_of: date | str,
        rules: str | Path | Sequence[str | Path] | None = None,
        feed: str | Path | None = None,
        **options: Any,
    ) -> Report:
        """Evaluate rules on a feed (files, folders) or on tables by entity.

        `rules`: a file or folder, or layers of them; by default those of the setting, else the plan's own.
        `feed`: a `feeds.yaml` that says how the files are laid out; without `facts` its own folder is read.
        `options` are those of `evaluate`. Raises what `load_rulebook`, `read_facts` and `evaluate` raise, and the
        test's traceback ends where it called.
        """
        __tracebackhide__ = True
        from eduplan_rules.errors import DataError, EduplanError

        try:
            return self._report(facts, as_of, rules, feed, options)
        except DataError as error:
            raise DataError(error.said(_language(self._config)).splitlines()) from None
        except EduplanError as error:
            raise error.with_traceback(None) from None

    def _report(
        self,
        facts: str | Path | Sequence[str | Path] | Mapping[str, Any] | None,
        as_of: date | str,
        rules: str | Path | Sequence[str | Path] | None,
        feed: str | Path | None,
        options: Mapping[str, Any],
    ) -> Report:
        from eduplan_rules.feeds.files import read_facts
        from eduplan_rules.run import evaluate

        book = self.rulebook(rules)
        if isinstance(facts, Mapping):
            if feed is not None:
                message = "`feed` is about files, and the facts are tables"
                raise ValueError(message)
            return evaluate(book, facts, as_of=as_of, **options)
        if facts is None and feed is None:
            message = "`check` needs facts, or a feed"
            raise ValueError(message)
        paths = _paths(facts) if facts is not None else (Path(feed or "").parent,)
        delivered = read_facts(paths, book, feed=feed)
        return evaluate(book, delivered, as_of=as_of, **options)

    def rulebook(self, rules: str | Path | Sequence[str | Path] | None = None) -> Rulebook:
        """The rules that `check` goes by, loaded once."""
        from eduplan_rules.book import load_rulebook

        layers = _paths(self._config.getini(_RULEBOOK) if rules is None else rules)
        known = self._config.stash.setdefault(_books, {})
        if layers not in known:
            known[layers] = load_rulebook(*layers)
        book: Rulebook = known[layers]
        return book

    def assert_passes(self, report: Report, *, fail_on: FailOn = "error", strict: bool = False) -> None:
        """Fail the test unless the report passes as `check --fail-on` would let it; tell the worst, with their places.

        `strict`: unknown outcomes count as violations, rules without data as errors.
        """
        __tracebackhide__ = True
        from eduplan_rules.render.tally import Gate, decide, tally
        from eduplan_rules.render.text import render_verdict

        tallies = tally(report)
        decision = decide(report, tallies, Gate(fail_on, strict))
        if decision.exit_code:
            language = _language(self._config)
            told = [render_verdict(decision, len(tallies), language=language).rstrip()]
            told += _worst(report, decision.gated, language)
            if strict:
                told += _undecided(report, decision.gated, language)
            pytest.fail("\n".join(told), pytrace=False)


def _paths(given: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    return tuple(map(Path, [given] if isinstance(given, str | Path) else given))


def _worst(report: Report, severities: Sequence[str], language: Language) -> Iterator[str]:
    """A line for each of the first violations and findings that count: place, severity, rule or code, sentence."""
    from eduplan_rules.render.record import finding_place, finding_words
    from eduplan_rules.render.tally import tally
    from eduplan_rules.render.text import choose, choose_findings

    for rule, number in choose(tally(report)):
        record = report.outcomes(verdict="violated", rule=rule)[number].to_dict()
        if record["severity"] in severities:
            yield _told(report, record, language)
    for found in choose_findings(report.findings):
        if found.severity in severities:
            place = finding_place(report, found, language)
            yield f"{place + ': ' if place else ''}{found.severity}: {found.code}: {finding_words(found, language)}"


def _undecided(report: Report, severities: Sequence[str], language: Language) -> Iterator[str]:
    """A line for each of the first unknown outcomes that count in a strict run, and for each rule without data."""
    from eduplan_rules.render.record import silent_rules
    from eduplan_rules.render.words import say

    for rule in report.results:
        if report.book.rules[rule].severity in severities:
            for outcome in report.outcomes(verdict="unknown", rule=rule)[:_FIRST]:
                yield _told(report, outcome.to_dict(), language)
    if "error" in severities:
        for rule in silent_rules(report):
            title = report.book.rules[rule].title[language]
            yield f"error: {rule}: {say('rule-no-data', language, title=title)}"


def _told(report: Report, record: Mapping[str, Any], language: Language) -> str:
    """An outcome in a line: place, severity, rule, subject, sentence."""
    from eduplan_rules.render.record import place_words, severity_of, subject_in_period

    place = place_words(**record["location"])
    told = f"{subject_in_period(report, record, language)}: {record['message'][language]}"
    return f"{place + ': ' if place else ''}{severity_of(report, record)}: {record['rule']}: {told}"


def _language(config: pytest.Config) -> Language:
    return "zh" if config.getini(_LANGUAGE) == "zh" else "en"
