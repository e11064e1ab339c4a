"""From the text of an expression to its tree.

In: a `Scalar`, which knows its place in the rule file. Out: an `Expr`, every node with its span in that file; or one
diagnostic, for a text that cannot be read to its end says nothing reliable about its rest.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import lark
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from eduplan_rules.errors import Code, Diagnostic
from eduplan_rules.language import expr as ast
from eduplan_rules.language.slips import syntax_diagnostic
from eduplan_rules.language.syntax_words import word
from eduplan_rules.period import DurationUnit
from eduplan_rules.rulebook.forms import other_date
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar, Span

_SIGNS = {"＝": "=", "≠": "!=", "！": "!", "≤": "<=", "≥": ">=", "＜": "<", "＞": ">", "＋": "+", "－": "-", "−": "-"}
_SIGNS |= {"×": "*", "＊": "*", "÷": "/", "／": "/"}
_DURATIONS: dict[str, DurationUnit] = {"d": "days", "m": "months", "y": "years", "天": "days", "日": "days"}
_DURATIONS |= {"个": "months", "月": "months", "年": "years"}
#: durations that span the whole calendar
_LONGEST: dict[DurationUnit, int] = {"days": 3_652_058, "months": 119_987, "years": 9_998}
#: as the grammar has it
_NAME = re.compile(r"[^\W\d]\w*")
#: levels of one expression
DEEPEST = 100
#: integers from here on are no longer exact as real numbers
TOO_LARGE = 2**53
#: what a backslash changes; before anything else it stays, for patterns need it
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "”": "”", "\\": "\\"}


class _Refused(Exception):
    """What the grammar reads but the language refuses; carries the diagnostic."""

    def __init__(
        self, message: Wording, span: Span, hint: Wording | None = None, /, *, code: Code | None = None
    ) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code or "expression-syntax", message, span, instruction=hint)


def parse(text: Scalar) -> ast.Expr | Diagnostic:
    """Parse one expression; the diagnostic says what was found and what was expected."""
    if text.style == "folded":
        return Diagnostic("folded-expression", word("folded"), text.span, instruction=word("no-folding"))
    if not text.strip():
        return Diagnostic("expression-syntax", word("nothing-written"), text.span)
    if _NAME.fullmatch(text) and text not in reserved_words():
        # most expressions are a name alone, as those in messages
        return ast.Name((str(text),), span=text.place(0, len(text)))
    try:
        tree = _parser().parse(text)
        _check_depth(tree, text)
        return _build(tree, text)
    except UnexpectedInput as error:
        return syntax_diagnostic(text, error, _words())
    except _Refused as refused:
        return refused.diagnostic


def _check_depth(tree: Any, text: Scalar) -> None:
    """Refuse what is nested so deep that no one can read it, nor we walk it."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            message = word("nested-too-deep", most=DEEPEST)
            raise _Refused(message, text.span, word("name-parts"), code="nested-too-deep")
        level = [child for node in level if isinstance(node, Tree) for child in node.children]


@cache
def _parser() -> Lark:
    folder = files("eduplan_rules.language")
    grammar = folder.joinpath("grammar.lark").read_text(encoding="utf-8")
    ready = folder.joinpath(tables_name(grammar))
    if ready.is_file():
        with ready.open("rb") as file:
            return Lark.load(file)
    return build_parser(grammar)


def build_parser(grammar: str) -> Lark:
    """The parser of a grammar, its parse tables made now."""
    return Lark(grammar, parser="lalr", lexer="basic", propagate_positions=True)


def tables_name(grammar: str) -> str:
    """The file of this grammar's parse tables as the installed Lark makes them; where it is, none are made anew."""
    return f"grammar-{sha256(grammar.encode()).hexdigest()[:12]}-lark-{lark.__version__}.tables"


def tokens(text: str) -> list[Token]:
    """The words and signs of an expression that parses, with their places in it."""
    return list(_parser().lex(text))


@cache
def reserved_words() -> frozenset[str]:
    """All words of the grammar, which no name may be: read from the grammar itself."""
    words: set[str] = set()
    for terminal in _parser().terminals:
        found = re.fullmatch(r"\(?(?:\?:)?([\w|]+)\)?\(\?!\\w\)", terminal.pattern.value)
        if found:
            words.update(found.group(1).split("|"))
    return frozenset(words)


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted(reserved_words(), key=lambda word: (-len(word), word)))


