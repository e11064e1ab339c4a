"""Feeds of files: CSV, Excel, Parquet, JSON, JSON Lines, and folders of them.

In: paths, and how the tables in them are laid out. Out: `Facts`; each row knows its file, as the caller wrote the path,
its sheet and its line. Holds: a file is named after its entity (`school.csv`, `学校-2021.csv`), lies in a folder that
is, or is named by a feed; hidden files are skipped; a file that cannot be read is a finding as long as another can, and
a DataError otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from eduplan_rules.errors import DataError, did_you_mean
from eduplan_rules.feeds.database import read_database
from eduplan_rules.feeds.delimited import read_csv
from eduplan_rules.feeds.excel import read_workbook
from eduplan_rules.feeds.feed import NAME, Feed, Feeds, read_feeds
from eduplan_rules.feeds.fit import fitted
from eduplan_rules.feeds.objects import Items, read_document, read_lines
from eduplan_rules.feeds.tables import of_objects, read_parquet
from eduplan_rules.feeds.text import Text, UnreadableError, check_lines, read_text, refused
from eduplan_rules.feeds.words import word
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.sentences import LANGUAGES, Wording
from eduplan_rules.source import Source
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.facts import AT_ONCE, Facts, collect_facts, entity_names
from eduplan_rules.tables.finding import Detail, Finding, Location, finding, hint

#: what lies beside facts in a folder and is not meant to be any: notes, rules, scripts
BESIDE_DATA = frozenset({".md", ".yaml", ".yml", ".toml", ".py"})
#: ending -> format
FORMATS = {
    ".csv": "csv", ".tsv": "tsv", ".xlsx": "excel", ".xlsm": "excel", ".xls": "excel", ".parquet": "parquet",
    ".pq": "parquet", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
#: formats that may hold several tables, each under its own name
_OF_SEVERAL = ("json", "excel")
#: a year may follow a name at once
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_PACKED = frozenset({".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"})


@dataclass(frozen=True)
class File:
    """A file to read: where it is, how the caller would name it, the entity it is named after, its feeds."""

    path: Path
    name: str
    entity: Entity | None
    #: the part of the name that should be an entity's
    stem: str
    feeds: tuple[Feed, ...] = ()

    @property
    def format(self) -> str | None:
        """What a feed says that it is, or else its ending."""
        said = (feed.format for feed in self.feeds if feed.format)
        return next(said, FORMATS.get(self.path.suffix.lower()))


@dataclass(frozen=True)
class Stored:
    """A table in a database: its feed, and the folder of that."""

    feed: Feed
    folder: Path | None

    @property
    def name(self) -> str:
        """Where the feed stands; the address is not for all to see."""
        return self.feed.place


def read_facts(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    book: Rulebook,
    *,
    feed: str | os.PathLike[str] | Source | Feeds | None = None,
    progress: Callable[[str], None] | None = None,
    beside: Rulebook | None = None,
) -> Facts:
    """Read files of facts, and folders of them, into typed tables with findings.

    `paths`: one path or several. Files are CSV (with any separator, in UTF-8, UTF-16 or GB18030), Excel (`.xlsx` or
    `.xls`, a sheet for each entity), Parquet, JSON (a list of objects, or an object with such a list for each entity)
    or JSON Lines. A file, or a folder around it, is named after its entity: `school.csv`, `学校-2021.csv`,
    `school/2021.csv`; so is a sheet; all files and sheets of an entity are one table. Headers are the identifiers,
    labels or aliases of fields, with or without a unit behind: `在校生数（人）`. `progress` is called with the name of
    each file before it is read.

    `feed`: a `feeds.yaml`, or what `read_feeds` gave: which files are which tables, and how these are laid out. Without
    it, the `feeds.yaml` in a folder is about the files below it. What no feed says is found out from the file,
    and is a finding.

    Cells are read by the declared type of their field. A number is in the field's unit; one written with a percent sign
    is brought into it, and so is a column with another unit of the same kind. An empty cell is missing.
    `Facts.findings` names what could not be taken as delivered, with file, sheet and line: unreadable cells and files,
    unknown and missing columns, repeated keys, references to no row; the cells concerned are missing, all else stays.

    Raises DataError when a path does not exist, or no file at all could be read, and RulebookError when `feed` has
    mistakes. `book` says which entities there are; what only `beside` declares, another rulebook that is tried on the
    same files, is no mistake in a feed.
    """
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    given = read_feeds(feed, book, beside=beside) if feed is not None and not isinstance(feed, Feeds) else feed
    known: list[Feeds] = []
    deliveries: list[Delivery] = []
    findings: list[Finding] = []
    different: dict[str, File] = {}
    for path in several:
        for file in _files(path, (book, beside), given, known, findings):
            different.setdefault(os.path.realpath(file.path), file)
    findings += _unused(known, different.values())

    def read(source: File | Stored) -> tuple[list[Delivery], list[Finding]]:
        if progress is not None:
            progress(source.name)
        return _read_stored(source) if isinstance(source, Stored) else _read_whole(source, book)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for delivered, more in pool.map(read, [*different.values(), *_stored(known)]):
            deliveries += delivered
            findings += more
    if not deliveries:
        where = ", ".join(PurePath(path).as_posix() for path in several)
        told = [_worded(found) for found in findings]
        raise DataError(told or [word("nothing", where=where, kinds=word("kinds"))])
    return collect_facts(deliveries, findings, book)


def _stored(known: Sequence[Feeds]) -> list[Stored]:
    """List the tables in databases, each once, of the feeds that are about folders."""
    each = {
        (os.path.realpath(feeds.folder or ""), PurePath(feed.place).name, feed.database): Stored(feed, feeds.folder)
        for feeds in known
        for feed in feeds.feeds
        if feed.database is not None
    }
    return list(each.values())


def _read_stored(stored: Stored) -> tuple[list[Delivery], list[Finding]]:
    database = stored.feed.database
    return ([], []) if database is None else read_database(stored.feed, database, stored.folder)


def _read_whole(file: File, book: Rulebook) -> tuple[list[Delivery], list[Finding]]:
    try:
        return _read_file(file, book)
    except UnreadableError as error:
        return [], [_unreadable(file.name, file.entity, error)]


def _unused(known: Sequence[Feeds], files: Iterable[File]) -> list[Finding]:
    """Tell of feeds to which no file belongs, of those that are about folders."""
    used = {id(feed) for file in files for feed in file.feeds}
    spare = {id(feed): feed for feeds in known for feed in feeds.feeds if not feed.database and id(feed) not in used}
    return [finding("feed-without-file", feed.entity, place=feed.place) for feed in spare.values()]


def _unreadable(name: str, entity: Entity | None, error: UnreadableError) -> Finding:
    reason: Detail = {"zh": error.chinese, "en": error.english}
    return finding("unreadable-file", entity, location=Location(name, None, error.line), file=name, reason=reason)


def _worded(found: Finding) -> Wording:
    english, chinese = (found.message[language].replace("{", "{{").replace("}", "}}") for language in ("en", "zh"))
    return Wording(english, chinese)


def _files(
    given: str | os.PathLike[str],
    books: tuple[Rulebook, Rulebook | None],
    feeds: Feeds | None,
    known: list[Feeds],
    findings: list[Finding],
) -> Iterator[File]:
    """List the files of a path in the order of their names; folders that are named as files are findings.

    `books`: the rulebook, and the one beside it. `feeds`: all that are to be known, or None for those beside the files;
    whichever are, go to `known`.
    """
    book, other = books
    root, shown = Path(given), PurePath(given).as_posix()
    try:
        there, folder = root.exists(), root.is_dir()
    except OSError as error:
        raise _locked(shown, error) from None
    if not there:
        raise DataError([word("no-path", path=shown)])
    if not folder:
        entity = _named(root.stem, book)
        own = feeds or Feeds(())
        yield File(root, shown, entity, root.stem, own.of(_inside(root, root.parent, own), entity))
        return
    if feeds is not None:
        known.append(feeds)
    beside: dict[Path, Feeds] = {}
    outer = _folder_entity(root.resolve().name, book)
    visited: set[Path] = set()
    for place, folders, names in os.walk(root, onerror=_refuse, followlinks=True):
        if (real := Path(place).resolve()) in visited:
            folders.clear()  # a link back
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = PurePath(place).relative_to(root)
        own = feeds or beside.get(Path(place).parent) or Feeds(())
        if feeds is None and NAME in names:
            own = read_feeds(Path(place) / NAME, book, beside=other)
            known.append(own)
        beside[Path(place)] = own
        for name in folders:
            if PurePath(name).suffix.lower() in FORMATS:
                reason = UnreadableError("it is a folder, expected a file", "这是文件夹，应为文件")
                findings.append(_unreadable((PurePath(given) / inside / name).as_posix(), None, reason))
        nearest = next(filter(None, (_folder_entity(part, book) for part in reversed(inside.parts))), None)
        for name in sorted(name for name in names if not name.startswith((".", "~$"))):
            path = Path(place) / name
            if path.suffix.lower() in BESIDE_DATA or own.holds(name):
                continue
            entity = nearest or _named(path.stem, book) or outer
            belongs = own.of(_inside(path, root, own), entity)
            yield File(path, (PurePath(given) / inside / name).as_posix(), entity, path.stem, belongs)


def _inside(path: Path, root: Path, feeds: Feeds) -> PurePosixPath:
    """A file as patterns see it: below the folder of its feeds, or else below the one that was given."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are named
    for folder in filter(None, (feeds.folder, root)):
        above = Path(os.path.abspath(folder))  # noqa: PTH100
        if whole.is_relative_to(above):
            return PurePosixPath(whole.relative_to(above).as_posix())
    return PurePosixPath(path.name)


