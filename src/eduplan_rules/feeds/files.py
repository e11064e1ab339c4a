"""Feeds of files: CSV, Excel, Parquet, JSON, JSON Lines, and folders of them.

In: paths. Out: `Facts`; each row knows its file, as the caller wrote the path, and its line.
Holds: a file is named after its entity (`school.csv`, `学校-2021.csv`) or lies in a folder that is; hidden files are
skipped; a file that cannot be read is a finding as long as another can, and a DataError otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePath

import polars as pl

from eduplan_rules.errors import DataError, did_you_mean
from eduplan_rules.feeds.delimited import read_csv
from eduplan_rules.feeds.excel import read_workbook
from eduplan_rules.feeds.objects import Items, read_document, read_lines
from eduplan_rules.feeds.text import UnreadableError, read_text
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.delivery import Delivery, from_frame, from_records
from eduplan_rules.tables.facts import AT_ONCE, Facts, collect_facts, entity_names
from eduplan_rules.tables.finding import Detail, Finding, Location, finding, hint

#: what lies beside facts in a folder and is not meant to be any: notes, rules, scripts
_BESIDE_DATA = frozenset({".md", ".yaml", ".yml", ".toml", ".py"})
_KINDS = "CSV, Excel (.xlsx), Parquet, JSON or JSON Lines"
_SUFFIXES = (".csv", ".xlsx", ".parquet", ".pq", ".json", ".jsonl", ".ndjson")
#: kinds of files that may hold several tables, each under its own name
_OF_SEVERAL = (".json", ".xlsx")


@dataclass(frozen=True)
class File:
    """A file to read: where it is, how the caller would name it, the entity it is named after."""

    path: Path
    name: str
    entity: Entity | None
    #: the part of the name that should be an entity's
    stem: str


def read_facts(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    book: Rulebook,
    *,
    progress: Callable[[str], None] | None = None,
) -> Facts:
    """Read files of facts, and folders of them, into typed tables with findings.

    `paths`: one path or several. Files are CSV (UTF-8, commas), Excel (`.xlsx`, a sheet for each entity), Parquet, JSON
    (a list of objects, or an object with such a list for each entity) or JSON Lines. A file, or a folder around it, is
    named after its entity: `school.csv`, `学校-2021.csv`, `school/2021.csv`; so is a sheet; all files and sheets of an
    entity are one table. Headers are the identifiers, labels or aliases of fields, with or without the unit behind:
    `在校生数（人）`. `progress` is called with the name of each file before it is read.

    Cells are read by the declared type of their field. A number is in the field's unit; one written with a percent sign
    is brought into it. An empty cell is missing. `Facts.findings` names what could not be taken as delivered, with file
    and line: unreadable cells and files, unknown and missing columns, repeated keys, references to no row; the cells
    concerned are missing, all else stays.

    Raises DataError when a path does not exist, or no file at all could be read. `book` says which entities there are.
    """
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    files = [file for path in several for file in _files(path, book)]
    deliveries: list[Delivery] = []
    findings: list[Finding] = []
    different: dict[Path, File] = {}
    for file in files:
        different.setdefault(file.path.resolve(), file)

    def read(file: File) -> tuple[list[Delivery], list[Finding]]:
        if progress is not None:
            progress(file.name)
        try:
            return _read_file(file, book)
        except UnreadableError as error:
            reason: Detail = {"zh": error.chinese, "en": error.english}
            location = Location(file.name, None, error.line)
            return [], [finding("unreadable-file", file.entity, location=location, file=file.name, reason=reason)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for delivered, more in pool.map(read, different.values()):
            deliveries += delivered
            findings += more
    if not deliveries:
        told = [found.message["en"] for found in findings]
        where = ", ".join(PurePath(path).as_posix() for path in several)
        raise DataError(told or [f"{where}: no files found, expected some named after an entity, of {_KINDS}"])
    return collect_facts(deliveries, findings, book)


def _files(given: str | os.PathLike[str], book: Rulebook) -> Iterator[File]:
    """List the files of a path in the order of their names."""
    root, shown = Path(given), PurePath(given).as_posix()
    if not root.exists():
        raise DataError([f"{shown}: there is no such file or folder"])
    if not root.is_dir():
        yield File(root, shown, _named(root.stem, book), root.stem)
        return
    outer = _folder_entity(root.resolve().name, book)
    visited: set[Path] = set()
    for folder, folders, names in os.walk(root, onerror=_refuse, followlinks=True):
        if (place := Path(folder).resolve()) in visited:
            folders.clear()  # a link back
            continue
        visited.add(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = PurePath(folder).relative_to(root)
        nearest = next(filter(None, (_folder_entity(part, book) for part in reversed(inside.parts))), None)
        for name in sorted(name for name in names if not name.startswith((".", "~$"))):
            path = Path(folder) / name
            if path.suffix.lower() in _BESIDE_DATA:
                continue
            entity = nearest or _named(path.stem, book) or outer
            yield File(path, (PurePath(given) / inside / name).as_posix(), entity, path.stem)


def _refuse(error: OSError) -> None:
    raise DataError([f"{PurePath(error.filename or '').as_posix()}: the folder cannot be read ({error.strerror})"])


def _folder_entity(name: str, book: Rulebook) -> Entity | None:
    found = entity_names(book).get(name)
    return None if found is None else book.entities[found]


def _named(stem: str, book: Rulebook) -> Entity | None:
    """Find the entity whose name the stem is, or begins with before a separator; the longest name wins."""
    names = entity_names(book)
    fitting = [name for name in names if stem == name or re.match(re.escape(name) + r"[\s._\-–—(（]", stem)]
    return book.entities[names[max(fitting, key=len)]] if fitting else None


def _read_file(file: File, book: Rulebook) -> tuple[list[Delivery], list[Finding]]:
    suffix = file.path.suffix.lower()
    if suffix not in _SUFFIXES or (file.entity is None and suffix not in _OF_SEVERAL):
        return [], [_unmatched(file, book)]
    try:
        if suffix == ".json":
            return _read_json(file, book)
        if suffix == ".xlsx":
            return read_workbook(file.path, file.name, file.entity, book)
        assert file.entity is not None
        if suffix == ".csv":
            return [read_csv(file.entity, file.path, file.name)], []
        if suffix in (".jsonl", ".ndjson"):
            return [_of_objects(file.entity, read_lines(read_text(file.path)), file)], []
        return [_read_parquet(file.entity, file)], []
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(reason, reason) from None


def _unmatched(file: File, book: Rulebook) -> Finding:
    kinds: Detail = {"zh": "CSV、Excel（.xlsx）、Parquet、JSON 或 JSON Lines", "en": _KINDS}
    near = hint(did_you_mean(file.stem, entity_names(book))) if file.entity is None else hint(None)
    return finding(
        "unmatched-file",
        location=Location(file.name, None, None),
        value=file.name,
        file=file.name,
        kinds=kinds,
        hint=near,
    )


def _read_parquet(entity: Entity, file: File) -> Delivery:
    with file.path.open("rb") as opened:
        magic = opened.read(4)
    if magic != b"PAR1":
        raise UnreadableError("it is not Parquet: it does not begin with PAR1", "不是 Parquet 文件：开头不是 PAR1")
    try:
        frame = pl.read_parquet(file.path, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableError(f"it is not whole Parquet ({reason})", f"Parquet 文件已损坏（{reason}）") from None
    return from_frame(entity, frame, file=file.name)


def _read_json(file: File, book: Rulebook) -> tuple[list[Delivery], list[Finding]]:
    """Read a list of objects, named by the file, or an object of such lists by entity."""
    content = read_document(read_text(file.path))
    if isinstance(content, Items):
        if file.entity is None:
            return [], [_unmatched(file, book)]
        return [_of_objects(file.entity, content, file)], []
    if content is None:
        raise UnreadableError(
            "expected a list of objects, or an object with a list of objects for each entity",
            "应为对象的列表，或按实体给出对象列表的对象",
        )
    names = entity_names(book)
    location = Location(file.name, None, None)
    findings = [
        finding("unmatched-table", location=location, value=name, hint=hint(did_you_mean(name, names)))
        for name in content
        if name not in names
    ]
    deliveries = [_of_objects(book.entities[names[name]], content[name], file) for name in content if name in names]
    return deliveries, findings


def _of_objects(entity: Entity, found: Items, file: File) -> Delivery:
    objects: list[dict[str, object]] = []
    for number, (item, line) in enumerate(zip(found.items, found.lines, strict=True), 1):
        if not isinstance(item, dict):
            english = f"item {number} of {entity.id} is a {type(item).__name__}, expected an object"
            raise UnreadableError(english, f"{entity.id} 的第 {number} 项不是对象", line)
        objects.append(item)
    return from_records(entity, objects, file=file.name, lines=found.lines)
