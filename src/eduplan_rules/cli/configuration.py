"""Options that stand in a file: `eduplan.toml`, or `[tool.eduplan_rules]` of `pyproject.toml`.

In: a folder, and what the command line says. Out: `Settings`. Holds: the command line wins; the nearest file counts,
from the folder up; paths in it start at the file; what is unknown or of a wrong kind ends the run.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from eduplan_rules.cli.border import USAGE, Stop
from eduplan_rules.errors import did_you_mean
from eduplan_rules.render.words import Language, listed, say

Format = Literal["text", "json", "jsonl", "csv", "junit", "sarif", "github", "markdown"]
FailOn = Literal["error", "warning", "info", "never"]
EngineName = Literal["polars", "duckdb", "spark"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "format": get_args(Format),
    "fail-on": get_args(FailOn),
    "lang": get_args(Language),
    "engine": get_args(EngineName),
}
_LISTS = ("facts", "rules", "select", "ignore", "waivers", "out")
_TRUTHS = ("strict", "show-personal", "quiet", "no-waivers")
_PATHS = ("facts", "rules", "waivers", "out")
_FILES = ("feed", "baseline")
#: what options stand in, the first that is there
OPTIONS_FILES = ("eduplan.toml", "pyproject.toml")
OPTIONS = (*_LISTS, *_FILES, *_TRUTHS, *_CHOICES, "as-of", "periods", "tolerate")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a check was asked for."""

    facts: tuple[str, ...]
    rules: tuple[str, ...]
    feed: str | None
    as_of: str | None
    periods: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    #: None where none was asked for: text
    format: Format | None
    out: tuple[str, ...]
    fail_on: FailOn
    strict: bool
    language: Language
    show_personal: bool
    quiet: bool
    waivers: tuple[str, ...]
    no_waivers: bool
    baseline: str | None
    #: rule -> what of it is tolerated: `count` or `share`, and `by`
    tolerate: Mapping[str, Mapping[str, Any]]
    #: with which engine Parquet is read and judged where it lies; None: in memory
    engine: EngineName | None = None


def settings_of(given: Mapping[str, Any], *, folder: Path, language: Language) -> Settings:
    """Join the command line (None and empty where it is silent) with the file; `language` is the system's."""
    told = {name: value for name, value in given.items() if value is not None and value != []}
    chosen = read_options(folder, told.get("lang", language)) | told
    return Settings(
        facts=tuple(chosen.get("facts", ())),
        rules=tuple(chosen.get("rules", ())),
        feed=chosen.get("feed"),
        as_of=chosen.get("as-of"),
        periods=chosen.get("periods", "latest"),
        select=tuple(chosen.get("select", ())),
        ignore=tuple(chosen.get("ignore", ())),
        format=chosen.get("format"),
        out=tuple(chosen.get("out", ())),
        fail_on=chosen.get("fail-on", "error"),
        strict=chosen.get("strict", False),
        language=chosen.get("lang", language),
        show_personal=chosen.get("show-personal", False),
        quiet=chosen.get("quiet", False),
        waivers=tuple(chosen.get("waivers", ())),
        no_waivers=chosen.get("no-waivers", False),
        baseline=chosen.get("baseline"),
        tolerate=chosen.get("tolerate", {}),
        engine=chosen.get("engine"),
    )


def read_options(folder: Path, language: Language) -> dict[str, Any]:
    """The options of the nearest file, by the name they have on the command line."""
    for above in (folder, *folder.parents):
        for name in OPTIONS_FILES:
            path = above / name
            if os.path.isfile(path):  # noqa: PTH113  a folder may be locked
                shown = os.path.relpath(path, folder).replace(os.sep, "/")
                table = _table(_parsed(path, shown, language), name, shown, language)
                if table is not None:
                    return _options(table, path, folder, shown, language)
    return {}


def rules_of(given: Sequence[str] | None, language: Language) -> tuple[str, ...]:
    """The rules a command is about: those given, or those of the nearest options file; none for the plan's own pack."""
    return tuple(given or read_options(Path.cwd(), language).get("rules", ()))


def one_rulebook(given: Sequence[str], language: Language) -> Path:
    """The rulebook of a command that is about one; refuses several, and one that is not there."""
    from eduplan_rules.book import pack_folder
    from eduplan_rules.tools.words import say as tell

    rules = rules_of(given, language)
    if len(rules) > 1:
        raise Stop(USAGE, tell("one-rulebook", language, names=" ".join(rules)))
    if rules and not Path(rules[0]).exists():
        raise Stop(USAGE, tell("no-rulebook-there", language, name=rules[0]))
    return Path(rules[0]) if rules else pack_folder()


def _options(table: dict[str, Any], path: Path, folder: Path, shown: str, language: Language) -> dict[str, Any]:
    """Read every option; what is wrong with any of them is told in one go."""
    options: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in table.items():
        try:
            options[key] = _option(key, value, path, folder, shown, language)
        except Stop as stop:
            wrong.append(str(stop))
    if wrong:
        raise Stop(USAGE, "\n".join(wrong))
    return options


def _parsed(path: Path, shown: str, language: Language) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Stop(USAGE, say("bad-toml", language, file=shown, reason=error)) from None


def _table(content: dict[str, Any], name: str, shown: str, language: Language) -> dict[str, Any] | None:
    """The table of options; None where a `pyproject.toml` has none."""
    if name == "eduplan.toml":
        return content
    tools = content.get("tool")
    table = tools.get("eduplan_rules") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise Stop(USAGE, say("bad-table", language, file=shown, key="tool.eduplan_rules"))
    return table


def _option(key: str, value: Any, path: Path, folder: Path, shown: str, language: Language) -> Any:
    """Read one option by its kind."""
    if key not in OPTIONS:
        near = did_you_mean(key, OPTIONS)
        hint = say("did-you-mean", language, word=near) if near else ""
        raise Stop(USAGE, say("unknown-option", language, file=shown, key=key, hint=hint))
    if key in _LISTS:
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            return [_from(path, text, folder) for text in texts] if key in _PATHS else texts
        expected = say("texts", language)
    elif key in _FILES:
        if isinstance(value, str):
            return _from(path, value, folder)
        expected = say("a-text", language)
    elif key == "tolerate":
        if isinstance(value, dict) and all(isinstance(table, dict) for table in value.values()):
            return value
        expected = say("a-table-by-rule", language)
    elif key in _TRUTHS:
        if isinstance(value, bool):
            return value
        expected = say("a-truth", language)
    elif key in _CHOICES:
        if value in _CHOICES[key]:
            return value
        expected = say("one-of", language, choices=listed(list(_CHOICES[key]), language))
    else:
        if isinstance(value, str) or type(value) is (int if key == "periods" else date):
            return str(value)
        expected = say("a-text" if key == "periods" else "a-day", language)
    raise Stop(USAGE, say("bad-option", language, file=shown, key=key, value=_toml(value), expected=expected))


def _from(path: Path, text: str, folder: Path) -> str:
    """A path of the file as the current folder sees it."""
    if path.parent == folder or Path(text).is_absolute():
        return text
    return os.path.relpath(path.parent / text, folder).replace(os.sep, "/")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
