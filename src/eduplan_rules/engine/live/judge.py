"""The verdicts on the rows of one plan, kept up to date.

In: changes of the tables' rows. Out: violations that opened, changed or closed. A rule is asked again only about rows
of which something has changed that its verdict or its record reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, Literal

from eduplan_rules.compiler.plan import CompiledRule, Offence, Plan
from eduplan_rules.engine.evidence import Evidence
from eduplan_rules.engine.live.choice import Choice, Moments, Turn
from eduplan_rules.engine.live.code import PlanCode, columns_of, compile_plan, offence_column
from eduplan_rules.engine.live.flow import Changes, Flow
from eduplan_rules.engine.live.step import Handle, Row
from eduplan_rules.engine.live.store import Fact, Store
from eduplan_rules.engine.outcome import NOT_DUE, OUTCOME_CLASSES, VERDICTS, VIOLATED, Outcome, Violation
from eduplan_rules.engine.record import Function, record_function
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.period import Calendars, period_label
from eduplan_rules.tables.finding import HIDDEN

#: sets of columns of which it is remembered which rules read them
_REMEMBERED = 10_000
#: the column that has a subject's parents
WITHIN = "#within"

Kind = Literal["opened", "changed", "closed"]
#: what happened, the violation as it is now (as it was, where it closed), and as it was
Turned = tuple[Kind, Violation, Violation | None]


@dataclass(frozen=True, eq=False)
class RuleCode:
    """One rule as functions over its plan's rows."""

    rule: CompiledRule
    evidence: Evidence
    as_of: date
    tables: Mapping[str, ParameterTable]

    @cached_property
    def verdict(self) -> Function:
        """The verdict's code, as a tuple of one."""
        return record_function([self.rule.verdict], self.as_of, self.tables)

    @cached_property
    def offences(self) -> Mapping[int, tuple[Offence, str]]:
        """By part the rows behind an aggregate: which, and the column that has them."""
        parts = enumerate(self.rule.parts)
        return {at: (part.offence, offence_column(part.offence)) for at, part in parts if part.offence is not None}

    @cached_property
    def told(self) -> frozenset[str]:
        """The columns of which the record tells."""
        return frozenset({*self.evidence.columns, *(column for _, column in self.offences.values()), WITHIN})

    @cached_property
    def asked(self) -> frozenset[str]:
        """The columns on which verdict and record depend."""
        return self.told | columns_of([self.rule.verdict])

    def outcome(self, code: int, row: Row) -> Outcome:
        """The outcome on a row."""
        offenders = partial(self._offenders, row) if self.offences and code in (VIOLATED, NOT_DUE) else None
        return OUTCOME_CLASSES[code](self.evidence, VERDICTS[code], row, offenders)

    def violation(self, row: Row) -> Violation:
        """The violation on a row."""
        offenders = partial(self._offenders, row) if self.offences else None
        return Violation(self.evidence, VERDICTS[VIOLATED], row, offenders)

    def _offenders(self, row: Row) -> tuple[list[dict[str, Any]], int]:
        leading = self.evidence.get(self.evidence.values(row), self.rule.leading)
        if leading is None or int(leading) not in self.offences:
            return [], 0
        offence, column = self.offences[int(leading)]
        entity = offence.step.plan.entity
        hidden = [entity.fields[str(name)].personal and not self.evidence.show_personal for name in entity.key]
        told = []
        number, facts = row.get(column) or (0, ())
        for fact in facts:
            key = [HIDDEN if hide else str(part) for hide, part in zip(hidden, fact.key, strict=True)]
            period = None if entity.period is None else period_label(entity.period.is_, fact.time)
            told.append({"entity": fact.entity, "key": key, "period": period, "location": fact.location})
        return told, number


