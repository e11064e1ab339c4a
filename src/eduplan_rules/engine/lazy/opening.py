"""Openings: which column of an engine's frame is which field, and how each is read, before any row is.

In: a frame of an engine and the entity it is delivered for. Out: an `Opening`, or sentences that say which columns are
of a type that does not fit their field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.engine.lazy.engines import Engine, Frame, native
from eduplan_rules.engine.lazy.readings import Reading, reading
from eduplan_rules.engine.lazy.words import word
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.sentences import Wording
from eduplan_rules.tables.delivery import Delivery, anchors, matched_columns, units_of
from eduplan_rules.tables.facts import renamed_keys
from eduplan_rules.tables.finding import Finding
from eduplan_rules.tables.header import headers_for
from eduplan_rules.tables.marks import empties

#: the column of the period as it was delivered
PERIOD = "=p"


@dataclass(frozen=True)
class Opening:
    """A frame with its columns known; `frame` has each as `=<field>`, that of the period as `=p`."""

    entity: Entity
    frame: Frame
    #: what it is called in findings and locations
    name: str | None
    readings: Mapping[str, Reading]
    #: fields that are there twice
    ambiguous: frozenset[str]
    findings: tuple[Finding, ...]
    #: columns whose type does not fit
    unfit: tuple[Wording, ...] = ()
    #: whether rows can be told apart and placed in time
    complete: bool = True
    #: fields of texts that are read as numbers, in which a percent sign may stand
    texts: frozenset[str] = field(default=frozenset())


def open_frame(entity: Entity, frame: Any, engine: Engine, book: Rulebook, name: str | None) -> Opening:
    """Match the columns of a frame with the fields of its entity."""
    lazy, headers = _by_place(frame, engine)
    types = dict(lazy.collect_schema())
    empty = tuple(pl.Series(dtype=pl.String) for _ in headers)
    delivery = Delivery(entity, headers, empty, name)
    meant = headers_for(entity)
    meanings = [meant.meaning(header) for header in headers]
    places, period_place, findings = matched_columns(delivery, meant, meanings)
    units, told = units_of(delivery, places, meanings)
    columns = {f"={name}": f"#{found[0]}" for name, found in places.items()}
    unfit: list[Wording] = []
    if period_place is not None and entity.period is not None:
        columns[PERIOD] = f"#{period_place}"
        if not (types[f"#{period_place}"] == nw.String or types[f"#{period_place}"].is_integer()):
            unfit.append(_misfit(entity, headers[period_place], types[f"#{period_place}"], "period"))
    renamed, marked = renamed_keys(entity, book), empties(entity)
    readings: dict[str, Reading] = {}
    for name_of, found in places.items():
        declared, dtype = entity.fields[name_of], types[f"#{found[0]}"]
        read = reading(
            declared,
            dtype,
            f"={name_of}",
            renamed=renamed.get(name_of, {}),
            marks=name_of in marked,
            unit=units.get(name_of),
        )
        if read is None:
            unfit.append(_misfit(entity, headers[found[0]], dtype, declared.type))
        else:
            readings[name_of] = read
    several = frozenset(name_of for name_of, found in places.items() if len(found) > 1)
    placed = (entity.period is None or period_place is not None) and not several.intersection(anchors(entity))
    complete = placed and all(each in places for each in anchors(entity))
    if engine.name != "polars":
        unfit += _alike(entity)
    chosen = lazy.select(*(nw.col(place).alias(column) for column, place in columns.items()))
    return Opening(
        entity,
        chosen,
        name,
        readings,
        several,
        (*findings, *told),
        tuple(unfit),
        complete,
        _texts(entity, types, places),
    )


def _by_place(frame: Any, engine: Engine) -> tuple[Frame, tuple[str, ...]]:
    """The columns under the numbers of their places, and what they were called.

    Spark takes a dot in a name for a part of a structure, and may have two columns of one name.
    """
    own = native(frame)
    if engine.name == "spark":
        return nw.from_native(own.toDF(*(f"#{at}" for at in range(len(own.columns))))), tuple(own.columns)
    lazy = nw.from_native(own).lazy()
    headers = tuple(lazy.collect_schema().names())
    return lazy.select(*(nw.col(header).alias(f"#{at}") for at, header in enumerate(headers))), headers


def _texts(entity: Entity, types: Mapping[str, Any], places: Mapping[str, list[int]]) -> frozenset[str]:
    numbers = (name for name in places if entity.fields[name].type in ("number", "integer"))
    return frozenset(name for name in numbers if types[f"#{places[name][0]}"] == nw.String)


def _misfit(entity: Entity, header: str, dtype: Any, wanted: str) -> Wording:
    return word("unfit", header=header, entity=entity.id, dtype=str(dtype), wanted=wanted)


def _alike(entity: Entity) -> list[Wording]:
    """Fields that an engine would take for one, because it does not tell capitals from small letters."""
    seen: dict[str, str] = {}
    return [
        word("alike", name=name, other=seen[name.lower()], entity=entity.id)
        for name in map(str, entity.fields)
        if seen.setdefault(name.lower(), name) != name
    ]
