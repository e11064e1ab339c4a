"""A case and a file of cases as values.

What a case is: the rules it brings along as trees with places, its rows, and what it expects.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eduplan_rules.source import Mapping, Scalar, Source, Span
from eduplan_rules.tools.grid import Table
from eduplan_rules.tools.mistake import CaseError


@dataclass(frozen=True)
class Case:
    """One case: the rules it brings along as trees with places, its rows, and what it expects."""

    name: str
    span: Span
    #: a rulebook of its own; empty where the case is about rules that are loaded already
    rulebook: tuple[Mapping, ...]
    #: sections that take the place of what the rulebook declares under the same names
    own: Mapping
    layers: tuple[Mapping, ...]
    #: the rules it is about; None for all
    rules: tuple[Scalar, ...] | None
    rows: dict[str, Table]
    as_of: Scalar
    periods: str
    show_personal: bool
    pending: str | None
    said: Mapping
    #: name of the case of which this is one line
    variant_of: str | None = None

    @property
    def brings_rules(self) -> bool:
        """Whether it is judged by other rules than those that are loaded, or by other values."""
        return bool(self.rulebook or self.own or self.layers)

    @property
    def declares_rules(self) -> bool:
        """Whether it brings along rules or values, which may read what only the case declares."""
        return bool(self.layers) or any(section in self.own for section in ("rules", "values"))


@dataclass(frozen=True)
class Unreachable:
    """A side of a bound on which, as a file says, no row can lie, and why."""

    rule: Scalar
    bound: Scalar
    side: Scalar
    reason: Scalar


@dataclass(frozen=True)
class CaseFile:
    """A file of cases, and the rules that it says can never be unknown, with the reason."""

    source: Source
    about: str | None
    cases: tuple[Case, ...]
    never_unknown: dict[Scalar, Scalar]
    #: cases that cannot be read
    mistakes: tuple[CaseError, ...] = ()
    #: rule, parameter or value -> changes of it that make no difference, with the reasons
    equivalent: dict[Scalar, dict[Scalar, Scalar]] = field(default_factory=dict)
    unreachable: tuple[Unreachable, ...] = ()


def rules_of(case: Case) -> list[str]:
    """The rules that a case expects something of."""
    if case.rules is not None:
        return [str(rule) for rule in case.rules]
    parts = [case.said.get(part) for part in ("expect", "records", "totals")]
    return list(dict.fromkeys(str(rule) for part in parts if part is not None for rule in part))
