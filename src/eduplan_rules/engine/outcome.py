"""Outcomes: one rule on one subject, worked out when it is looked at.

In: a rule's evidence, a verdict and a row. Out: `Outcome` and `Violation`, whose attributes are those of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from eduplan_rules.engine.evidence import Evidence
from eduplan_rules.engine.record import Row
from eduplan_rules.engine.standing import Mark

#: in the order of DESIGN's table; also the codes that frames hold
VERDICTS = ("satisfied", "violated", "unknown", "not_due", "not_applicable")
SATISFIED, VIOLATED, UNKNOWN, NOT_DUE, NOT_APPLICABLE = range(5)


class Outcome:
    """One rule on one subject (and period). Attributes are those of the record; `to_dict` gives it whole.

    A copy and what comes out of a pickle is its record, without the row it was made from.
    """

    __slots__ = ("_evidence", "_mark", "_offenders", "_record", "_row", "verdict")

    def __init__(
        self,
        evidence: Evidence | None,
        verdict: str,
        row: Row,
        offenders: Callable[[], tuple[list[dict[str, Any]], int]] | None = None,
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
        #: the first rows behind an aggregate that speak against it, and how many there are
        offenders: list[dict[str, Any]]
        offenders_total: int
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
        return str(self.to_dict()["rule"] if self._evidence is None else self._evidence.compiled.rule.id)

    @property
    def evidence(self) -> Evidence:
        """What tells of the rule. Raises ValueError where the outcome is only a record."""
        return self._origin()[0]

    @property
    def row(self) -> Row:
        """What evidence reads of the subject's row, column by column. Raises ValueError where it is only a record."""
        return self._origin()[1]

    def _origin(self) -> tuple[Evidence, Row]:
        if self._evidence is None:
            message = f"{self!r} was copied or pickled, and is a record only: ask where it was judged"
            raise ValueError(message)
        return self._evidence, self._row

    def to_dict(self) -> dict[str, Any]:
        """The record as plain data: texts, numbers, lists, dicts, None."""
        if self._record is None:
            evidence, row = self._origin()
            record = evidence.record(self.verdict, row, self._offenders)
            if self._mark is not None:
                record |= self._mark.told()
            # only now, so that another thread finds it whole or not at all
            self._record = record
        return self._record

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.verdict, self.to_dict())

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


def _restored(kind: type[Outcome], verdict: str, record: dict[str, Any]) -> Outcome:
    """An outcome that is only its record."""
    outcome = kind(None, verdict, {})
    outcome._record = record
    return outcome


#: by code of the verdict
OUTCOME_CLASSES: tuple[type[Outcome], ...] = (Outcome, Violation, Outcome, Outcome, Outcome)


def outcomes_of(rules: Sequence[Evidence], codes: Sequence[int], row: Row) -> list[Outcome]:
    """The outcomes of several rules on one row, by the codes of their verdicts."""
    classes, verdicts, new = OUTCOME_CLASSES, VERDICTS, object.__new__
    outcomes: list[Outcome] = []
    # what the constructor does, without calling it: half of what a verdict costs
    for evidence, code in zip(rules, codes, strict=True):
        outcome = new(classes[code])
        outcome._evidence = evidence
        outcome.verdict = verdicts[code]
        outcome._row = row
        outcome._offenders = outcome._mark = outcome._record = None
        outcomes.append(outcome)
    return outcomes
