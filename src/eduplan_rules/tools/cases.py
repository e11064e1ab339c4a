"""Cases: rules tried on a few rows, in files that read by themselves.

In: a case file. Out: a `CaseFile` of `Case`s, each with the sections of rules it brings along, its rows, and what it
expects; every line of a table of variants is a case. What holds: known keys, tables without ragged lines, names that no
other case of the file has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.section import SECTIONS
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span
from eduplan_rules.tools.bounds import SIDES
from eduplan_rules.tools.case import Case, CaseFile, Unreachable
from eduplan_rules.tools.grid import Table, read_table
from eduplan_rules.tools.mistake import CaseError, Printed, hint_or_known
from eduplan_rules.tools.variants import day_in, variants_of

__all__ = ["Case", "CaseError", "CaseFile", "Table", "read_cases"]

#: what a file says once for all its cases, and a case may say otherwise
SHARED = ("rulebook", "rows", "as_of", "periods")
#: what only a file says
WHOLE = ("about", "cases", "never_unknown", "equivalent", "unreachable")
#: what a file says of a side of a bound that no row can lie on
EXCUSE = ("rule", "bound", "side", "reason")
#: what only a case says
OWN = (
    "name", "why", "rule", "rules", "layers", "variants", "expect", "records", "totals", "findings", "diagnostics",
    "pending", "show_personal",
)  # fmt: skip
#: sections of a rulebook that a case may add to
ADDED = tuple(section for section in SECTIONS if section not in ("rules", "language", "lint", "replace"))
#: the day of a case that names none
AS_OF = "2022-12-31"


def read_cases(path: Path, name: str | None = None) -> CaseFile:
    """Read a case file: a mapping with `cases` and what they share, a list of cases, or one case."""
    source, tree = _tree(path, name or path.name)
    whole = Span(source, 0, 0)
    if isinstance(tree, Sequence):
        tree = Mapping({Scalar("cases", whole): tree}, span=whole)
    if not isinstance(tree, Mapping) or not ("cases" in tree or "name" in tree):
        raise CaseError("no-cases", whole)
    if "cases" not in tree:
        return CaseFile(source, None, tuple(_cases(tree, Mapping(span=whole), path)), {})
    _known(tree, (*WHOLE, *SHARED))
    written = tree["cases"]
    if not isinstance(written, Sequence):
        raise CaseError("cases-list", _key(tree, "cases").span)
    # wrong also where every case says it for itself
    day_in(_said("as_of", AS_OF, tree))
    _said("periods", "all", tree)
    cases: dict[str, Case] = {}
    mistakes: list[CaseError] = []
    for item in written:
        try:
            for case in _cases(item, tree, path):
                if case.name in cases:
                    raise CaseError("name-twice", case.span, name=case.name)
                cases[case.name] = case
        except CaseError as mistake:
            mistakes.append(mistake)
    never = _mapping(tree, "never_unknown")
    about = None if tree.get("about") is None else str(tree["about"])
    reasons = {rule: _text(never, rule) for rule in never}
    promised = (_equivalent(tree), tuple(_unreachable(tree)))
    return CaseFile(source, about, tuple(cases.values()), reasons, tuple(mistakes), *promised)


def _tree(path: Path, name: str) -> tuple[Source, Any]:
    try:
        source = Source(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise CaseError("unreadable", Span(Source(name, ""), 0, 0), reason=reason) from None
    tree, diagnostics = read_yaml(source)
    if diagnostics:
        raise CaseError("unreadable", diagnostics[0].span, reason=Printed(tuple(diagnostics)))
    return source, tree


def _known(tree: Mapping, keys: Iterable[str]) -> None:
    for key in tree:
        if key not in keys:
            raise CaseError("unknown-key", key.span, key=key, hint=hint_or_known(key, keys))


def _key(tree: Mapping, name: str) -> Any:
    return next((key for key in tree if key == name), tree)


def _mapping(tree: Mapping, name: str) -> Mapping:
    found = tree.get(name)
    if found is None:
        return Mapping(span=tree.span)
    if not isinstance(found, Mapping):
        raise _wrong_shape(tree, name, "a-mapping")
    return found


def _equivalent(tree: Mapping) -> dict[Scalar, dict[Scalar, Scalar]]:
    """Changes that make no difference, by what they change, with the reasons."""
    changed = _mapping(tree, "equivalent")
    parts = {owner: _mapping(changed, owner) for owner in changed}
    return {owner: {name: _text(explained, name) for name in explained} for owner, explained in parts.items()}


def _unreachable(tree: Mapping) -> Iterator[Unreachable]:
    """Sides of bounds on which no row can lie, with the reasons."""
    written = tree.get("unreachable")
    if written is None:
        return
    if not isinstance(written, Sequence):
        raise _wrong_shape(tree, "unreachable", "a-list")
    for item in written:
        if not isinstance(item, Mapping):
            raise _wrong_shape(tree, "unreachable", "a-list")
        _known(item, EXCUSE)
        for key in EXCUSE:
            if key not in item:
                raise CaseError("lacks-key", item.span, key=key)
        told = Unreachable(*(_text(item, _key(item, key)) for key in EXCUSE))
        if told.side not in SIDES:
            raise CaseError("no-side", told.side.span, side=told.side, known=", ".join(SIDES))
        yield told


def _text(tree: Mapping, name: Scalar) -> Scalar:
    if not isinstance(tree[name], Scalar):
        raise CaseError("wrong-cell", name.span)
    return Scalar(tree[name], tree[name].span)


def _wrong_shape(tree: Mapping, name: str, expected: str) -> CaseError:
    return CaseError("wrong-shape", _key(tree, name).span, key=name, expected=(expected, {}))


def _cases(tree: Any, shared: Mapping, path: Path) -> Iterable[Case]:
    """The case, or those that its table of variants makes of it."""
    case = _case(tree, shared, path)
    if "variants" not in tree:
        return (case,)
    key = _key(tree, "variants")
    return variants_of(case, read_table(tree["variants"], "variants", key.span), key.span)


def _case(tree: Any, shared: Mapping, path: Path) -> Case:
    if not isinstance(tree, Mapping) or not isinstance(tree.get("name"), Scalar):
        raise CaseError("no-name", getattr(tree, "span", shared.span))
    _known(tree, (*OWN, *SHARED, *ADDED))
    own = Mapping({key: tree[key] for key in tree if key in ADDED}, span=tree.span)
    written = _rules(tree)
    added = Sequence([_named(rule) for rule in written if isinstance(rule, Mapping)], span=tree.span)
    chosen = tuple(
        rule["id"] if isinstance(rule, Mapping) else rule
        for rule in (*added, *(rule for rule in written if isinstance(rule, Scalar)))
    )
    if added:
        own[Scalar("rules", tree.span)] = added
    for key in ("expect", "records", "totals"):
        _mapping(tree, key)
    return Case(
        name=str(tree["name"]),
        span=tree["name"].span,
        rulebook=tuple(_layers(tree.get("rulebook", shared.get("rulebook")), path)),
        own=own,
        layers=tuple(_layers(tree.get("layers"), path)),
        rules=chosen or None,
        rows=_rows({**_mapping(shared, "rows"), **_mapping(tree, "rows")}),
        as_of=day_in(_said("as_of", AS_OF, tree, shared)),
        periods=_said("periods", "all", tree, shared),
        show_personal=tree.get("show_personal") == "true",
        pending=str(tree["pending"]) if "pending" in tree else None,
        said=tree,
    )


def _said(name: str, otherwise: str, *trees: Mapping) -> Scalar:
    """What the first of the trees says that says something."""
    tree = next((each for each in trees if name in each), None)
    found = Scalar(otherwise, trees[0].span) if tree is None else tree[name]
    if not isinstance(found, Scalar):
        raise _wrong_shape(trees[0] if tree is None else tree, name, "a-text")
    return found


def _rules(tree: Mapping) -> list[Any]:
    """The rules that a case names or brings along."""
    if "rule" in tree and "rules" in tree:
        raise CaseError("rule-and-rules", _key(tree, "rules").span)
    written = tree.get("rules", tree.get("rule"))
    each = written if isinstance(written, Sequence) else [] if written is None else [written]
    for rule in each:
        if not isinstance(rule, Mapping | Scalar):
            raise CaseError("no-rule-id", getattr(rule, "span", tree.span))
    return list(each)


def _layers(written: Any, path: Path) -> Iterator[Mapping]:
    """The sections of a rulebook that stand here, or in the named files beside the case file."""
    for each in written if isinstance(written, Sequence) else [written]:
        if isinstance(each, Mapping):
            yield each
        elif each is not None:
            file = path.parent / str(each)
            _, tree = _tree(file, file.name)
            if not isinstance(tree, Mapping):
                raise CaseError("no-rulebook", each.span, file=each)
            yield tree


def _named(rule: Mapping) -> Mapping:
    """A rule without an id is `case.rule`."""
    return (
        rule
        if "id" in rule
        else Mapping({Scalar("id", rule.span): Scalar("case.rule", rule.span), **rule}, span=rule.span)
    )


def _rows(written: dict[Any, Any]) -> dict[str, Table]:
    tables = {}
    for entity, rows in written.items():
        table = read_table(rows, str(entity), entity.span)
        tables[str(entity)] = Table(table.columns, table.rows, entity.span, table.places)
    return tables
