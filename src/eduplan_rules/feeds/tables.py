"""Tables whose columns name themselves: of Parquet, JSON and JSON Lines.

In: a path, or the items of a list, and an entity. Out: a `Delivery`. Holds: items that are no objects are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from eduplan_rules.feeds.objects import Items, read_document, read_lines
from eduplan_rules.feeds.text import UnreadableError, check_lines, read_text
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.delivery import Delivery, from_frame, from_records


def read_unnamed(path: Path, form: str, entity: Entity) -> Iterator[tuple[str, Delivery, str | None]]:
    """The tables of a file of Parquet, JSON or JSON Lines, as if of this entity: name, table, encoding if guessed."""
    if form == "parquet":
        yield "", read_parquet(entity, path, path.name), None
        return
    read = read_text(path)
    if form == "jsonl":
        check_lines(read.text)
        content: Items | dict[str, Items] | None = read_lines(read.text)
    else:
        content = read_document(read.text)
    for name, items in ({"": content} if isinstance(content, Items) else content or {}).items():
        yield name, of_objects(entity, items, path.name), read.guessed


def read_parquet(entity: Entity, path: Path, name: str) -> Delivery:
    """Read a file; raise UnreadableError where it is not whole."""
    with path.open("rb") as opened:
        magic = opened.read(4)
    if magic != b"PAR1":
        raise UnreadableError("it is not Parquet: it does not begin with PAR1", "不是 Parquet 文件：开头不是 PAR1")
    try:
        frame = pl.read_parquet(path, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableError(f"it is not whole Parquet ({reason})", f"Parquet 文件已损坏（{reason}）") from None
    return from_frame(entity, frame, file=name)


def of_objects(entity: Entity, found: Items, name: str) -> Delivery:
    """Make a table of objects; raise UnreadableError for an item that is none."""
    objects: list[dict[str, object]] = []
    for number, (item, line) in enumerate(zip(found.items, found.lines, strict=True), 1):
        if not isinstance(item, dict):
            english = f"item {number} of {entity.id} is a {type(item).__name__}, expected an object"
            raise UnreadableError(english, f"{entity.id} 的第 {number} 项不是对象", line)
        objects.append(item)
    return from_records(entity, objects, file=name, lines=found.lines)