def _refuse(error: OSError) -> None:
    raise _locked(PurePath(error.filename or "").as_posix(), error)


def _locked(path: str, error: OSError) -> DataError:
    return DataError([word("locked", path=path, reason=Wording(*refused(error)))])


def _folder_entity(name: str, book: Rulebook) -> Entity | None:
    found = entity_names(book).get(name)
    return None if found is None else book.entities[found]


def _named(stem: str, book: Rulebook) -> Entity | None:
    """Find the entity whose name the stem is, or begins with before a separator; the longest name wins."""
    names = entity_names(book)
    fitting = [name for name in names if stem.startswith(name) and _ends(stem[len(name) :])]
    return book.entities[names[max(fitting, key=len)]] if fitting else None


def _ends(rest: str) -> bool:
    """Whether a name ends where this begins."""
    return not rest or rest[0] in "._-–—(（" or rest[0].isspace() or _YEAR.match(rest) is not None


def _read_file(file: File, book: Rulebook) -> tuple[list[Delivery], list[Finding]]:
    form = file.format
    try:
        if not file.path.is_file():
            os.stat(file.path)  # noqa: PTH116  says why a link leads nowhere
            raise UnreadableError("it is no file", "不是文件")
        if file.path.suffix.lower() in _PACKED and not file.feeds:
            raise UnreadableError("it is packed; unpack it first", "这是压缩文件，请先解压")
        if form is None or (file.entity is None and not file.feeds and form not in _OF_SEVERAL):
            return [], [_unmatched(file, book)]
        if form == "json":
            return _read_json(file, book)
        if form == "excel":
            entity = file.feeds[0].entity if file.feeds else file.entity
            return read_workbook(file.path, file.name, entity, book, file.feeds)
        read = [_read_table(file, feed, form) for feed in _feeds_of(file, file.entity)]
    except OSError as error:
        raise UnreadableError(*refused(error)) from None
    return [delivery for delivery, _ in read], [found for _, findings in read for found in findings]


