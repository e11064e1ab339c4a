"""From the text of a rule file to a tree that knows its places.

In: a `Source`. Out: a tree of `Mapping`, `Sequence`, `Scalar` and None, or None with the one diagnostic of a file that
could not be read. Everything is text, as YAML 1.2 leaves it until a declared type reads it; only `~`, `null` and
nothing are None. Keys are unique scalars; there are no tags, merge keys, or aliases of unreasonable size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.reader import Reader

from eduplan_rules.errors import Code, Diagnostic
from eduplan_rules.rulebook.colons import part, wide_bracket, wide_colon_on, wide_keys
from eduplan_rules.rulebook.keys import wide_colon
from eduplan_rules.rulebook.quoting import mangled_line
from eduplan_rules.rulebook.signs import wide_indent, wide_sign_on
from eduplan_rules.rulebook.words import word as shape_word
from eduplan_rules.rulebook.yaml_words import libyaml_word, word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span, Style

#: how deep a rule file may nest, and how many nodes its aliases may repeat
DEEPEST = 50
MOST_REPEATED = 100_000

_NOTHING = ("", "~", "null", "Null", "NULL")
_STYLES: dict[str, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)?")
_SPACES = " \t\r\n\x85\u2028\u2029"
_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


class _Unreadable(Exception):
    """What ends the reading of a file; carries the diagnostic."""

    def __init__(self, code: Code, message: Wording, span: Span, hint: Wording | None = None) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, span, instruction=hint)


def read_yaml(source: Source) -> tuple[Any, list[Diagnostic]]:
    """Read a rule file; None with one diagnostic when its YAML cannot be read."""
    unprintable = Reader.NON_PRINTABLE.search(source.text)
    if unprintable:
        message, place = word("control-character", code=ord(unprintable.group())), Span(source, *unprintable.span())
        return None, [Diagnostic("control-character", message, place, instruction=word("delete"))]
    tree = _Tree(source)
    try:
        return tree.read(), tree.diagnostics
    except _Unreadable as refused:
        return None, [refused.diagnostic]
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(source, error)]


def _syntax(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    """Say in plain words what libyaml met, at the place that the author must change."""
    problem = str(error.problem)
    start = error.problem_mark.index if error.problem_mark else 0
    opening = error.context_mark.index if error.context_mark else start
    lines = [source.place(opening if problem == "could not find expected ':'" else start)[0]]
    mangled = (
        wide_sign_on(source, lines[0]) or mangled_line(source, start) or wide_colon_on(source, [*lines, lines[0] - 1])
    )
    if mangled:
        return mangled
    message, hint = libyaml_word(problem), None
    if problem == "found unexpected end of stream":
        start, message = opening, word("quote-never-closed")
    elif source.text.startswith("\t", start):
        message, hint = word("tab"), word("indent-with-spaces")
    elif problem == "found character that cannot start any token":
        message, hint = word("cannot-begin", sign=source.text[start : start + 1]), word("quote-value")
    elif problem.startswith("did not find expected ',' or") and start >= len(source.text.rstrip()):
        start, message = opening, word("bracket-never-closed")
    elif problem == "mapping values are not allowed in this context":
        hint = word("quote-colon")
    elif problem.startswith("did not find expected ',' or") and source.text[start : start + 1] in ("{", "["):
        hint = word("quote-brackets")
    elif problem == "could not find expected ':'":
        start = opening
    end = min(start + 1, len(source.text))
    return Diagnostic("yaml-syntax", message, Span(source, start, end), instruction=hint)


class _Tree:
    """Builds the tree from libyaml's events, which keep places, depth and aliases in sight."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0
        self.repeated = 0
        self.events: Iterator[Any] = yaml.parse(source.text, Loader=yaml.CSafeLoader)

    def read(self) -> Any:
        found: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found:
                    message, hint = word("second-document"), word("remove-line")
                    raise _Unreadable("several-documents", message, self.span(event), hint)
                found.append(self.with_wide_colons(self.node(next(self.events), 0)))
        return found[0] if found else None

    def span(self, event: Any) -> Span:
        return Span(self.source, event.start_mark.index, event.end_mark.index)

    def complain(self, code: Code, message: Wording, span: Span, hint: Wording | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, instruction=hint))

    def node(self, event: Any, depth: int) -> Any:
        """Read the value that begins with this event."""
        self.count += 1
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if event.tag is not None:
            span = _tag(self.span(event))
            self.complain("custom-tag", word("tag", tag=span.text), span)
        if depth > DEEPEST:
            raise _Unreadable("nested-too-deep", word("too-many-levels", most=DEEPEST), self.span(event))
        before = self.count
        value: Any
        if isinstance(event, yaml.MappingStartEvent):
            value = self.mapping(event, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(event, depth)
        else:
            value = _scalar(self.source, event)
            if event.tag is None and value.style == "plain" and value in _NOTHING:
                value = None
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.count - before + 1
        return value

    def alias(self, event: yaml.AliasEvent) -> Any:
        span = self.span(event)
        if event.anchor not in self.anchors:
            raise _Unreadable("yaml-syntax", word("no-anchor", name=event.anchor), span)
        value, size = self.anchors[event.anchor]
        self.count += size
        self.repeated += size
        if self.repeated > MOST_REPEATED:
            message = word("aliases-repeat", most=MOST_REPEATED)
            raise _Unreadable("exploding-alias", message, span, word("write-out"))
        return value

    def sequence(self, start: Any, depth: int) -> Sequence:
        items = Sequence(span=self.span(start))
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                end = event
                break
            items.append(self.with_wide_colons(self.node(event, depth + 1)))
            if items[-1] is None:
                items.gaps[len(items) - 1] = self.span(event)
        items.span = self.around(start, end)
        return items

    def mapping(self, start: Any, depth: int) -> Mapping:
        items: dict[Scalar, Any] = {}
        merged: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                end = event
                break
            key = _scalar(self.source, event) if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                self.complain("wrong-shape", word("collection-as-key"), self.span(event), word("quote-braces"))
                self.node(event, depth + 1)
            elif (wide := wide_bracket(key) or wide_indent(key)) is not None:
                raise _Unreadable(wide.code, wide.sentence, wide.span, wide.instruction)
            value = self.node(next(self.events), depth + 1)
            if key is not None and "\n" in self.source.text[key.span.end : getattr(value, "span", key.span).start]:
                value = self.with_wide_colons(value)
            if key is not None and key == "<<" and key.style == "plain":
                self.complain("merge-key", word("merge-key"), key.span)
                merged.append(value)
            elif key is not None and key in items:
                self.twice(key, value, items, depth)
            elif key is not None:
                items[key] = value
        for each in merged:
            items = {**(each if isinstance(each, Mapping) else {}), **items}
        return Mapping(items, span=self.around(start, end))

    def with_wide_colons(self, value: Any) -> Any:
        """Read a text in the place of a mapping as one, if it begins with a key that has a wide colon."""
        cuts = wide_keys(value) if isinstance(value, Scalar) else []
        if not cuts:
            return value
        entries = Mapping(span=value.span)
        for cut, end in zip(cuts, [*(cut.start() for cut in cuts[1:]), len(value)], strict=True):
            key, inner = part(value, cut.start(1), cut.end(1)), part(value, cut.end(), end)
            self.diagnostics.append(wide_colon("yaml-syntax", key, inner, value.place(cut.start(1), cut.end(1) + 1)))
            entries[key] = inner
        return entries

    def twice(self, key: Scalar, value: Any, items: dict[Scalar, Any], depth: int) -> None:
        """Tell of a key that is there already; what a section has the second time is read too."""
        first = next(each for each in items if each == key)
        also = ((first.span, shape_word("first-here")),)
        self.diagnostics.append(Diagnostic("duplicate-key", shape_word("key-twice", key=key), key.span, also=also))
        before = items[first]
        if depth == 0 and isinstance(before, Sequence) and isinstance(value, Sequence):
            before.gaps |= {len(before) + position: span for position, span in value.gaps.items()}
            before.extend(value)
        elif depth == 0 and isinstance(before, Mapping) and isinstance(value, Mapping):
            items[first] = Mapping({**value, **before}, span=before.span)

    def around(self, start: Any, end: Any) -> Span:
        """Give the place of a collection without the blank lines and comments that follow it."""
        first = start.start_mark.index
        written = self.source.text[first : end.end_mark.index].rstrip()
        return Span(self.source, first, first + len(written))


def _tag(span: Span) -> Span:
    written = re.search(r"!\S*", span.text)
    return Span(span.source, span.start + written.start(), span.start + written.end()) if written else span


def _scalar(source: Source, event: Any) -> Scalar:
    """Make the scalar of an event, with the place of each of its characters."""
    style = _STYLES.get(event.style, "plain")
    start, end = event.start_mark.index, event.end_mark.index
    properties = _PROPERTIES.match(source.text, start, end)
    start = properties.end() if properties else start
    if style in ("literal", "folded"):
        end = start + len(source.text[start:end].rstrip())
    first = start
    if style in ("single", "double"):
        first = start + 1
    elif style in ("literal", "folded"):
        header = _HEADER.match(source.text, start, end)
        first = header.end() if header else start
    text: str = event.value
    exact = source.text.startswith(text, first) and first + len(text) <= end
    offsets = range(first, first + len(text) + 1) if exact else _offsets(source.text, text, first, end, style)
    return Scalar(text, Span(source, start, end), style, offsets)


def _offsets(raw: str, text: str, place: int, end: int, style: Style) -> tuple[int, ...]:
    """Find each character of the text in the file.

    What is no white space stands there in the same order, with nothing between but white space that folding or
    indentation takes away, and the signs of quoting.
    """
    offsets = []
    for letter in text:
        length = 1
        if letter not in _SPACES:
            place = _skip(raw, place, end, style)
        if style == "double" and raw.startswith("\\", place):
            place = _skip(raw, place, end, style)
            length = _ESCAPE_LENGTHS.get(raw[place + 1 : place + 2], 2)
        elif style == "single" and letter == "'":
            length = 2
        elif letter in _SPACES and raw[place : place + 1] != letter:
            length = 0
        offsets.append(min(place, end))
        place += length
    return (*offsets, min(place, end))


def _skip(raw: str, place: int, end: int, style: Style) -> int:
    """Go on to the next character of the text; a backslash at the end of a line is none."""
    while place < end:
        if style == "double" and raw[place] == "\\" and raw[place + 1 : place + 2] in ("\r", "\n"):
            place += 1
        elif raw[place] not in _SPACES:
            break
        else:
            place += 1
    return place
