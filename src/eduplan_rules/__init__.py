"""Declare the commitments of an education plan as rules in YAML, and evaluate them against structured facts.

    import eduplan_rules as er

    book = er.load_rulebook("rules")
    facts = er.read_facts("examples/city/data", book)
    report = er.evaluate(book, facts, as_of="2022-12-31")
    for violation in report.violations: ...

Names are loaded when first used, so that the import itself costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eduplan_rules.acceptance.accept import Tolerance, accept
    from eduplan_rules.acceptance.baseline import Baseline, make_baseline, read_baseline, write_baseline
    from eduplan_rules.acceptance.waivers import Waiver, read_waivers
    from eduplan_rules.book import check_rulebook, load_rulebook
    from eduplan_rules.checker import Checker
    from eduplan_rules.engine.outcome import Outcome, Violation
    from eduplan_rules.engine.result import Totals
    from eduplan_rules.errors import DataError, Diagnostic, EduplanError, EngineError, RulebookError
    from eduplan_rules.feeds.files import read_facts
    from eduplan_rules.reports.report import Outcomes, Report
    from eduplan_rules.rulebook.model import Rulebook
    from eduplan_rules.run import evaluate
    from eduplan_rules.session import Change, Session
    from eduplan_rules.tables.facts import Facts, to_facts
    from eduplan_rules.tables.finding import Finding, Location

    __version__: str

__all__ = [
    "Baseline",
    "Change",
    "Checker",
    "DataError",
    "Diagnostic",
    "EduplanError",
    "EngineError",
    "Facts",
    "Finding",
    "Location",
    "Outcome",
    "Outcomes",
    "Report",
    "Rulebook",
    "RulebookError",
    "Session",
    "Tolerance",
    "Totals",
    "Violation",
    "Waiver",
    "accept",
    "check_rulebook",
    "evaluate",
    "load_rulebook",
    "make_baseline",
    "read_baseline",
    "read_facts",
    "read_waivers",
    "to_facts",
    "write_baseline",
]

#: public name -> the module that defines it
_MODULES = {
    "Baseline": "acceptance.baseline",
    "Change": "session",
    "Checker": "checker",
    "DataError": "errors",
    "Diagnostic": "errors",
    "EduplanError": "errors",
    "EngineError": "errors",
    "Facts": "tables.facts",
    "Finding": "tables.finding",
    "Location": "tables.finding",
    "Outcome": "engine.outcome",
    "Outcomes": "reports.report",
    "Report": "reports.report",
    "Rulebook": "rulebook.model",
    "RulebookError": "errors",
    "Session": "session",
    "Tolerance": "acceptance.accept",
    "Totals": "engine.result",
    "Violation": "engine.outcome",
    "Waiver": "acceptance.waivers",
    "accept": "acceptance.accept",
    "check_rulebook": "book",
    "evaluate": "run",
    "load_rulebook": "book",
    "make_baseline": "acceptance.baseline",
    "read_baseline": "acceptance.baseline",
    "read_facts": "feeds.files",
    "read_waivers": "acceptance.waivers",
    "to_facts": "tables.facts",
    "write_baseline": "acceptance.baseline",
}

# Hidden from type checkers, which would otherwise take any attribute of the package to exist.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            value = version("eduplan-rules")
        elif name in _MODULES:
            value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
