"""The command `test`: run the cases beside the rules.

In: rules and case files. Out: an exit code (0 all cases hold, 1 some do not, 2 rules or case files are wrong). Each
file with how many of its cases hold, each case that does not with its place and how it differs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from eduplan_rules.cli.border import USAGE, Stop, put
from eduplan_rules.render.words import Language


def try_cases(arguments: Sequence[str], *, language: Language) -> int:
    """Run; `arguments` are a rulebook (default: the plan's own pack) and case files (default: all beside it)."""
    from eduplan_rules.book import pack_folder
    from eduplan_rules.tools.suite import ENDINGS, run_suite, shown
    from eduplan_rules.tools.tell import tell_mistakes, tell_suite
    from eduplan_rules.tools.words import say

    rules = [Path(name) for name in arguments if not name.endswith(ENDINGS)]
    cases = [Path(name) for name in arguments if name.endswith(ENDINGS)]
    if len(rules) > 1:
        raise Stop(USAGE, say("one-rulebook", language, names=" ".join(map(str, rules))))
    if rules and not rules[0].exists():
        raise Stop(USAGE, say("no-rulebook-there", language, name=rules[0]))
    suite = run_suite(rules[0] if rules else pack_folder(), cases, language=language)
    if not suite.files:
        raise Stop(USAGE, say("no-case-files", language))
    wrong = any(each.severity == "error" for each in suite.diagnostics)
    if wrong:
        beside = {shown(path).replace(".cases.", ".") for path in cases}
        put(tell_mistakes(suite, language, beside), sys.stderr)
    put(tell_suite(suite, language), sys.stdout)
    if wrong or any(file.mistakes for file in suite.files):
        return USAGE
    return int(any(file.failed for file in suite.files))
