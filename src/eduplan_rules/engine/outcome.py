"""Outcomes: one rule on one subject, worked out when it is looked at.

In: a rule's evidence, a verdict and a row. Out: `Outcome` and `Violation`, whose attributes are those of the record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eduplan_rules.engine.evidence import Evidence, build_record
from eduplan_rules.engine.record import Row
from eduplan_rules.engine.standing import Mark

#: in the order of DESIGN's table; also the codes that frames hold
VERDICTS = ("satisfied", "violated", "unknown", "not_due", "not_applicable")
SATISFIED, VIOLATED, UNKNOWN, NOT_DUE, NOT_APPLICABLE = range(5)


class Outcome:
    """One rule on one subject (and period). Attributes are those of the record; `to_dict` gives it whole."""

    __slots__ = ("_evidence", "_mark", "_offenders", "_record", "_row", "verdict")

    def __init__(
        self,
        evidence: Evidence,
        verdict: str,
        row: Row,
        offenders: Callable[[], list[dict[str, Any]]] | None = None,
        mark: Mark | None = None,
    ) -> None:
        self._evidence = evidence
        self.verdict = verdict
        self._row = row
        self._offenders = offenders
        self._mark = mark
        self._record: dict[str, Any] | None = None

    if TYPE_CHECKING:
        #: SHA-256 of rule, entity, key and period, of a span its first day; `series` the same without that
        id: str
        series: str
        clause: str | None
        title: dict[str, str]
        severity: str
        nature: str
        #: entity, key (a list of texts), name
        subject: dict[str, Any]
        #: parent entity -> key and name
        within: dict[str, dict[str, str | None]]
        period: str | None
        #: the end nearest to `required`, and the other end where it is known as an interval only
        observed: Any
        observed_other: Any
        #: of how many `observed` is a count: the members in a quorum's list
        of: int | None
        required: Any
        #: the least change of `observed` that would do, in `unit`
        gap: float | None
        unit: str | None
        strict: bool
        parts: list[dict[str, Any]]
        offenders: list[dict[str, Any]]
        #: facts that are missing, each with its label and the reason
        missing: list[dict[str, Any]]
        basis: str | None
        #: sentence by language
        message: dict[str, str]
        source: list[dict[str, str]]
        parameters: list[dict[str, Any]]
        values: dict[str, Any]
        due: str | None
        owner: dict[str, str] | None
        #: file, sheet, line
        location: dict[str, Any]
        provisional: bool
        unverified: bool
        #: whether a violation counts: `open`, `waived`, `accepted` by a baseline, `tolerated`; None of other verdicts
        standing: str | None
        #: the waiver, where it is waived: reason, approved_by, basis, valid_from, valid_until
        waived: dict[str, Any] | None

    @property
    def rule(self) -> str:
        """Identifier of the rule."""
        return str(self._evidence.compiled.rule.id)

    @property
    def row(self) -> Row:
        """What evidence reads of the subject's row, column by column."""
        return self._row

    def to_dict(self) -> dict[str, Any]:
        """The record as plain data: texts, numbers, lists, dicts, None."""
        if self._record is None:
            self._record = build_record(self._evidence, self.verdict, self._row, self._offenders)
            if self._mark is not None:
                self._record |= self._mark.told()
        return self._record

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.to_dict()[name]
        except KeyError:
            message = f"an outcome has no `{name}`; it has {', '.join(self.to_dict())}"
            raise AttributeError(message) from None

    def __dir__(self) -> list[str]:
        return sorted({*self.to_dict(), "to_dict"})

    def __repr__(self) -> str:
        key = " / ".join(map(str, self.subject["key"]))
        return f"<{type(self).__name__} {self.rule} {key} {self.period or ''} {self.verdict}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.to_dict()["id"], self.verdict))


class Violation(Outcome):
    """An outcome whose verdict is `violated`."""

    __slots__ = ()


#: by code of the verdict
OUTCOME_CLASSES: tuple[type[Outcome], ...] = (Outcome, Violation, Outcome, Outcome, Outcome)
