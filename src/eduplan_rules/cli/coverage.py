"""The command `coverage`: clause by clause, which rules there are and what their cases have seen.

In: rules, the plan's text. Out: an exit code (0 complete, 1 not, 2 rules or case files are wrong).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from eduplan_rules.cli.border import USAGE, Stop, put
from eduplan_rules.render.words import Language


def show_coverage(
    rules: str | None,
    plan_text: str | None,
    form: Literal["text", "json"],
    *,
    bounds: bool = False,
    select: Sequence[str] = (),
    language: Language,
) -> int:
    """Run the cases beside the rules and show what they cover; `bounds`: a bound not tried whole is a fault."""
    from eduplan_rules.cli.configuration import one_rulebook
    from eduplan_rules.errors import RulebookError
    from eduplan_rules.run import NoRuleError
    from eduplan_rules.tools.coverage import cover, coverage_record, tell_coverage
    from eduplan_rules.tools.suite import run_suite
    from eduplan_rules.tools.words import say

    folder = one_rulebook([] if rules is None else [rules], language)
    try:
        suite = run_suite(folder, select=select, with_bounds=True, language=language)
    except NoRuleError as error:
        raise Stop(USAGE, say("select-none", language, select=error.pattern)) from None
    if any(each.severity == "error" for each in suite.diagnostics):
        raise RulebookError(suite.diagnostics)
    wrong = [mistake.told(language) for file in suite.files for mistake in file.mistakes]
    text = None if plan_text is None else _read(Path(plan_text), language)
    coverage = cover(suite, text, bounds_asked=bounds)
    if form == "json":
        put(json.dumps(coverage_record(coverage), ensure_ascii=False, indent=2), sys.stdout)
    else:
        put(tell_coverage(coverage, language), sys.stdout)
    for told in wrong:
        put(say("mistake", language, told=told), sys.stderr)
    return USAGE if wrong else int(bool(coverage.faults))


def _read(path: Path, language: Language) -> str:
    from eduplan_rules.tools.words import say

    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        raise Stop(USAGE, say("plan-unreadable", language, file=path, reason=reason)) from None
