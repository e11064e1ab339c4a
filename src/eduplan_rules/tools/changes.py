"""The rulebook that a case is judged by: of the loaded one what the case is about, with what the case changes.

In: a case, and the rulebook that is loaded already where the case brings none. Out: a rulebook and the mistakes in what
the case brings along, each at its place in the case file. What holds: a parameter that a case only gives a value keeps
its unit, axes and scale; whatever else a case declares takes the place of what the rulebook declares by that name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from eduplan_rules.book import keep_resolved, resolved_rulebook
from eduplan_rules.errors import Diagnostic, sort_diagnostics
from eduplan_rules.language.resolve import Resolved, resolve
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.rulebook.check import check_draft
from eduplan_rules.rulebook.keys import meant_key
from eduplan_rules.rulebook.layers import replace as replace_in
from eduplan_rules.rulebook.model import Parameter, ParameterChange, Rulebook
from eduplan_rules.rulebook.section import Draft, add_sections, draft_of
from eduplan_rules.source import Mapping, Scalar, Sequence
from eduplan_rules.tools.case import Case
from eduplan_rules.tools.mistake import CaseError, hint

#: keys of a parameter, and those that change one
_VALUES = {"value", "values"}
_KEYS = {*Parameter.keys(), *ParameterChange.keys(), *_VALUES}
_CHANGES = {*ParameterChange.keys(), *_VALUES}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def extract(book: Rulebook, rules: Iterable[str]) -> Rulebook:
    """The rulebook with only these of its rules, and the parameters and values that they read; resolved already."""
    names = tuple(map(str, rules))
    for known, named, part in _parts:
        if known is book and named == names:
            return part
    part = _extract(book, names)
    _parts[:] = [*_parts, (book, names, part)][-4:]
    return part


#: what was extracted last
_parts: list[tuple[Rulebook, tuple[str, ...], Rulebook]] = []


def _extract(book: Rulebook, rules: Iterable[str]) -> Rulebook:
    whole = resolved_rulebook(book)
    kept = {name: whole.rules[name] for name in dict.fromkeys(rules) if name in whole.rules}
    nodes = [node for rule in kept.values() for tree in trees_of(rule) for node in tree.walk()]
    parameters = dict.fromkeys(str(node.data) for node in nodes if node.op == "parameter")
    values = dict.fromkeys(f"{node.data[0]}.{node.data[1]}" for node in nodes if node.op == "value")
    part = book.model_copy(
        update={
            "rules": {name: book.rules[name] for name in kept},
            "parameters": {name: book.parameters[name] for name in parameters},
            "values": {name: book.values[name] for name in values},
        }
    )
    return keep_resolved(Resolved(part, kept, {name: whole.parameters[name] for name in parameters}))


def trees_of(rule: ResolvedRule) -> Iterator[Typed]:
    """All its trees, those of its message too."""
    yield from rule.expressions()
    for pieces in rule.message.values():
        yield from (piece for piece in pieces if isinstance(piece, Typed))


def case_book(case: Case, book: Rulebook | None = None) -> tuple[Rulebook, list[Diagnostic]]:
    """The case's rulebook with all diagnostics."""
    if book is not None and not case.brings_rules:
        return (book if case.rules is None else extract(book, case.rules)), []
    own, overrides = _overrides(case, book)
    draft = Draft()
    if book is not None and not case.rulebook:
        draft = _draft_of(book, own)
        add_sections(draft, own, case.span.source)
        first: list[Any] = []
    else:
        first = [_merged([*case.rulebook, own])]
    for tree in (*first, *case.layers):
        earlier = set(draft.declared)
        replace_in(draft, add_sections(draft, tree, tree.span.source), earlier)
    _override(draft, overrides)
    if book is not None and not case.rulebook and case.rules is not None:
        _leave_out(draft, case, book)
    check_draft(draft)
    draft.sources.append(case.span.source)
    changed = draft.book()
    resolved, found = resolve(changed)
    diagnostics = sort_diagnostics([*draft.diagnostics, *found])
    known = () if book is None or case.rulebook else book.sources
    told = [each for each in diagnostics if each.severity == "error" or each.span.source not in known]
    if not any(each.severity == "error" for each in told):
        keep_resolved(resolved)
    return changed, told


def _overrides(case: Case, book: Rulebook | None) -> tuple[Mapping, Mapping]:
    """What the case declares, and apart from it the parameters that it only gives other values."""
    given = case.own.get("parameters")
    overrides = Mapping(span=case.own.span)
    if not isinstance(given, Mapping):
        return case.own, overrides
    known = _parameters(case, book)
    for name, item in given.items():
        if name in known and _is_change(item):
            overrides[name] = _change(item, name)
        elif name not in known and _is_change(item) and not case.declares_rules:
            raise CaseError("no-parameter", name.span, parameter=name, hint=hint(name, known))
    rest = Mapping({name: item for name, item in given.items() if name not in overrides}, span=given.span)
    others = {key: item for key, item in case.own.items() if key != "parameters"}
    if rest:
        others[next(key for key in case.own if key == "parameters")] = rest
    return Mapping(others, span=case.own.span), overrides


