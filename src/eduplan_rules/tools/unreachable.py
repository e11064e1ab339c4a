"""What case files say of sides of bounds that no row can lie on: what of it is wrong, and what it explains.

In: case files, the rulebook, and the sides on which cases have rows. Out: mistakes, and reasons by bound and side. What
holds: an explanation that explains nothing is a mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import cast

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.tools.bounds import SIDES, Bound, BoundKey, Side, bounds_of
from eduplan_rules.tools.case import CaseFile, Unreachable
from eduplan_rules.tools.mistake import CaseError, hint
from eduplan_rules.tools.probe import Touch
from eduplan_rules.tools.trial import no_rule

#: rule and bound -> the sides that no row can lie on, with the reasons
Excuses = dict[tuple[str, BoundKey], dict[Side, str]]


def excuses(files: Iterable[CaseFile], book: Rulebook, touched: Mapping[Touch, str]) -> Excuses:
    """What is explained of bounds that no case tried there."""
    resolved = resolved_rulebook(book)
    found: Excuses = {}
    for each in (each for file in files for each in file.unreachable):
        rule, side = str(each.rule), cast(Side, str(each.side))
        for bound in _meant(each, resolved):
            if side in bound.sides and (rule, bound.key, side) not in touched:
                found.setdefault((rule, bound.key), {})[side] = str(each.reason)
    return found


def false_excuses(
    file: CaseFile, book: Rulebook, lost: Collection[str], touched: Mapping[Touch, str]
) -> Iterator[CaseError]:
    """What is wrong with the explanations of a file; `touched` names a case for every side that was tried."""
    if not file.unreachable:
        return
    resolved = resolved_rulebook(book)
    for each in file.unreachable:
        gaps: dict[str, object] = {"rule": each.rule, "bound": each.bound, "side": (f"side-{each.side}", {})}
        if each.rule not in book.rules:
            yield no_rule(each.rule, book, lost)
            continue
        meant = _meant(each, resolved)
        open_ = [bound for bound in meant if each.side in bound.sides]
        tried = [
            touched.get((str(each.rule), bound.key, side)) for bound in open_ for side in SIDES if side == each.side
        ]
        if not meant:
            known = (bound.text for bound in bounds_of(resolved.rules[str(each.rule)], resolved))
            yield CaseError("no-bound", each.bound.span, rule=each.rule, bound=each.bound, hint=hint(each.bound, known))
        elif not open_:
            yield CaseError("side-not-asked", each.side.span, **gaps)
        elif all(tried):
            yield CaseError("side-reached", each.side.span, **gaps, case=tried[0])


def _meant(told: Unreachable, resolved: Resolved) -> list[Bound]:
    """The bounds that are written so: more than one where the rule reads the same comparison in several places."""
    rule = resolved.rules.get(str(told.rule))
    text = " ".join(told.bound.split())
    return [] if rule is None else [each for each in bounds_of(rule, resolved) if " ".join(each.text.split()) == text]