def _build(node: Any, text: Scalar) -> ast.Expr:
    """Turn Lark's tree into ours."""
    span = _span(node, text)
    children: list[Any] = node.children
    match str(node.data):
        case "number":
            return ast.Number(_digits(children[0], span), span=span)
        case "percent":
            return ast.Number(_digits(children[0], span), percent=True, span=span)
        case "text":
            return ast.Text(_unescape(str(children[0])[1:-1]), span=span)
        case "day":
            return ast.Day(_day(str(children[0]), span), span=span)
        case "duration":
            return _duration(children[0], text)
        case "true" | "false":
            return ast.Boolean(str(node.data) == "true", span=span)
        case "missing":
            return ast.Missing(span=span)
        case "list":
            return ast.Items(_items(children[0], text), span=span)
        case "name":
            return _name(children[0], text)
        case "group":
            return _build(children[0], text)
        case "call":
            return _call(node, text)
        case "and_" | "or_":
            left, right = (_build(child, text) for child in children)
            return ast.Binary(str(node.data).rstrip("_"), left, right, span=span)
        case "arithmetic":
            _check_day(span)
            left, right = _build(children[0], text), _build(children[2], text)
            return ast.Binary(_sign(children[1]), left, right, span=span)
        case "not_":
            return ast.Unary("not", _build(children[0], text), span=span)
        case "negative":
            return ast.Unary("-", _build(children[1], text), span=span)
        case "between":
            argument, low, high = (_build(child, text) for child in children)
            return ast.Between(argument, low, high, span=span)
        case "is_missing" | "is_not_missing":
            return ast.IsMissing(_build(children[0], text), str(node.data) == "is_not_missing", span=span)
        case _:
            return _comparison(node, text)


def _comparison(node: Tree[Token], text: Scalar) -> ast.Expr:
    if len(node.children) > 3:
        third = _span(node.children[3], text)
        raise _Refused(word("chain"), third, word("between-or-and"), code="chained-comparison")
    left, comparator, right = node.children
    assert isinstance(comparator, Tree)
    if comparator.data == "not_in":
        sign = "not in"
    else:
        token = comparator.children[0]
        assert isinstance(token, Token)
        sign = {"IN": "in", "NOT_IN_ZH": "not in"}.get(token.type) or _sign(token)
    return ast.Binary(sign, _build(left, text), _build(right, text), span=_span(node, text))


def _call(node: Tree[Token], text: Scalar) -> ast.Expr:
    """A function, a parameter or, where it has an entity, an aggregate."""
    name, items, entity, *clauses = node.children
    assert isinstance(name, Token)
    arguments = _items(items, text)
    where: ast.Expr | None = None
    over: Any = None
    weight: ast.Expr | None = None
    skip_missing = False
    seen: set[str] = set()
    for clause in clauses:
        assert isinstance(clause, Tree)
        kind = "over" if clause.data in ("over_last", "over_ever") else str(clause.data)
        if kind in seen:
            raise _Refused(word("clause-twice", clause=kind.replace("_", " ")), _span(clause, text))
        seen.add(kind)
        match str(clause.data):
            case "where":
                where = _build(clause.children[0], text)
            case "over_last":
                over = _build(clause.children[0], text)
            case "over_ever":
                over = "ever"
            case "weighted":
                weight = _build(clause.children[0], text)
            case _:
                skip_missing = True
    spans = {"span": _span(node, text), "name_span": _span(name, text)}
    if isinstance(entity, Tree):
        path = _name(entity.children[0], text)
    elif clauses and len(arguments) == 1 and isinstance(arguments[0], ast.Name):
        path, arguments = arguments[0], ()
    elif clauses:
        message = word("clauses-need-for", name=name, clauses=tuple(f"`{each}`" for each in sorted(seen)))
        raise _Refused(message, spans["span"], code="aggregate-needs-for")
    else:
        return ast.Call(str(name), arguments, **spans)
    return ast.Aggregate(str(name), arguments, path, where, over, weight, skip_missing, **spans)


def _items(node: Any, text: Scalar) -> tuple[ast.Expr, ...]:
    return () if node is None else tuple(_build(child, text) for child in node.children)


def _name(path: Any, text: Scalar) -> ast.Name:
    parts = tuple("this" if part.type == "THIS" else str(part) for part in path.children)
    return ast.Name(parts, span=_span(path, text))


def _duration(token: Any, text: Scalar) -> ast.Duration:
    found = re.fullmatch(r"(\d+)\s*(\w).*", str(token))
    assert found is not None
    amount, unit, span = int(found.group(1)), _DURATIONS[found.group(2)], _span(token, text)
    if amount > _LONGEST[unit]:
        raise _Refused(word("too-long", text=token, most=_LONGEST[unit], unit=word(unit)), span)
    return ast.Duration(amount, unit, span=span)


def _digits(token: Any, span: Span) -> str:
    digits = str(token).rstrip("%％ \t").replace("_", "")
    if Fraction(digits) >= TOO_LARGE:
        raise _Refused(word("number-too-large"), span)
    return digits


def _day(digits: str, span: Span) -> date:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        year, month, number = digits.split("-")
        hint = word("write", text=f"{year}-{month:0>2}-{number:0>2}") if len(digits) < 10 else None
        raise _Refused(word("not-a-day" if hint else "no-such-day", text=digits), span, hint) from None


def _check_day(span: Span) -> None:
    """Refuse a quotient that is meant as a day."""
    if re.fullmatch(r"(19|20)\d\d/\d{1,2}/\d{1,2}", span.text) and (hint := other_date(span.text)):
        raise _Refused(word("not-a-day", text=span.text), span, hint)


def _sign(token: Any) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in str(token))


def _unescape(inner: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(0)), inner, flags=re.DOTALL)


def _span(node: Any, text: Scalar) -> Span:
    if isinstance(node, Token):
        assert node.start_pos is not None and node.end_pos is not None
        return text.place(node.start_pos, node.end_pos)
    return text.place(node.meta.start_pos, node.meta.end_pos)