@dataclass(frozen=True, eq=False)
class JudgeCode:
    """All rules on one plan, compiled."""

    plan: Plan
    rules: tuple[RuleCode, ...]
    as_of: date
    tables: Mapping[str, ParameterTable]

    @cached_property
    def flow(self) -> PlanCode:
        """What brings the columns that verdicts and records read."""
        read = {name for rule in self.rules for name in rule.asked} - {WITHIN}
        offences = {id(each.against): each for rule in self.rules for each, _ in rule.offences.values()}
        read -= {offence_column(each) for each in offences.values()}
        return compile_plan(self.plan, read, self.as_of, self.tables, offences.values())

    @cached_property
    def verdicts(self) -> Function:
        """The codes of all verdicts on a row."""
        return record_function([rule.rule.verdict for rule in self.rules], self.as_of, self.tables)

    @cached_property
    def _by_column(self) -> Mapping[str, frozenset[int]]:
        """Which rules depend on a column."""
        found: dict[str, set[int]] = {}
        for place, rule in enumerate(self.rules):
            for name in rule.asked:
                found.setdefault(name, set()).add(place)
        return {name: frozenset(places) for name, places in found.items()}

    def touched(self, columns: Iterable[str]) -> tuple[int, ...]:
        """The rules that depend on some of these columns."""
        return tuple(sorted(frozenset[int]().union(*(self._by_column.get(name, ()) for name in columns))))

    @property
    def since(self) -> date | None:
        """The first day any of the rules asks about."""
        return min((rule.rule.rule.since for rule in self.rules if rule.rule.rule.since is not None), default=None)


