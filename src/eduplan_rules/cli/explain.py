"""The command `explain`: a rule in plain sentences.

In: the id of a rule, rules, a day. Out: an exit code (0 explained, 2 rules or usage wrong). The explanation goes to
standard output. The name of a parameter, value, field or entity is told with the rules that read it. The clock is read
here where no day is given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from eduplan_rules.cli.border import USAGE, Stop, prepare, put
from eduplan_rules.cli.words import say as say_here
from eduplan_rules.render.words import Language, say

if TYPE_CHECKING:
    from eduplan_rules.rulebook.model import Rulebook


def show_rule(
    rule: str, rules: Sequence[str], as_of: str | None, form: Literal["text", "json"], *, language: Language
) -> int:
    """Explain one rule on a day; today if none is given."""
    from eduplan_rules.book import load_rulebook
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.tools.explain.named import named_in, named_text
    from eduplan_rules.tools.explain.rule import explain_rule
    from eduplan_rules.tools.explain.show import explanation_record, explanation_text

    day = day_of(as_of, language)
    book = load_rulebook(*rules_of(rules, language))
    if rule not in book.rules and form == "text" and (found := named_in(book, rule)):
        put("\n\n".join(named_text(book, each, language, as_of=day) for each in found), sys.stdout)
        return 0
    check_rule(rule, book, language)
    explanation = explain_rule(book, rule, as_of=day)
    if form == "json":
        prepare(sys.stdout, exact=True)
        put(json.dumps(explanation_record(explanation), ensure_ascii=False, indent=2), sys.stdout)
    else:
        put(explanation_text(explanation, language), sys.stdout)
    return 0


def check_rule(rule: str, book: Rulebook, language: Language) -> None:
    """Refuse what is no rule, and say what it is where it is something else."""
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.tools.explain.named import named_in, names_of

    if rule in book.rules:
        return
    found = named_in(book, rule)
    if found:
        raise Stop(USAGE, say_here(f"no-rule-but-{found[0].kind}", language, name=rule))
    near = did_you_mean(rule, [*book.rules, *names_of(book)])
    hint = "" if near is None else say_here("did-you-mean", language, word=near)
    raise Stop(USAGE, say_here("no-rule", language, rule=rule, hint=hint))


def day_of(as_of: str | None, language: Language) -> date:
    """The day that was given, or today."""
    if as_of is None:
        return date.today()
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise Stop(USAGE, say("bad-day", language, value=as_of)) from None
