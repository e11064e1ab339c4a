"""On which sides of its rules' bounds a case has rows.

In: a case that ran, and the rulebook it was judged by. Out: rule, bound and side for every row beside a bound. What
holds: each bound is a small rule of its own, judged on the case's rows by the same checker as any rule; rows that the
rule does not speak about, and numbers that are not certain, count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from eduplan_rules.book import keep_resolved, resolved_rulebook
from eduplan_rules.engine.outcome import NOT_APPLICABLE
from eduplan_rules.engine.result import RuleResult
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Scalar
from eduplan_rules.tools.bounds import Bound, BoundKey, Side, bounds_of
from eduplan_rules.tools.trial import Ran, judge_rows

#: rule, the bound's key, side
Touch = tuple[str, BoundKey, Side]
#: rulebooks of bounds, each with the rule and the bound by the id of the rule that asks
Probes = list[tuple[Rulebook, dict[str, tuple[str, Bound]]]]
#: numbers nearer than this are equal, as in any comparison
_EQUAL = 1e-9


def touches(ran: Ran) -> frozenset[Touch]:
    """The sides of bounds that the rows of a case lie on."""
    if ran.report is None:
        return frozenset()
    found: set[Touch] = set()
    for book, bounds in _probes(ran.report.book, ran.judged):
        own = next(bound.own for _, bound in bounds.values())
        periods = ran.case.periods if own else "all"
        report = judge_rows(replace(ran.case, rules=None, periods=periods), book, ran.report.facts)
        for name, (rule, bound) in bounds.items():
            found.update((rule, bound.key, side) for side in _sides(bound, report.results[name]))
    return frozenset(found)


def _probes(book: Rulebook, rules: tuple[str, ...]) -> Probes:
    """Rulebooks of bounds as rules: of those of the subjects themselves, and of other rows; the last are remembered."""
    for known, named, made in _made:
        if known is book and named == rules:
            return made
    probes: Probes = []
    resolved = resolved_rulebook(book)
    for own in (True, False):
        bounds = {
            f"{rule}#{number}": (rule, bound)
            for rule in rules
            for number, bound in enumerate(bounds_of(resolved.rules[rule], resolved))
            if bound.own is own
        }
        if bounds:
            probes.append((_as_rules(bounds, resolved), bounds))
    _made[:] = [*_made, (book, rules, probes)][-4:]
    return probes


_made: list[tuple[Rulebook, tuple[str, ...], Probes]] = []


def _as_rules(bounds: dict[str, tuple[str, Bound]], resolved: Resolved) -> Rulebook:
    rules = {name: _as_rule(name, bound, resolved.rules[rule]) for name, (rule, bound) in bounds.items()}
    models = {name: rule.rule for name, rule in rules.items()}
    book = resolved.book.model_copy(update={"rules": models})
    return keep_resolved(Resolved(book, rules, resolved.parameters))


def _as_rule(name: str, bound: Bound, rule: ResolvedRule) -> ResolvedRule:
    update: dict[str, Any] = {"id": Scalar(name, rule.rule.id.span), "due": None, "message": None}
    if bound.kind in ("since", "until"):
        update |= {"since": None, "until": None}
    if not bound.own:
        update |= {"for_": bound.entity.id, "every": None, "since": None, "until": None}
    model = rule.rule.model_copy(update=update)
    return ResolvedRule(model, bound.entity, bound.where, bound.condition, None, (), {})


def _sides(bound: Bound, result: RuleResult) -> Iterator[Side]:
    if result.kept is None:
        return
    columns = [result.kept.series(name) for name in ("verdict", "observed", "other", "required")]
    for verdict, observed, other, required in zip(*columns, strict=True):
        if verdict == NOT_APPLICABLE or observed is None or required is None or other not in (None, observed):
            continue
        side = _side(observed, required, bound)
        if side is not None:
            yield side


def _side(observed: float, required: float, bound: Bound) -> Side | None:
    """Where a number lies beside a bound; None where it is far off."""
    apart = observed - required
    if abs(apart) <= _EQUAL * max(abs(observed), abs(required)):
        return "at"
    # zero has no parts: beside it, the part is one of its unit
    near = bound.near * abs(required) if required and not bound.in_units else bound.near
    if abs(apart) > near * (1 + _EQUAL):
        return None
    return "below" if apart < 0 else "above"
