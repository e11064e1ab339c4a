"""The outputs of a check: which there are, and how all of them are written in one pass.

In: names of files, a report with the decision on it. Out: files, and what goes to standard output. Holds: a file that
could not be written to its end is taken away, and so is that of an earlier run where this one ends without a report; a
file that the run reads is not written over; a reader that goes away ends the writing, not the run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TextIO

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, prepare, put, silence
from eduplan_rules.cli.configuration import Format, Settings
from eduplan_rules.cli.inputs import Inputs, identity
from eduplan_rules.render.words import Language, say

if TYPE_CHECKING:
    from eduplan_rules.render.sink import Sink
    from eduplan_rules.render.tally import Decision, Tally
    from eduplan_rules.reports.report import Report

FileFormat = Format | Literal["parquet", "xlsx"]

#: how the name of a file ends -> what it becomes; the first that fits
ENDINGS: dict[str, FileFormat] = {
    ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".txt": "text", ".xml": "junit", ".sarif": "sarif",
    ".md": "markdown", ".parquet": "parquet", ".xlsx": "xlsx",
}  # fmt: skip
_BINARY = ("parquet", "xlsx")
_WIDTH = 80
_WIDEST = 120


@dataclass(frozen=True)
class Result:
    """A report, its tallies and the decision on it."""

    report: Report
    tallies: Sequence[Tally]
    decision: Decision


@dataclass(frozen=True)
class Output:
    """A file to be written."""

    path: Path
    form: FileFormat


def outputs_of(settings: Settings, inputs: Inputs) -> list[Output]:
    """The files that are asked for; what could not be written, or is read, is refused before any work."""
    language = settings.language
    outputs = [_output(name, inputs, language) for name in settings.out]
    known: set[str] = set()
    for name, output in zip(settings.out, outputs, strict=True):
        path = os.path.realpath(output.path)
        if path in known:
            raise Stop(USAGE, say("out-twice", language, value=name))
        if output.form == "xlsx" and find_spec("xlsxwriter") is None:
            raise Stop(USAGE, say("needs-excel", language, value=name))
        known.add(path)
    return outputs


def _output(name: str, inputs: Inputs, language: Language) -> Output:
    path = Path(name)
    # `report.sarif.json` is SARIF, as its specification would have it named
    sarif = path.name.lower().endswith(".sarif.json")
    form = "sarif" if sarif else ENDINGS.get(path.suffix.lower())
    if form is None:
        raise Stop(USAGE, say("bad-ending", language, value=name, endings=" ".join(ENDINGS)))
    try:
        if path.is_dir():
            raise Stop(USAGE, say("is-folder", language, value=name))
        if not path.parent.is_dir():
            raise Stop(USAGE, say("no-folder", language, value=name, folder=path.parent.as_posix()))
    except OSError as error:
        raise _not_written(path, error, language) from None
    role = inputs.get(identity(path) or (0, 0))
    if role is not None:
        raise Stop(USAGE, say("out-is-input", language, value=name, role=say(role, language)))
    return Output(path, form)


def _not_written(path: Path, error: OSError, language: Language) -> Stop:
    reason = error.strerror or type(error).__name__
    return Stop(NOT_JUDGED, say("not-written", language, file=path.as_posix(), reason=reason))


@contextmanager
def none_of_old(settings: Settings, inputs: Inputs) -> Iterator[None]:
    """Whatever ends the run before its report is written: no file of an earlier one passes for it.

    A file that the run would not have written over stays as it is.
    """

    def take_away() -> None:
        for name in settings.out:
            with suppress(Stop):
                _take_away(_output(name, inputs, settings.language), settings.language)

    with ExitStack() as ended:
        ended.callback(take_away)
        yield
        ended.pop_all()


def _take_away(output: Output, language: Language) -> None:
    shown = output.path.as_posix()
    if not os.path.isfile(output.path):  # noqa: PTH113  what may not be looked at is not there to us
        return
    try:
        os.unlink(os.path.realpath(output.path))  # noqa: PTH108  a link stays, for the next run
    except OSError as error:
        put(say("old-left", language, file=shown, reason=error.strerror or type(error).__name__), sys.stderr)
    else:
        put(say("old-removed", language, file=shown), sys.stderr)


def write_outputs(result: Result, outputs: Sequence[Output], shown: Format | None, language: Language) -> None:
    """Write all files and what is shown on standard output, in one pass over the records."""
    from eduplan_rules.render.sink import pour

    with ExitStack() as files:
        sinks: list[Sink] = [_FileSink(result, output, files, language) for output in outputs]
        if shown is not None:
            prepare(sys.stdout, exact=shown != "text")
        try:
            if shown is not None:
                sinks.append(_Shown(result, shown, language, alone=not outputs))
            pour(result.report, sinks)
            sys.stdout.flush()
        except BrokenPipeError:
            silence(sys.stdout)


class _FileSink:
    """A sink of one file, which is named when it cannot be written."""

    def __init__(self, result: Result, output: Output, files: ExitStack, language: Language) -> None:
        self._output, self._language = output, language
        with self._named():
            self._file = files.enter_context(_opened(output.path, binary=output.form in _BINARY, form=output.form))
            self._sink = _sink(result, output.form, self._file, language)
        self.verdicts = self._sink.verdicts

    def add(self, record: Mapping[str, Any]) -> None:
        try:
            self._sink.add(record)
        except OSError as error:
            raise self._stop(error) from None

    def close(self) -> None:
        with self._named():
            self._sink.close()
            self._file.close()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._stop(error) from None

    def _stop(self, error: OSError) -> Stop:
        return _not_written(self._output.path, error, self._language)


class _Shown:
    """The sink of standard output: when its reader goes away, the files are still written."""

    def __init__(self, result: Result, form: Format, language: Language, *, alone: bool) -> None:
        self._alone = alone
        self._sink = _sink(result, form, sys.stdout, language, terminal=sys.stdout.isatty())
        self.verdicts = self._sink.verdicts

    def add(self, record: Mapping[str, Any]) -> None:
        self._unless_gone(lambda: self._sink.add(record))

    def close(self) -> None:
        self._unless_gone(self._sink.close)

    def _unless_gone(self, write: Callable[[], None]) -> None:
        try:
            write()
        except BrokenPipeError:
            if self._alone:
                raise
            silence(sys.stdout)


class _Whole:
    """A sink of a text that is made at the end, from what the report counted."""

    verdicts: Sequence[str] = ()

    def __init__(self, file: TextIO, make: Callable[[], str]) -> None:
        self._file, self._make = file, make

    def add(self, record: Mapping[str, Any]) -> None:
        """It takes none."""

    def close(self) -> None:
        self._file.write(self._make())


@contextmanager
def _opened(path: Path, *, binary: bool, form: FileFormat) -> Iterator[IO[Any]]:
    """Open a file for writing, UTF-8; CSV begins with the mark by which Excel knows it. Half a file does not stay."""
    encoding = None if binary else "utf-8-sig" if form == "csv" else "utf-8"
    newline = None if binary else ""
    file = path.open("wb" if binary else "w", encoding=encoding, newline=newline)
    whole = False
    try:
        yield file
        file.close()
        whole = True
    finally:
        if not whole:
            with suppress(OSError):
                file.close()
            with suppress(OSError):
                if path.is_file():
                    path.unlink()


def _sink(result: Result, form: FileFormat, file: Any, language: Language, *, terminal: bool = False) -> Sink:
    """The sink of a form."""
    report = result.report
    match form:
        case "json":
            from eduplan_rules.reports.written import JsonWriter

            return JsonWriter(file, report.head())
        case "jsonl":
            from eduplan_rules.render.json import JsonLinesSink

            return JsonLinesSink(report, file)
        case "csv":
            from eduplan_rules.render.csv import CsvSink

            return CsvSink(file, language)
        case "junit":
            from eduplan_rules.render.junit import JunitSink

            return JunitSink(report, result.tallies, result.decision, file, language)
        case "sarif":
            from eduplan_rules.render.sarif_report import SarifSink

            return SarifSink(report, result.decision, file, language)
        case "github":
            from eduplan_rules.render.github import GithubSink

            return GithubSink(report, file, language, strict=result.decision.gate.strict)
        case "parquet":
            from eduplan_rules.render.parquet import ParquetSink

            return ParquetSink(file)
        case "xlsx":
            from eduplan_rules.render.excel import ExcelSink

            return ExcelSink(report, result.tallies, result.decision, file, language)
        case "markdown" | "text":
            return _Whole(file, lambda: _told(result, form, language, terminal=terminal))


def _told(result: Result, form: Literal["markdown", "text"], language: Language, *, terminal: bool) -> str:
    report, tallies, decision = result.report, result.tallies, result.decision
    if form == "markdown":
        from eduplan_rules.render.markdown import render_markdown

        return render_markdown(report, tallies, decision, language=language)
    from eduplan_rules.render.text import render_text

    width = min(_WIDEST, _terminal_width()) if terminal else _WIDTH
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return render_text(report, tallies, decision, language=language, width=width, colour=colour)


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size((_WIDTH, 24)).columns
