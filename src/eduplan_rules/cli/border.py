"""The border between the program and the world: standard streams, language of the system, what is unforeseen.

In: a run. Out: its exit code. Holds: nobody sees a traceback, what is unforeseen goes to a file; a reader that went
away and an interruption are no faults.
"""

from __future__ import annotations

import errno
import importlib.metadata
import os
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NoReturn, TextIO

from eduplan_rules.errors import (
    DataError,
    Diagnostic,
    EduplanError,
    RulebookError,
    render_diagnostics,
    sort_diagnostics,
)
from eduplan_rules.render.words import Language, say
from eduplan_rules.secret import hidden
from eduplan_rules.source import Span

#: set in tests: what is unforeseen is raised
RAISE = "EDUPLAN_RULES_RAISE"
#: exit codes beside those of a report: rules or usage wrong, nothing judged, stopped by hand
USAGE, NOT_JUDGED, INTERRUPTED = 2, 3, 130
#: errors of rules that a workflow is told one by one; it shows ten of a step
_ANNOTATED = 9
#: what the system says no to, whoever asks
_OF_THE_WORLD = frozenset({
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EIO, errno.ELOOP, errno.ENAMETOOLONG
})  # fmt: skip
_VERSIONS = ("eduplan-rules", "polars", "narwhals", "pydantic", "lark", "PyYAML", "typer", "rich")


class Stop(Exception):
    """Ends the run with a message and an exit code."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


def system_language(environment: Mapping[str, str]) -> Language:
    """Chinese where the system's language is; else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


def put(text: str, stream: TextIO) -> None:
    """Write text and a line end if it lacks one; go on quietly when the reader has gone away."""
    try:
        stream.write(text if text.endswith("\n") else f"{text}\n")
        stream.flush()
    except BrokenPipeError:
        silence(stream)


def silence(stream: TextIO) -> None:
    """Point a stream whose reader has gone away at nothing, so that no later write fails."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def leave(code: int) -> NoReturn:
    """End the process with a code, once all is written; to give back a run's values one by one takes a tenth of it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            silence(stream)
        except OSError:
            code = code or NOT_JUDGED
    os._exit(code)


def prepare(stream: TextIO, *, exact: bool) -> None:
    """Let a stream take any character: programs get exact UTF-8, people what their terminal can show."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        if exact:
            reconfigure(encoding="utf-8", errors="strict", newline="\n")
        else:
            reconfigure(errors="replace")


def guarded(run: Callable[[], int], language: Language, *, annotated: bool = False) -> int:
    """Run and give the exit code, whatever happens; `annotated`: what ends the run is told to a workflow as well."""
    try:
        return run()
    except Stop as stop:
        _tell(str(stop), language, annotated=annotated)
        return stop.code
    except RulebookError as error:
        tell_mistakes(error.diagnostics, language, annotated=annotated)
        return USAGE
    except EduplanError as error:
        _tell(error.said(language) if isinstance(error, DataError) else str(error), language, annotated=annotated)
        return NOT_JUDGED
    except KeyboardInterrupt:
        put(say("interrupted", language), sys.stderr)
        return INTERRUPTED
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # engines panic outside of Exception
        if isinstance(error, OSError) and error.filename is not None and error.errno in _OF_THE_WORLD:
            message = say("os-refused", language, file=error.filename, reason=error.strerror)
            _tell(message, language, annotated=annotated)
            return NOT_JUDGED
        if os.environ.get(RAISE):
            raise
        told = _told(error, language)
        put(told, sys.stderr)
        if annotated:
            annotate(told)
        return NOT_JUDGED


def _tell(message: str, language: Language, *, annotated: bool) -> None:
    put(hidden(say("error", language, message=message)), sys.stderr)
    if annotated:
        annotate(message)


def tell_mistakes(diagnostics: Iterable[Diagnostic], language: Language, *, annotated: bool) -> None:
    """Tell what is wrong in rules, feeds or waivers; a workflow is told as much as it shows of errors."""
    told = sort_diagnostics(diagnostics)
    put(render_diagnostics(told, language), sys.stderr)
    for each in [each for each in told if annotated and each.severity == "error"][:_ANNOTATED]:
        annotate(each.said(language), each.code, each.span)


def annotate(message: str, title: str = "eduplan-rules", span: Span | None = None) -> None:
    """Tell a workflow of GitHub what is wrong, beside the line of the file where one is known."""
    from eduplan_rules.render.github import command

    file, line = (None, None) if span is None else (hidden(span.source.name), span.line)
    put(command("error", title, file, line, hidden(message.strip())), sys.stdout)


def _told(error: BaseException, language: Language) -> str:
    first = (str(error).splitlines() or [""])[0]
    short = f"{type(error).__name__}: {hidden(first)}" if first else type(error).__name__
    file = _write_crash(error)
    return say("internal-error", language, error=short, file=file or say("crash-file-failed", language))


def _write_crash(error: BaseException) -> str | None:
    """Write what a maintainer needs: the command line, versions, the traceback."""
    text = "\n".join([
        f"command: {shlex.join(sys.argv)}",
        f"python: {platform.python_version()} on {platform.platform()}",
        *(f"{name}: {_version(name)}" for name in _VERSIONS),
        "",
        "".join(traceback.format_exception(error)),
    ])  # fmt: skip
    for folder in (tempfile.gettempdir, Path.cwd):
        try:
            number, name = tempfile.mkstemp(prefix="eduplan-rules-crash-", suffix=".txt", dir=folder())
            os.close(number)
            Path(name).write_text(hidden(text), encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return name
    return None


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
