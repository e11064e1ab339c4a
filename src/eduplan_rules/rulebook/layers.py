"""What a later layer replaces in those before it.

In: the draft of the earlier layers and a `replace` section. Out: changed parameters and rules, and a `Replacement` for
each, from which it is checked that nothing binding is loosened in silence: here for rules, and for the parameters that
binding rules read where expressions are known.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from eduplan_rules.rulebook.build import build
from eduplan_rules.rulebook.dated import read_dated, without_values
from eduplan_rules.rulebook.forms import found, suggest, unknown_key
from eduplan_rules.rulebook.model import ParameterChange, Replacement, RuleChange
from eduplan_rules.rulebook.section import Draft
from eduplan_rules.source import Mapping, Scalar, mentioned

#: what a rule demands of its subjects; its owner and message do not
_DEMANDS = ("severity", "due", "off")


def replace(draft: Draft, raw: Any, earlier: Collection[tuple[str, str]]) -> None:
    """Apply a `replace` section; `earlier` has section and id of all that earlier layers declared."""
    if raw is None:
        return
    if not isinstance(raw, Mapping):
        draft.complain("wrong-shape", f"expected parameters or rules, found {found(raw)}", raw.span)
        return
    for section, items in raw.items():
        if section not in ("parameters", "rules"):
            draft.diagnostics.append(unknown_key(section, ("parameters", "rules"), items))
        elif not isinstance(items, Mapping):
            draft.complain("wrong-shape", f"expected a mapping, found {found(items)}", section.span)
        else:
            for name, item in items.items():
                if (str(section), str(name)) not in earlier:
                    _nothing_to_replace(draft, section, name, earlier)
                elif section == "rules":
                    _replace_rule(draft, name, item)
                else:
                    _replace_parameter(draft, name, item)


def _nothing_to_replace(draft: Draft, section: Scalar, name: Scalar, earlier: Collection[tuple[str, str]]) -> None:
    if mentioned(name, draft.unread):
        return
    known = [identifier for kind, identifier in earlier if kind == section]
    message = f"no earlier layer has the {section.removesuffix('s')} `{name}`"
    draft.complain("nothing-to-replace", message, name.span, suggest(name, known))


def _replace_rule(draft: Draft, name: Scalar, raw: Any) -> None:
    change = build(RuleChange, raw, name.span, draft.diagnostics)
    rule = draft.rules.get(str(name))
    if change is None or rule is None:
        return
    parts = ("severity", "due", "owner", "message", "off")
    update = {part: value for part in parts if (value := getattr(change, part)) is not None}
    draft.rules[str(name)] = rule.model_copy(update=update)
    _record(draft, "rule", name, change)
    marked = change.tightens or change.loosens is not None
    if rule.nature == "binding" and not marked and any(part in update for part in _DEMANDS):
        hint = "write `tightens: true`, or `loosens: {reason: …, source: …}`"
        message = f"`{name}` is binding, so its replacement must be marked"
        draft.complain("loosening-not-marked", message, name.span, hint)


def _replace_parameter(draft: Draft, name: Scalar, raw: Any) -> None:
    before = len(draft.diagnostics)
    change = build(ParameterChange, without_values(raw), name.span, draft.diagnostics)
    parameter = draft.parameters.get(str(name))
    if change is None or parameter is None:
        return
    values = read_dated(raw, parameter.model_copy(update={"id": name}), draft.diagnostics)
    if len(draft.diagnostics) > before:
        draft.broken.add(str(name))
        return
    source = change.source or (change.loosens.source if change.loosens else ()) or parameter.source
    update = {"values": values, "source": source, "status": change.status, "ended": change.ended}
    draft.parameters[str(name)] = parameter.model_copy(update=update)
    _record(draft, "parameter", name, change)


def _record(draft: Draft, kind: str, name: Scalar, change: RuleChange | ParameterChange) -> None:
    if change.tightens and change.loosens is not None:
        draft.complain("loosening-not-marked", "found tightens and loosens, expected one of them", name.span)
    fact = {"kind": kind, "id": name, "tightens": change.tightens, "loosens": change.loosens, "span": name.span}
    draft.replaced.append(Replacement.model_validate(fact))