class Judge:
    """The verdicts of all rules on one plan."""

    def __init__(
        self,
        code: JudgeCode,
        store: Store,
        periods: str,
        calendars: Calendars,
        within: Callable[[str, Row], Mapping[str, Any]],
    ) -> None:
        self.code = code
        self.store = store
        self.periods = periods
        self.calendars = calendars
        self.within = within
        self.entity = str(code.plan.entity.id)
        self.links = frozenset(str(name) for names in code.plan.entity.belongs_to.values() for name in names)
        self.counts = [[0] * len(VERDICTS) for _ in code.rules]
        #: by rule the violations
        self.broken: list[dict[Handle, Violation]] = [{} for _ in code.rules]
        self._codes: dict[Handle, list[int]] = {}
        #: columns that changed together -> the rules that read any of them
        self._touched: dict[frozenset[str], tuple[int, ...]] = {}
        self._moments = None
        if code.plan.every is not None:
            self._moments = Moments(code.plan.every, code.since, code.as_of, calendars)
        self._flow = self._begun()

    def _begun(self) -> Flow:
        chosen = Choice(self.store.tables[self.entity], self.code.as_of, self.periods, self.calendars).take
        moments = self._moments

        def choose(changes: Any) -> Iterator[Turn]:
            return chosen(changes) if moments is None else moments.of(chosen(changes))

        return Flow(self.code.flow, self.store.shape, choose)

    def outcomes_of(self, fact: Fact) -> Iterator[Outcome]:
        """All outcomes on a row, in each of its periods; none where it is no subject."""
        for handle in self._handles(fact):
            row = self._flow.rows.get(handle)
            if row is not None:
                told = self._with_parents(row)
                for rule, code in zip(self.code.rules, self._codes[handle], strict=True):
                    yield rule.outcome(code, told)

    def take(self, changes: Changes) -> Iterator[Turned]:
        """Take changes of the tables."""
        if self.entity in changes and self.entity not in self.store.shape:
            changes = {name: found for name, found in changes.items() if name != self.entity}
        for handle, _, row, columns in self._flow.take(changes):
            if row is None:
                yield from self._gone(handle)
            elif columns is None:
                self._codes[handle] = codes = list(self.code.verdicts(row))
                for place, code in enumerate(codes):
                    self.counts[place][code] += 1
                    if code == VIOLATED:
                        yield from self._open(place, handle, row)
            else:
                yield from self._changed(handle, row, columns)

    def _gone(self, handle: Handle) -> Iterator[Turned]:
        for place, code in enumerate(self._codes.pop(handle)):
            self.counts[place][code] -= 1
            if code == VIOLATED:
                yield self._close(place, handle)

    def _changed(self, handle: Handle, row: Any, columns: frozenset[str]) -> Iterator[Turned]:
        if not columns.isdisjoint(self.links):
            row.pop(WITHIN, None)
        codes, touched = self._codes[handle], self._touched.get(columns)
        if touched is None:
            if len(self._touched) >= _REMEMBERED:
                self._touched.clear()
            touched = self._touched[columns] = self.code.touched(columns)
        for place in touched:
            rule = self.code.rules[place]
            (code,), old = rule.verdict(row), codes[place]
            if code != old:
                codes[place] = code
                self.counts[place][old] -= 1
                self.counts[place][code] += 1
            if old == VIOLATED:
                yield from self._still(place, handle, row) if code == VIOLATED else (self._close(place, handle),)
            elif code == VIOLATED:
                yield from self._open(place, handle, row)

    def _open(self, place: int, handle: Handle, row: Row) -> Iterator[Turned]:
        violation = self.code.rules[place].violation(self._with_parents(row))
        self.broken[place][handle] = violation
        yield "opened", violation, None

    def _close(self, place: int, handle: Handle) -> Turned:
        former = self.broken[place].pop(handle)
        return "closed", former, former

    def _still(self, place: int, handle: Handle, row: Row) -> Iterator[Turned]:
        """A violation that stays one: changed where its record has."""
        rule, former = self.code.rules[place], self.broken[place][handle]
        self._with_parents(row)
        if all(former.row.get(name) == row.get(name) for name in rule.told):
            return
        violation = rule.violation(row)
        if violation.to_dict() != former.to_dict():
            self.broken[place][handle] = violation
            yield "changed", violation, former

    def _with_parents(self, row: Any) -> Row:
        if WITHIN not in row:
            row[WITHIN] = self.within(self.entity, row)
        told: Row = row
        return told

    def retell(self, fact: Fact) -> Iterator[Turned]:
        """Look again at the parents of a subject."""
        for handle in self._handles(fact):
            row = self._flow.rows.get(handle)
            if row is None or VIOLATED not in self._codes[handle]:
                continue
            row = self._flow.rows[handle] = {name: value for name, value in row.items() if name != WITHIN}
            for place, code in enumerate(self._codes[handle]):
                if code == VIOLATED:
                    yield from self._still(place, handle, row)

    def _handles(self, fact: Fact) -> Iterator[Handle]:
        """The subjects that a row is."""
        if self._moments is None:
            yield fact
        elif not fact.stray:
            yield from (turn[0] for turn in self._moments.of([(fact, None, None, {})]))

    def begin_again(self) -> Iterator[Turned]:
        """Judge all rows anew, because other columns or tables are delivered than before."""
        former, self.broken = self.broken, [{} for _ in self.code.rules]
        self.counts = [[0] * len(VERDICTS) for _ in self.code.rules]
        self._codes = {}
        self._flow = self._begun()
        tables = self.store.tables
        whole = {
            name: [(fact, None, fact.row, None) for fact in tables[name].facts()] for name in self.code.flow.entities
        }
        for _ in self.take(whole):
            pass
        for old, new in zip(former, self.broken, strict=True):
            for handle, violation in old.items():
                if handle not in new:
                    yield "closed", violation, violation
            for handle, violation in new.items():
                if handle not in old:
                    yield "opened", violation, None
                elif violation.to_dict() == old[handle].to_dict():
                    new[handle] = old[handle]
                else:
                    yield "changed", violation, old[handle]


def judge_code(
    plan: Plan,
    rules: Sequence[CompiledRule],
    as_of: date,
    tables: Mapping[str, ParameterTable],
    *,
    show_personal: bool,
) -> JudgeCode:
    """Compile all rules on one plan; records have their parents from the rows."""

    def parents(_: str, row: Row) -> dict[str, Any]:
        found: dict[str, Any] = row[WITHIN]
        return found

    codes = (
        RuleCode(rule, Evidence(rule, as_of, tables, parents, show_personal=show_personal), as_of, tables)
        for rule in rules
    )
    return JudgeCode(plan, tuple(codes), as_of, tables)
