"""The command `explain`: a rule in plain sentences.

In: the id of a rule, rules, a day. Out: an exit code (0 explained, 2 rules or usage wrong). The explanation goes to
standard output. The clock is read here where no day is given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Literal

from eduplan_rules.cli.border import USAGE, Stop, prepare, put
from eduplan_rules.render.words import Language, say


def show_rule(
    rule: str, rules: Sequence[str], as_of: str | None, form: Literal["text", "json"], *, language: Language
) -> int:
    """Explain one rule on a day; today if none is given."""
    from eduplan_rules.book import load_rulebook
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.tools.explain.rule import explain_rule
    from eduplan_rules.tools.explain.show import explanation_record, explanation_text
    from eduplan_rules.tools.words import say as tell

    day = _day(as_of, language)
    book = load_rulebook(*rules_of(rules, language))
    if rule not in book.rules:
        near = did_you_mean(rule, book.rules)
        hint = "" if near is None else tell("did-you-mean", language, word=near)
        raise Stop(USAGE, tell("no-rule", language, rule=rule, hint=hint))
    explanation = explain_rule(book, rule, as_of=day)
    if form == "json":
        prepare(sys.stdout, exact=True)
        put(json.dumps(explanation_record(explanation), ensure_ascii=False, indent=2), sys.stdout)
    else:
        put(explanation_text(explanation, language), sys.stdout)
    return 0


def _day(as_of: str | None, language: Language) -> date:
    if as_of is None:
        return date.today()
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise Stop(USAGE, say("bad-day", language, value=as_of)) from None
