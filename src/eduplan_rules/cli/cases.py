"""The command `test`: run the cases beside the rules.

In: rules and case files. Out: an exit code (0 all cases hold, 1 some do not, 2 rules or case files are wrong). Each
file with how many of its cases hold, each case that does not with its place and how it differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, put
from eduplan_rules.render.words import Language
from eduplan_rules.tools.suite import Suite


def try_cases(
    arguments: Sequence[str],
    *,
    select: Sequence[str] = (),
    form: Literal["text", "json"] = "text",
    junit: str | None = None,
    with_coverage: bool = False,
    mutate: str | None = None,
    language: Language,
) -> int:
    """Run the cases, or with a share as `mutate` change the rules.

    `arguments` are a rulebook and case files (default: all beside it).
    Without a rulebook that of the nearest options file is meant, or else the plan's own pack.
    """
    from eduplan_rules.cli.configuration import one_rulebook
    from eduplan_rules.run import NoRuleError
    from eduplan_rules.tools.suite import ENDINGS, run_suite, shown
    from eduplan_rules.tools.tell import tell_mistakes
    from eduplan_rules.tools.words import say

    folder = one_rulebook([name for name in arguments if not name.endswith(ENDINGS)], language)
    cases = [Path(name) for name in arguments if name.endswith(ENDINGS)]
    if mutate is not None:
        from eduplan_rules.cli.mutate import hunt_mutants, refuse

        refuse({"--junit": junit is not None, "--coverage": with_coverage}, language)
        return hunt_mutants(folder, cases, select=select, survivors=mutate, form=form, language=language)
    try:
        suite = run_suite(folder, cases, select=select, with_bounds=with_coverage, language=language)
    except NoRuleError as error:
        raise Stop(USAGE, say("select-none", language, select=error.pattern)) from None
    if not suite.files:
        raise Stop(USAGE, say("no-case-files", language))
    if select and not any(file.count for file in suite.files):
        raise Stop(USAGE, say("no-cases-about", language, rules=" ".join(select)))
    wrong = any(each.severity == "error" for each in suite.diagnostics)
    if wrong:
        beside = {shown(path).replace(".cases.", ".") for path in cases}
        put(tell_mistakes(suite, language, beside), sys.stderr)
    _show(suite, form, language, with_coverage=with_coverage)
    if junit is not None:
        _write_junit(suite, Path(junit), language)
    if wrong or any(file.mistakes for file in suite.files):
        return USAGE
    return int(any(file.failed for file in suite.files))


def _show(suite: Suite, form: Literal["text", "json"], language: Language, *, with_coverage: bool) -> None:
    from eduplan_rules.tools.coverage import cover, rules_record, tell_rules
    from eduplan_rules.tools.tell import suite_record, tell_suite

    coverage = cover(suite) if with_coverage else None
    if form == "json":
        record = suite_record(suite, language)
        if coverage is not None:
            record["rules"] = rules_record(coverage)
        put(json.dumps(record, ensure_ascii=False, indent=2), sys.stdout)
        return
    if coverage is not None:
        put(tell_rules(coverage, language) + "\n\n", sys.stdout)
    put(tell_suite(suite, language), sys.stdout)


def _write_junit(suite: Suite, path: Path, language: Language) -> None:
    from eduplan_rules.tools.junit import junit_of
    from eduplan_rules.tools.words import say

    try:
        path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + junit_of(suite, language), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Stop(NOT_JUDGED, say("junit-not-written", language, file=path, reason=reason)) from None
