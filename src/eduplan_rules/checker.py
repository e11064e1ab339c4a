"""Check single records in a service: rules compiled once to Python, microseconds a record.

In: a rulebook and a day. Out: a `Checker` whose `check` gives the outcomes of one record under all rules about its
entity. A rule that needs rows which a single record does not have is unknown, with that reason. Threads may share a
checker; a process that gets it pickled compiles the rulebook again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import getitem
from typing import TYPE_CHECKING, Any

import polars as pl

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import CompiledRule, Plan
from eduplan_rules.engine.evidence import Evidence
from eduplan_rules.engine.live.door import named_entity
from eduplan_rules.engine.outcome import VERDICTS, Outcome, outcomes_of
from eduplan_rules.engine.record import Function, Row, in_order, record_function
from eduplan_rules.engine.row import ABSENT, BAD, RowReader
from eduplan_rules.errors import DataError
from eduplan_rules.period import Calendars, day_of, period_span
from eduplan_rules.program import compiled_program
from eduplan_rules.reports.ancestry import Ancestry
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.cells import DTYPES
from eduplan_rules.tables.facts import Facts, Table, entity_names

if TYPE_CHECKING:
    from eduplan_rules.related import RelatedChecker
    from eduplan_rules.reports.explain.explanation import Explanation


class Checker:
    """A rulebook compiled for single records.

    `book`: a loaded rulebook. `as_of`: the day the records are judged on. `show_personal` lets personal fields out.
    Raises RulebookError where the rulebook has mistakes.

    Nothing in a checker changes an answer once it is made, so that any number of threads may use it at once. `check`
    neither reads files nor waits for anything: an event loop may call it. Pickled, it is its rulebook and its day.
    """

    def __init__(self, book: Rulebook, *, as_of: date | str, show_personal: bool = False) -> None:
        self.book = book
        self.as_of = day_of(as_of)
        self.show_personal = show_personal
        program = compiled_program(book)
        within = Ancestry(None, book, show_personal=show_personal)
        plans: dict[str, list[tuple[Plan, list[CompiledRule]]]] = {}
        for plan, rules in program.plans():
            plans.setdefault(str(plan.entity.id), []).append((plan, rules))

        def group(plan: Plan, rules: Sequence[CompiledRule], reader: RowReader) -> _Group:
            evidence = [
                Evidence(rule, self.as_of, program.parameters, within, show_personal=show_personal, about=reader.about)
                for rule in rules
            ]
            function = record_function([rule.verdict for rule in rules], self.as_of, program.parameters)
            since = min((rule.rule.since for rule in rules if rule.rule.since is not None), default=None)
            told = tuple(tuple((str(rule.rule.id), verdict) for verdict in VERDICTS) for rule in rules)
            return _Group(plan, function, tuple(evidence), told, since)

        self._names = entity_names(book)
        self._entities: dict[str, _EntityChecker] = {}
        for name, grouped in plans.items():
            signs = _signs([rule.verdict for _, rules in grouped for rule in rules])
            reader = RowReader(book.entities[name], book, self.as_of, signs)
            plain = all(plan.every is None for plan, _ in grouped)
            self._entities[name] = _EntityChecker(reader, tuple(group(*each, reader) for each in grouped), plain)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.book, self.as_of, self.show_personal)

    def check(
        self,
        entity: str,
        record: Mapping[str, Any],
        *,
        related: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    ) -> list[Outcome]:
        """Outcomes of one record under every rule about its entity, in the order of the rulebook.

        `entity`: its identifier or label. `record`: field, label or alias -> cell, read by declared type as in a feed,
        old keys as new ones; one that cannot be read is missing, and so is one that stands there twice and differs.
        Gives one outcome per rule, more for a rule with `every`, none for a record whose period begins after the day.
        `related`: by entity the rows that rules need beside the record, `{"drill": [...], "county": [...]}`; they are
        taken as all there are, so that an empty list says that there are none. A rule that needs rows of an entity that
        is not given is unknown with that reason. With them a check costs milliseconds.
        Raises DataError for an entity nobody declared, and for a record without its key or period.
        """
        found = self._entities.get(entity) or self._found(entity)
        _must_be_mapping(entity, record)
        if related is not None:
            if not isinstance(related, Mapping):
                raise DataError([f"`related` is a mapping from entity to rows, found {type(related).__name__}"])
            rows = {named_entity(self._names, name): given for name, given in related.items()}
            return self._related.check(named_entity(self._names, entity), record, rows)
        return [] if found is None else found.check(record)

    @cached_property
    def _related(self) -> RelatedChecker:
        from eduplan_rules.related import RelatedChecker

        return RelatedChecker(self.book, self.as_of, show_personal=self.show_personal)

    def verdicts(self, entity: str, record: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Rule and verdict of each outcome that `check` would give, in that order, in half the time.

        Raises what `check` raises.
        """
        found = self._entities.get(entity) or self._found(entity)
        _must_be_mapping(entity, record)
        return [] if found is None else found.verdicts(record)

    def check_many(self, entity: str, records: Iterable[Mapping[str, Any]]) -> Iterator[list[Outcome] | DataError]:
        """Outcomes of many records, each as `check` gives them, in order and one after the other as they are asked for.

        A record that `check` refuses gives the DataError in its place, and the others go on. Each is judged by itself:
        two with the same key are two records. Raises DataError at once for an entity nobody declared.
        """
        found = self._found(entity)
        return (_checked(entity, found, record) for record in records)

    def explain(self, outcome: Outcome) -> Explanation:
        """Why an outcome of this checker is what it is, as `Report.explain` does; the facts have no file or line.

        It costs milliseconds, and raises ValueError for an outcome of another checker, or one that was pickled.
        """
        from eduplan_rules.reports.explain.explanation import explain_outcome

        evidence, row = outcome.evidence, outcome.row
        entity = evidence.compiled.plan.entity
        found = self._entities.get(str(entity.id))
        if found is None or all(each is not evidence for group in found.groups for each in group.evidence):
            message = f"this is no outcome of this checker: {outcome!r}"
            raise ValueError(message)
        facts = Facts({str(entity.id): _table(entity, row, self.book.calendars)})
        resolved = resolved_rulebook(self.book)
        return explain_outcome(outcome, resolved, facts, self.as_of, show_personal=self.show_personal)

    def _found(self, entity: str) -> _EntityChecker | None:
        """The rules about an entity, None where there are none; raises DataError where there is no such entity."""
        return self._entities.get(named_entity(self._names, entity))


