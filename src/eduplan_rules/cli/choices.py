"""What options may be: the choices that the command line knows."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What goes to standard output."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    junit = "junit"
    sarif = "sarif"
    github = "github"
    markdown = "markdown"


class PlainFormat(StrEnum):
    """What goes to standard output where there is no report."""

    text = "text"
    json = "json"


class LintFormat(StrEnum):
    """What goes to standard output about a rulebook."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


class DiffFormat(StrEnum):
    """What goes to standard output about a change."""

    text = "text"
    json = "json"
    markdown = "markdown"


class Direction(StrEnum):
    """Which way entities go."""

    export = "export"
    import_ = "import"


class FailOn(StrEnum):
    """The least severity that fails a run."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


class Tongue(StrEnum):
    """Languages of texts."""

    zh = "zh"
    en = "en"


class EngineName(StrEnum):
    """What reads and judges facts where they lie."""

    polars = "polars"
    duckdb = "duckdb"
    spark = "spark"
