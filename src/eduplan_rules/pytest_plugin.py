"""A plugin for pytest: the cases beside rules are collected as tests.

In: files that end in `.cases.yaml`. Out: a test for every case. The rules are those of the folder that a case file lies
in; the setting `eduplan_rules_rulebook` names another folder or file, `eduplan_rules_lang = zh` the language.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from eduplan_rules.tools.case import Case, CaseFile
    from eduplan_rules.tools.suite import Loaded
    from eduplan_rules.tools.words import Language

_RULEBOOK, _LANGUAGE = "eduplan_rules_rulebook", "eduplan_rules_lang"
_ENDINGS = (".cases.yaml", ".cases.yml")
_loaded = pytest.StashKey[dict[Path, Any]]()


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
            raise self.CollectError(render_diagnostics(loaded.diagnostics))
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


def _language(config: pytest.Config) -> Language:
    return "zh" if config.getini(_LANGUAGE) == "zh" else "en"