def _rebuilt(book: Rulebook, as_of: date, show_personal: bool) -> Checker:  # noqa: FBT001
    return Checker(book, as_of=as_of, show_personal=show_personal)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The rules of one plan: one function gives the codes of their verdicts on a row."""

    plan: Plan
    function: Function
    evidence: tuple[Evidence, ...]
    #: by rule and code of the verdict: both as texts
    told: tuple[tuple[tuple[str, str], ...], ...]
    #: from which day on a rule with `every` has periods, where the rows have none
    since: date | None


@dataclass(frozen=True, slots=True, eq=False)
class _EntityChecker:
    """All rules about one entity."""

    reader: RowReader
    groups: tuple[_Group, ...]
    #: no rule is judged for periods of its own
    plain: bool

    def check(self, record: Mapping[str, Any]) -> list[Outcome]:
        """The outcomes of one record."""
        outcomes: list[Outcome] = []
        for group, row in self._judged(record):
            found = outcomes_of(group.evidence, group.function(row), row)
            outcomes = outcomes + found if outcomes else found
        return outcomes

    def verdicts(self, record: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The rules and verdicts of one record."""
        verdicts: list[tuple[str, str]] = []
        for group, row in self._judged(record):
            verdicts += map(getitem, group.told, group.function(row))
        return verdicts

    def _judged(self, record: Mapping[str, Any]) -> list[tuple[_Group, Row]]:
        """What is judged of a record: by which rules, and on which row."""
        row = self.reader.read(record)
        if row is None:
            return []
        # what a plan's steps would bring from other rows is not there, and so unknown
        if self.plain:
            return [(group, row) for group in self.groups]
        judged: list[tuple[_Group, Row]] = []
        for group in self.groups:
            every = group.plan.every
            rows = (row,) if every is None else self.reader.periods(row, every, group.since)
            judged += [(group, each) for each in rows]
        return judged


def _checked(entity: str, found: _EntityChecker | None, record: Mapping[str, Any]) -> list[Outcome] | DataError:
    try:
        _must_be_mapping(entity, record)
        return [] if found is None else found.check(record)
    except DataError as error:
        return error


def _must_be_mapping(entity: str, record: object) -> None:
    # most are dicts, and to ask the abstract class costs more than to look
    if type(record) is not dict and not isinstance(record, Mapping):
        raise DataError([f"a record of {entity} is a mapping from field to cell, found {type(record).__name__}"])


def _signs(nodes: Sequence[Node]) -> set[str]:
    """About which fields verdicts ask whether they are absent, unreadable, delivered."""
    return {str(node.value) for node in in_order(nodes) if node.op == "column" and node.value[0] in "?!+"}


def _table(entity: Entity, row: Row, calendars: Calendars) -> Table:
    """The table that has this row alone."""
    cells: dict[str, pl.Series] = {}
    for name, field in entity.fields.items():
        if name not in row[ABSENT]:
            cells[str(name)] = pl.Series([row[name]], dtype=DTYPES[field.type])
    cells |= {f"#bad:{name}": pl.Series([True]) for name in row[BAD] if name in cells}
    if entity.period is not None:
        # its own days: those of the row may be of a period inside it
        start, end = period_span(entity.period.is_, row["#p"], calendars)
        cells |= {"#p": pl.Series([row["#p"]]), "#start": pl.Series([start]), "#end": pl.Series([end])}
    places = {"#file": pl.String, "#sheet": pl.String, "#line": pl.Int64}
    cells |= {name: pl.Series([None], dtype=dtype) for name, dtype in places.items()}
    return Table(entity, pl.DataFrame({"#row": pl.Series([0]), **cells}))
