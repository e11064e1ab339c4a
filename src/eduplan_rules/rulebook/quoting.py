"""Expressions that YAML would mangle: a comma inside `{}`, ` #`, `: `, a leading quote.

In: the tree of a rule or value as YAML cut it up, or the place of a YAML error. Out: one `quote-this-expression` for
each, and the tree with the expression as its author meant it, so that nothing else is said about the pieces.
"""

from __future__ import annotations

import re
from typing import Any

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.yaml_words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span

#: keys at which an expression stands, and keys at which a list of them may stand
EXPRESSIONS = ("is", "where", "require", "due", "measure", "minimum", "maximum", "that", "others_reach")
LISTS = ("all", "any", "of")

_KEY = re.compile(rf"(?:^|(?<=[\s{{,]))({'|'.join(EXPRESSIONS)}):[ \t]+(?=[^\s#])")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|“(?:\\.|[^”\\])*”', re.DOTALL)
_DANGLING = re.compile(
    r"(?:[-+*/=<>,，＋－×÷＝＜＞≤≥≠]|(?<!\w)(?:and|or|not|in|between|is|where|for|且|或|非|属于|介于|与|于|其中))\s*$"
)
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'")


def is_complete(expression: str) -> bool:
    """Whether quotes and brackets are closed and nothing is missing at the end."""
    rest = _TEXT.sub(" x ", expression)
    opened = sum(rest.count(sign) for sign in "([（［【")
    closed = sum(rest.count(sign) for sign in ")]）］】")
    return opened == closed and not any(sign in rest for sign in '"“”') and not _DANGLING.search(rest)


def mend(tree: Any, diagnostics: list[Diagnostic]) -> Any:
    """Put mangled expressions together again, with a diagnostic for each."""
    if not isinstance(tree, Mapping):
        return tree
    mended = Mapping(span=tree.span)
    entries = list(tree.items())
    while entries:
        key, item = entries.pop(0)
        if key in LISTS and isinstance(item, Sequence):
            mended[key] = _mend_list(item, diagnostics)
        elif key in EXPRESSIONS:
            pieces = [name.span for name, value in entries if value is None or _is_plain(value)]
            whole, taken = _mend_expression(item, pieces if _in_braces(tree) else [], diagnostics)
            mended[key] = mend(whole, diagnostics)
            del entries[:taken]
        else:
            mended[key] = item
    return mended


def _mend_list(items: Sequence, diagnostics: list[Diagnostic]) -> Sequence:
    mended = Sequence(span=items.span)
    rest = list(items)
    while rest:
        item = rest.pop(0)
        pieces = [piece.span for piece in rest if isinstance(piece, Scalar)] if _in_braces(items) else []
        whole, taken = _mend_expression(item, pieces, diagnostics)
        if whole is None:
            mended.gaps[len(mended)] = items.place(len(items) - len(rest) - 1)
        mended.append(mend(whole, diagnostics))
        del rest[:taken]
    return mended


def _is_plain(value: Any) -> bool:
    return isinstance(value, Scalar) and value.style == "plain"


def _in_braces(tree: Mapping | Sequence) -> bool:
    return tree.span.text[:1] in ("{", "[")


def _mend_expression(item: Any, pieces: list[Span], diagnostics: list[Diagnostic]) -> tuple[Any, int]:
    """Give the whole expression and how many of the following pieces belong to it."""
    if isinstance(item, Mapping):
        opening = next(iter(item), None)
        if opening is None or not _is_plain(opening) or is_complete(opening):
            return item, 0
        diagnostics.append(_advise(item.span, word("colon-ends-key")))
        return _as_scalar(item.span), 0
    if not _is_plain(item) or is_complete(item):
        return item, 0
    for taken, piece in enumerate(pieces, 1):
        span = Span(item.span.source, item.span.start, piece.end)
        if is_complete(span.text):
            diagnostics.append(_advise(span, word("comma-ends")))
            return _as_scalar(span), taken
    comment = re.compile(r"[ \t]+#[^\r\n]*").match(item.span.source.text, item.span.end)
    if comment:
        span = Span(item.span.source, item.span.start, comment.end())
        diagnostics.append(_advise(span, word("comment")))
        return _as_scalar(span), 0
    return item, 0


def _as_scalar(span: Span) -> Scalar:
    return Scalar(span.text, span, "pieces")


def _advise(span: Span, message: Wording) -> Diagnostic:
    one_line = "\n" not in span.text and is_complete(span.text)
    hint = word("write-quoted", text=span.text.replace("'", "''")) if one_line else word("quote-whole")
    return Diagnostic("quote-this-expression", message, span, instruction=hint)


def mangled_line(source: Source, place: int) -> Diagnostic | None:
    """Look for an expression on the line where YAML could not go on."""
    number, column = source.place(place)
    line, stop = source.line(number), column - 1
    keys = [found for found in _KEY.finditer(line) if found.end() <= stop]
    if not keys:
        return None
    first = keys[-1].end()
    written = line[first:].rstrip()
    sign = line[stop : stop + 1]
    in_braces = "{" in line[:first]
    if _QUOTED.match(written):
        message = word("quote-ends")
    elif written[0] in "\"'" or (in_braces and is_complete(line[first:stop])):
        return None
    elif sign == ":":
        message = word("colon-ends-key")
    elif written[0] in "[{":
        message = word("bracket-begins-list")
    elif in_braces and "," in line[first:stop]:
        message = word("comma-ends")
    elif in_braces and sign:
        message = word("stops-at", sign=sign)
    else:
        return None
    if in_braces:
        written = _until_complete(written, stop - first)
    start = place - stop + first
    return _advise(Span(source, start, start + len(written)), message)


def _until_complete(written: str, least: int) -> str:
    """Cut an expression inside braces where it is complete and a comma or the closing brace follows."""
    for found in re.finditer(r"\s*[,}]", written):
        if found.start() >= least and is_complete(written[: found.start()]):
            return written[: found.start()]
    return written
