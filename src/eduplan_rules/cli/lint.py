"""The command `lint`: what is wrong with a rulebook, and what its authors would rather know.

In: rules, a form. Out: an exit code (0 nothing at or above `--fail-on`, 1 something, 2 the rulebook or the command line
is wrong).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from eduplan_rules.cli.border import USAGE, Stop, prepare, put
from eduplan_rules.render.words import Language

if TYPE_CHECKING:
    from eduplan_rules.errors import Diagnostic
    from eduplan_rules.render.sarif import Place, Result
    from eduplan_rules.source import Span
    from eduplan_rules.tools.lint.lint import Linted

Form = Literal["text", "json", "github", "sarif"]
_RANK = {"error": 2, "warning": 1, "info": 0, "never": 3}


def lint_rules(paths: Sequence[str], form: Form, fail_on: str, *, language: Language) -> int:
    """Look the rulebook of the paths through (default: the plan's own pack); case files among them are its cases."""
    from eduplan_rules.book import pack_folder
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.tools.lint.lint import lint
    from eduplan_rules.tools.suite import ENDINGS, case_files
    from eduplan_rules.tools.words import say

    named = rules_of([path for path in paths if not path.endswith(ENDINGS)], language)
    rules = [Path(path) for path in named] or [pack_folder()]
    for path in rules:
        if not path.exists():
            raise Stop(USAGE, say("no-rulebook-there", language, name=path))
    given = [Path(path) for path in paths if path.endswith(ENDINGS)]
    cases = list(dict.fromkeys([*(case for path in rules for case in case_files(path)), *given]))
    linted = lint(rules, cases)
    worst = max((_RANK[each.severity] for each in linted.told), default=-1)
    failed = worst >= _RANK[fail_on]
    _write(linted, form, language, failed=failed)
    return USAGE if linted.refused else int(failed)


def _write(linted: Linted, form: Form, language: Language, *, failed: bool) -> None:
    from eduplan_rules.tools.lint.told import record, tell, workflow_commands

    prepare(sys.stdout, exact=form in ("json", "sarif"))
    if form == "text":
        put(tell(linted, language, failed=failed), sys.stdout)
    elif form == "json":
        put(json.dumps(record(linted), ensure_ascii=False, indent=1), sys.stdout)
    elif form == "sarif":
        put(json.dumps(_sarif(linted, language), ensure_ascii=False, indent=1), sys.stdout)
    else:
        for line in workflow_commands(linted, language):
            put(line, sys.stdout)


def _sarif(linted: Linted, language: Language) -> object:
    from importlib.metadata import version

    from eduplan_rules.render.sarif import sarif
    from eduplan_rules.tools.lint.codes import title

    texts: dict[str, str] = {each.code: title(each.code, language) for each in linted.told}
    return sarif([_result(each, language) for each in linted.told], texts, version("eduplan-rules"))


def _result(told: Diagnostic, language: Language) -> Result:
    from eduplan_rules.render.sarif import Result

    related = tuple((_place(span), "" if label is None else label.said(language)) for span, label in told.also)
    return Result(told.code, told.severity, told.said(language), _place(told.span), related)


def _place(span: Span) -> Place:
    from eduplan_rules.render.sarif import Place

    return Place(span.source.name, span.line, span.column, span.end_line, span.end_column)


def explain_code(code: str, *, language: Language) -> int:
    """Print what a code means."""
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.tools.lint.codes import explain, known_codes
    from eduplan_rules.tools.lint.words import say

    # as messages have it: `error[unknown-name]`
    name = code.strip().partition("[")[2].rstrip("]") or code.strip()
    if name not in known_codes():
        near = did_you_mean(name, known_codes())
        told = ("near", {"word": near}) if near else ("no-near", {})
        raise Stop(USAGE, say("no-code", language, code=code, near=told))
    put(explain(name, language), sys.stdout)
    return 0
