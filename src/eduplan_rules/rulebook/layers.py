"""What a later layer replaces in those before it.

In: the draft of the earlier layers and a `replace` section. Out: changed parameters and rules, and a `Replacement` for
each, from which it is checked that nothing binding is loosened in silence, or said to be tightened: here for rules, and
for the parameters that binding rules read where expressions are known.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from eduplan_rules.rulebook.build import build_what_is_right
from eduplan_rules.rulebook.dated import tidy_parameter, with_values, without_values
from eduplan_rules.rulebook.forms import suggest
from eduplan_rules.rulebook.keys import expected, tidy
from eduplan_rules.rulebook.model import Parameter, ParameterChange, Replacement, Rule, RuleChange
from eduplan_rules.rulebook.section import Draft
from eduplan_rules.rulebook.words import word
from eduplan_rules.source import Mapping, Scalar, mentioned

#: what a rule demands of its subjects; its owner and message do not
_DEMANDS = ("severity", "due", "off")


def replace(draft: Draft, raw: Any, earlier: Collection[tuple[str, str]]) -> None:
    """Apply a `replace` section; `earlier` has section and id of all that earlier layers declared."""
    if raw is None:
        return
    if not isinstance(raw, Mapping):
        draft.complain("wrong-shape", expected(word("replaced"), raw), raw.span)
        return
    for section, items in tidy(raw, ("parameters", "rules"), draft.diagnostics).items():
        if not isinstance(items, Mapping):
            draft.complain("wrong-shape", expected(word("a-mapping"), items), section.span)
            continue
        change = _replace_rule if section == "rules" else _replace_parameter
        for name, item in items.items():
            known = (str(section), str(name)) in earlier
            if not known:
                _nothing_to_replace(draft, section, name, earlier)
            change(draft, name, item, getattr(draft, section).get(str(name)) if known else None)


def _nothing_to_replace(draft: Draft, section: Scalar, name: Scalar, earlier: Collection[tuple[str, str]]) -> None:
    if mentioned(name, draft.unread):
        return
    known = [identifier for kind, identifier in earlier if kind == section]
    message = word("no-earlier-rule" if section == "rules" else "no-earlier-parameter", name=name)
    draft.complain("nothing-to-replace", message, name.span, suggest(name, known))


def _replace_rule(draft: Draft, name: Scalar, raw: Any, rule: Rule | None) -> None:
    before = len(draft.diagnostics)
    change = build_what_is_right(RuleChange, raw, name.span, draft.diagnostics)
    if rule is None:
        return
    parts = ("severity", "due", "owner", "message", "off")
    update = {part: value for part in parts if (value := getattr(change, part)) is not None}
    right = len(draft.diagnostics) == before and ("rules", str(name)) not in draft.wrong
    draft.keep("rules", str(name), rule.model_copy(update=update), right=right)
    _record(draft, "rule", name, change, rule)
    demands = any(part in update or part in change.lost for part in _DEMANDS)
    if rule.nature == "binding" and "nature" not in rule.lost and demands and not _marked(change):
        message = word("binding-not-marked", name=name)
        draft.complain("loosening-not-marked", message, name.span, word("mark-replacement"))


def _marked(change: RuleChange | ParameterChange) -> bool:
    """Whether a replacement says that it tightens or loosens, be it with a mistake."""
    return change.tightens or change.loosens is not None or not change.lost.isdisjoint({"tightens", "loosens"})


def _replace_parameter(draft: Draft, name: Scalar, raw: Any, parameter: Parameter | None) -> None:
    before = len(draft.diagnostics)
    raw = tidy_parameter(raw, ParameterChange.keys(), draft.diagnostics)
    change = build_what_is_right(ParameterChange, without_values(raw), name.span, draft.diagnostics)
    if parameter is None:
        return
    source = change.source or (change.loosens.source if change.loosens else ()) or parameter.source
    update = {"id": name, "source": source, "status": change.status, "ended": change.ended}
    replaced = with_values(parameter.model_copy(update=update), raw, draft.diagnostics)
    right = len(draft.diagnostics) == before and ("parameters", str(name)) not in draft.wrong
    draft.keep("parameters", str(name), replaced.model_copy(update={"id": parameter.id}), right=right)
    _record(draft, "parameter", name, change, parameter)


def _record(
    draft: Draft, kind: str, name: Scalar, change: RuleChange | ParameterChange, before: Rule | Parameter
) -> None:
    if change.tightens and change.loosens is not None:
        draft.complain("loosening-not-marked", word("tightens-and-loosens"), name.span)
    if change.lost & {"tightens", "loosens"}:
        # whether it is marked is not known
        return
    fact = {"kind": kind, "id": name, "tightens": change.tightens, "loosens": change.loosens, "span": name.span}
    draft.replaced.append(Replacement.model_validate(fact | {"before": before}))