def _feeds_of(file: File, entity: Entity | None) -> tuple[Feed, ...]:
    if file.feeds or entity is None:
        return file.feeds
    return (Feed(entity),)


def _read_table(file: File, feed: Feed, form: str) -> tuple[Delivery, list[Finding]]:
    """Read a file that holds one table."""
    if form in ("csv", "tsv"):
        return read_csv(file.path, file.name, feed)
    if form == "parquet":
        return fitted(read_parquet(feed.entity, file.path, file.name), feed, separated=False)
    read = read_text(file.path, feed.encoding)
    check_lines(read.text)
    delivery, findings = fitted(of_objects(feed.entity, read_lines(read.text), file.name), feed, separated=False)
    return delivery, _of_encoding(read, feed.entity, file) + findings


def _of_encoding(read: Text, entity: Entity | None, file: File) -> list[Finding]:
    if read.guessed is None:
        return []
    place = Location(file.name, None, None)
    return [finding("encoding-guessed", entity, location=place, file=file.name, encoding=read.guessed)]


def _unmatched(file: File, book: Rulebook) -> Finding:
    kinds: Detail = {language: word("kinds").said(language) for language in LANGUAGES}
    near = hint(did_you_mean(file.stem, entity_names(book))) if file.entity is None else hint(None)
    return finding(
        "unmatched-file",
        location=Location(file.name, None, None),
        value=file.name,
        file=file.name,
        kinds=kinds,
        hint=near,
    )


def _read_json(file: File, book: Rulebook) -> tuple[list[Delivery], list[Finding]]:
    """Read a list of objects, named by the file, or an object of such lists by entity."""
    encoding = next((feed.encoding for feed in file.feeds if feed.encoding), None)
    read = read_text(file.path, encoding)
    findings = _of_encoding(read, file.entity, file)
    content = read_document(read.text)
    if isinstance(content, Items):
        feeds = _feeds_of(file, file.entity)
        if not feeds:
            return [], [*findings, _unmatched(file, book)]
        tables = [(feed, content) for feed in feeds]
    elif content is None:
        raise UnreadableError(
            "expected a list of objects, or an object with a list of objects for each entity",
            "应为对象的列表，或按实体给出对象列表的对象",
        )
    else:
        names = entity_names(book)
        location = Location(file.name, None, None)
        findings += [
            finding("unmatched-table", location=location, value=name, hint=hint(did_you_mean(name, names)))
            for name in content
            if name not in names
        ]
        own = {str(feed.entity.id): feed for feed in reversed(file.feeds)}
        tables = [
            (own.get(names[name]) or Feed(book.entities[names[name]]), items)
            for name, items in content.items()
            if name in names
        ]
    deliveries = []
    for feed, items in tables:
        delivery, more = fitted(of_objects(feed.entity, items, file.name), feed, separated=False)
        deliveries.append(delivery)
        findings += more
    return deliveries, findings