def _parameters(case: Case, book: Rulebook | None) -> set[str]:
    """Names of the parameters there are before the case changes any."""
    loaded = [] if book is None or case.rulebook else list(book.parameters)
    trees = (tree.get("parameters") for tree in (*case.rulebook, *case.layers))
    return {*map(str, loaded), *(str(name) for tree in trees if isinstance(tree, Mapping) for name in tree)}


def _is_change(item: Any) -> bool:
    """Whether it gives a value and no more: nothing of a parameter that a later layer could not replace."""
    return not isinstance(item, Mapping) or _keys(item) <= _CHANGES


def _keys(item: Mapping) -> set[str]:
    """The keys of a parameter's declaration that were meant; none where the mapping is itself the value."""
    return {meant for key in item if (meant := meant_key(key, _KEYS)) is not None}


def _change(item: Any, name: Scalar) -> Mapping:
    if isinstance(item, Mapping) and _keys(item):
        return item
    dated = isinstance(item, Mapping) and all(_DAY.fullmatch(key) for key in item)
    return Mapping({Scalar("values" if dated else "value", name.span): item}, span=getattr(item, "span", name.span))


def _override(draft: Draft, overrides: Mapping) -> None:
    """Change parameters as a later layer would; in a case no replacement need be marked."""
    if overrides:
        before = list(draft.replaced)
        fitted = {name: _on_any_step(item, draft.parameters.get(name)) for name, item in overrides.items()}
        overrides = Mapping(fitted, span=overrides.span)
        section = Mapping({Scalar("parameters", overrides.span): overrides}, span=overrides.span)
        replace_in(draft, section, set(draft.declared))
        draft.replaced[:] = before


def _on_any_step(change: Mapping, parameter: Parameter | None) -> Mapping:
    """A single number for a parameter with steps holds on all of them."""
    value = change.get("value")
    if parameter is None or parameter.scale is None or parameter.by or not isinstance(value, Scalar):
        return change
    step = Mapping({Scalar("value", value.span): value}, span=value.span)
    return Mapping({**change, "value": Sequence([step], span=value.span)}, span=change.span)


def _leave_out(draft: Draft, case: Case, book: Rulebook) -> None:
    """Leave out what the case is not about: it need be neither checked nor compiled."""
    assert case.rules is not None
    draft.rules = {name: rule for name, rule in draft.rules.items() if name in case.rules}
    changed = {section for tree in (case.own, *case.layers) for section in _sections(tree)}
    if changed <= {"parameters"}:
        # what the rules read is what they read before
        part = extract(book, case.rules)
        fresh = draft.parameters.keys() - book.parameters.keys()
        kept = part.parameters.keys() | fresh
        draft.parameters = {name: each for name, each in draft.parameters.items() if name in kept}
        draft.values = {name: each for name, each in draft.values.items() if name in part.values}


def _sections(tree: Mapping) -> Iterator[str]:
    """The sections that a tree changes, apart from what of a replaced rule reads nothing."""
    for key, item in tree.items():
        changes = item if key == "replace" and isinstance(item, Mapping) else {key: None}
        for section, replaced in changes.items():
            if section != "rules" or not isinstance(replaced, Mapping) or not all(map(_is_plain, replaced.values())):
                yield str(section)


def _is_plain(change: Any) -> bool:
    return isinstance(change, Mapping) and change.keys() <= {"off", "severity", "owner", "tightens", "loosens"}


def _draft_of(book: Rulebook, own: Mapping) -> Draft:
    """A draft of what is loaded already, but for the names that the case declares itself."""
    draft = draft_of(book)
    for section, items in own.items():
        names: Collection[Any] = (
            [str(rule.get("id")) for rule in items] if isinstance(items, Sequence) else list(items or ())
        )
        for name in names:
            if section == "calendars":
                draft.calendars = [
                    each for each in draft.calendars if each.kind != name or each.label not in items[name]
                ]
            else:
                getattr(draft, section).pop(name, None)
                draft.declared.pop((section, name), None)
    return draft


def _merged(trees: list[Mapping]) -> Mapping:
    """One tree; what a case declares takes the place of what its file declared under the same name."""
    merged = Mapping(span=trees[-1].span)
    for tree in trees:
        for section, items in tree.items():
            before = merged.get(section)
            if isinstance(items, Mapping) and isinstance(before, Mapping):
                fresh = {key: item for key, item in before.items() if key not in items}
                merged[section] = Mapping({**fresh, **items}, span=items.span)
            elif isinstance(items, Sequence) and isinstance(before, Sequence):
                ids = [item.get("id") for item in items if isinstance(item, Mapping)]
                merged[section] = Sequence(
                    [*(rule for rule in before if rule.get("id") not in ids), *items], span=items.span
                )
            else:
                merged[section] = items
    return merged
