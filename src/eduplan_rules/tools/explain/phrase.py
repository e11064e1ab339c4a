"""Values as nouns and conditions as clauses, in plain words.

In: a typed tree and the voice it is told in. Out: a piece of a sentence. What holds: nothing of the tree is left out;
derived values and parameters are named, not opened up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from eduplan_rules.compiler.naming import called
from eduplan_rules.language.axes import axes_of, fields_by_name
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.operators import OPERATORS
from eduplan_rules.tools.explain.leaf import context, literal, previous_period, single_value
from eduplan_rules.tools.explain.phrases import Mood, joined
from eduplan_rules.tools.explain.saying import said_of
from eduplan_rules.tools.explain.voice import Voice

#: how tightly formulas bind; their signs as people write them
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
#: what needs brackets inside a formula
_LOOSE = frozenset(
    ("aggregate", "if", "coalesce", "min", "max", "round", "floor", "ceil", "negative", "change", "growth")
)
_EXTREMES = {
    ("min", 2, "number"): "smaller-of",
    ("max", 2, "number"): "larger-of",
    ("min", 3, "number"): "smallest-of",
    ("max", 3, "number"): "largest-of",
    ("min", 2, "date"): "earlier-of",
    ("max", 2, "date"): "later-of",
    ("min", 3, "date"): "earliest-of",
    ("max", 3, "date"): "latest-of",
    ("min", 1, "number"): "smallest",
    ("max", 1, "number"): "largest",
    ("min", 1, "date"): "earliest",
    ("max", 1, "date"): "latest",
}
_CONDITIONS = frozenset(name for name, row in OPERATORS.items() if row.gives == "boolean") - {"any", "all"}


def noun(node: Typed, voice: Voice) -> str:
    """A value."""
    match node.op:
        case "field":
            return voice.name(voice.book.entities[node.data[0]].fields[node.data[1]])
        case "value":
            return voice.name(voice.book.values[f"{node.data[0]}.{node.data[1]}"])
        case "this":
            assert voice.outer is not None
            inner = node.args[0]
            if inner.op == "context":
                return noun(inner, voice.outer)
            subject = (
                called(voice.outer.entity)[voice.language]
                if voice.language == "zh"
                else voice.outer.one(voice.outer.entity)
            )
            return voice.say("of-subject", name=noun(inner, voice.outer), subject=subject)
        case "lookup":
            last = node
            while last.args[0].op == "lookup":
                last = last.args[0]
            parent = voice.book.entities[last.data.parent]
            return voice.say("of-parent", name=noun(last.args[0], voice.of(parent)), parent=voice.one(parent))
        case "parameter":
            return _parameter(node, voice)
        case "context":
            return context(node, voice)
        case "convert" | "days":
            return noun(node.args[0], voice)
        case "move":
            return _moved(node, voice)
        case "aggregate" if node.data.name not in ("any", "all"):
            return _aggregate(node.data, voice)
        case "+" | "-" | "*" | "/" | "negative":
            return _formula(node, voice)
        case op if op in _CONDITIONS or (op == "aggregate"):
            return voice.say("whether", condition=clause(node, voice))
        case _:
            return literal(node, voice) if not node.args else _function(node, voice)


def _parameter(node: Typed, voice: Voice) -> str:
    """A parameter with what it is read for, and its value on the day where that is one for all rows."""
    table = voice.tables[node.data]
    axes = axes_of(table.parameter, fields_by_name(voice.book))
    notes: list[str] = []
    choices: list[str] = []
    for position, arg in enumerate(node.args):
        if arg.op == "text":
            choices.append(voice.choice(arg.data, axes[position].fields))
        else:
            notes.append(voice.say("by-field", field=noun(arg, voice)))
    value = None if notes else single_value(node, voice)
    if value is not None and choices:
        notes.append(voice.say("for-choice", choice=voice.say("pause").join(choices), value=value))
    else:
        notes = [*choices, *notes, *([] if value is None else [value])]
    name = voice.name(table.parameter)
    return voice.say("with-notes", name=name, notes=voice.say("pause").join(notes)) if notes else name


def _moved(node: Typed, voice: Voice) -> str:
    """A day so much later or earlier."""
    day = noun(node.args[0], voice)
    if len(node.args) > 1:
        back = node.data == -1 or (isinstance(node.data, tuple) and node.data[0] < 0)
        return voice.say("less-length" if back else "plus-length", day=day, length=noun(node.args[1], voice))
    amount, unit = node.data
    return voice.say("before" if amount < 0 else "after", length=voice.length((abs(amount), unit)), day=day)


def _formula(node: Typed, voice: Voice) -> str:
    if node.op == "negative":
        return voice.say("negative", value=_operand(node.args[0], voice, 3))
    binds = _BINDS[node.op]
    right = binds + (node.op in ("-", "/"))
    left, last = _operand(node.args[0], voice, binds), _operand(node.args[1], voice, right)
    text = voice.say("formula", left=left, sign=_SIGNS[node.op], right=last)
    for rows in {rows_of(each.data, voice) for each in node.args if each.op == "aggregate"}:
        first, found, rest = text.partition(rows)
        text = first + found + rest.replace(rows, voice.say("same-rows"))
    return text


def _operand(node: Typed, voice: Voice, binds: int) -> str:
    while node.op == "convert":
        node = node.args[0]
    text = noun(node, voice)
    loose = node.op in _LOOSE or node.type.kind == "boolean" or _BINDS.get(node.op, 9) < binds
    return voice.say("brackets", text=text) if loose else text


def _function(node: Typed, voice: Voice) -> str:
    args = node.args
    match node.op:
        case "round" if len(args) > 1 and args[1].data:
            return voice.say("round-to", value=_operand(args[0], voice, 3), digits=int(args[1].data))
        case "round" | "floor" | "ceil" | "abs":
            return voice.say(node.op, value=_operand(args[0], voice, 3))
        case "lower" | "length":
            return voice.say(node.op, value=noun(args[0], voice))
        case "min" | "max":
            name = _EXTREMES[node.op, min(len(args), 3), _kind(node)]
            return voice.say(name, values=voice.listed([_operand(arg, voice, 0) for arg in args]))
        case "year" | "month":
            inner, around = args[0], voice
            while inner.op == "this" and around.outer is not None:
                inner, around = inner.args[0], around.outer
            if inner.op == "context" and inner.data == "period" and around.kind == node.op:
                return voice.say(f"calendar-{node.op}")
            return voice.say(f"{node.op}-of", day=noun(args[0], voice))
        case "days_between" | "months_between":
            return voice.say(node.op, first=noun(args[0], voice), last=noun(args[1], voice))
        case "if":
            then, other = (_operand(arg, voice, 0) for arg in args[1:])
            if args[2].op == "missing":
                return voice.say("if-or-none", condition=grouped(args[0], voice), then=then)
            return voice.say("if-value", condition=grouped(args[0], voice), then=then, other=other)
        case "coalesce":
            values = [noun(arg, voice) for arg in args]
            if len(values) > 2:
                return voice.say("first-given", values=voice.listed(values))
            return voice.say("coalesce", first=_operand(args[0], voice, 0), rest=values[-1])
        case _:
            return voice.say(node.op, value=_operand(args[0], voice, 3), period=previous_period(voice))


def _kind(node: Typed) -> str:
    return "date" if node.type.kind == "date" else "number"


# rows


def _aggregate(rows: Rows, voice: Voice) -> str:
    there = voice.of(rows.entity, below=True)
    told = rows_of(rows, voice)
    notes = [] if rows.weight is None else [voice.say("weighted", weight=noun(rows.weight, there))]
    notes += [voice.say("skipping")] if rows.skip_missing else []
    match rows.name:
        case "count":
            text = voice.say("count", rows=told)
        case "share":
            text = voice.say("share", rows=told, condition=grouped(rows.values[0], there))
        case "count_distinct":
            several = len(rows.values) > 1
            names = voice.listed([noun(value, there) for value in rows.values])
            text = voice.say("combinations" if several else "distinct", rows=told, value=names)
        case "min" | "max":
            value = rows.values[0]
            name = _EXTREMES[rows.name, 1, _kind(value)]
            text = voice.say(name, rows=told, value=_operand(value, there, 3).removeprefix("the "))
        case _:
            text = voice.say(rows.name, rows=told, value=_operand(rows.values[0], there, 3))
    return voice.say("with-notes", name=text, notes=voice.say("pause").join(notes)) if notes else text


def rows_of(rows: Rows, voice: Voice, *conditions: Typed, one: bool = False, owned: bool = True) -> str:
    """The rows that an aggregate is over, and more conditions on them; without the owner where that is said before."""
    there = voice.of(rows.entity, below=True)
    whole = [each for each in (rows.where, *conditions) if each is not None]
    where = _joined(whole, "and", there, "is") if whole else None
    if voice.language == "en":
        own = (
            voice.owned(rows.entity, voice.entity, one=one)
            if rows.path
            else voice.say("own-row" if one else "own-rows", entity=there.one(rows.entity))
        )
        return own + _window(rows, voice) + ("" if where is None else voice.say("only-where", condition=where))
    name = called(rows.entity)["zh"] if rows.path else voice.say("own-rows")
    owner = voice.say("of-owner", owner=called(voice.entity)["zh"]) if owned else ""
    window, listed = _window(rows, voice), where
    behind = ""
    if where is not None and "，" in where:
        listed, behind = None, voice.say("only-of" if one else "only-where", condition=where)
    said = joined([window, "、" if window.endswith("有效") and listed else "", listed or ""])
    if not said and not owner:
        return name + behind
    return joined([owner, said, "的", name, behind])


def _window(rows: Rows, voice: Voice) -> str:
    """Which time the rows are of."""
    span, over = rows.entity.valid is not None, rows.over
    if over == "ever":
        return voice.say("in-force-ever" if span else "ever")
    if over is not None:
        length = noun(over, voice) if isinstance(over, Typed) else voice.length(over)
        return voice.say("in-force-within" if span else "within-last", length=length)
    if span:
        return voice.say("in-force", day=voice.say("as-of" if voice.kind is None else "reckoning"))
    own = rows.entity.period
    if voice.kind is None:
        return "" if own is None else voice.say("current", kind=voice.say(own.is_))
    if rows.entity.day is None and (own is None or own.is_ == voice.kind):
        return ""
    return voice.say("in-period", period=voice.say("this-period", kind=voice.say(voice.kind)))


# conditions


def clause(node: Typed, voice: Voice, mood: Mood = "is", *, denied: bool = False) -> str:
    """A condition, as what is or what must be."""
    match node.op:
        case "and" | "or":
            return _joined(
                list(conditions(node)), "or" if (node.op == "and") is denied else "and", voice, mood, denied=denied
            )
        case "not":
            return clause(node.args[0], voice, mood, denied=not denied)
        case "if":
            condition = grouped(node.args[0], voice)
            then, other = (grouped(arg, voice, mood, denied=denied) for arg in node.args[1:])
            return voice.say("if-clause", condition=condition, then=then, other=other)
        case "previous":
            inner = grouped(node.args[0], voice, mood, denied=denied)
            return voice.say("in-previous", period=previous_period(voice), clause=inner)
        case "boolean":
            return voice.say("never" if node.data is denied else "always")
        case "aggregate":
            return _of_rows(node.data, voice, mood, denied=denied)
        case _:
            subject, said = _said(node, voice, mood, denied=denied)
            return _sentence(subject, [said], "and", voice)


def conditions(node: Typed) -> Iterator[Typed]:
    """The conditions that an `and`, or an `or`, is made of."""
    for arg in node.args:
        yield from _opened(arg, node.op)


def _opened(node: Typed, op: str) -> Iterator[Typed]:
    yield from conditions(node) if node.op == op else (node,)


def grouped(node: Typed, voice: Voice, mood: Mood = "is", *, denied: bool = False) -> str:
    """A condition inside another sentence: in brackets where it has several parts."""
    text = clause(node, voice, mood, denied=denied)
    inner = node
    while inner.op == "not":
        inner = inner.args[0]
    loose = inner.op == "if" or (inner.op in ("and", "or") and len(_subjects(inner, voice, denied=denied)) > 1)
    return voice.say("brackets", text=text) if loose else text


def _subjects(node: Typed, voice: Voice, *, denied: bool) -> list[str]:
    parts = enumerate(conditions(node))
    told = (_said(each, voice, "is", denied=denied)[0] if _is_said(each) else str(place) for place, each in parts)
    return list(dict.fromkeys(told))


def _is_said(node: Typed) -> bool:
    """Whether a condition says something of a subject."""
    return node.op not in ("and", "or", "not", "if", "previous", "boolean", "aggregate")


def _joined(parts: list[Typed], word: Literal["and", "or"], voice: Voice, mood: Mood, *, denied: bool = False) -> str:
    """Conditions in one sentence; what is said of the same subject stands together."""
    clauses = list(together(parts, word, voice, mood, denied=denied))
    if voice.language == "en":
        return voice.listed(clauses, word, apart=any(map(_has_parts, clauses)))
    apart = len(clauses) > 2 or any(_has_parts(each) for each in clauses)
    return _with_between(clauses, voice.say(f"{word}-apart" if apart else f"{word}-close"))


def together(
    parts: Sequence[Typed], word: Literal["and", "or"], voice: Voice, mood: Mood, *, denied: bool = False
) -> Iterator[str]:
    """Conditions one by one, those of the same subject in one."""
    found: dict[str, tuple[str, list[str]]] = {}
    same = word if not denied else "or" if word == "and" else "and"
    for position, part in enumerate(each for whole in parts for each in _opened(whole, same)):
        if _is_said(part):
            subject, said = _said(part, voice, mood, denied=denied)
            found.setdefault(subject or said, (subject, []))[1].append(said)
        else:
            found[str(position)] = ("", [grouped(part, voice, mood, denied=denied)])
    for subject, all_said in found.values():
        yield _sentence(subject, all_said, word, voice)


def _has_parts(text: str) -> bool:
    return re.search(" (?:and|or|nor) |[，或且]", re.sub("“[^”]*”", "", text)) is not None


def _sentence(subject: str, said: Sequence[str], word: Literal["and", "or"], voice: Voice) -> str:
    """What is said of one subject."""
    if voice.language == "en":
        return " ".join(filter(None, [subject, voice.listed(said, word)]))
    return joined([subject, _with_between(said, voice.say("and-apart" if word == "and" else "or-close"))])


def _with_between(pieces: Sequence[str], word: str) -> str:
    return joined([each for piece in pieces for each in (word, piece)][1:])


def _of_rows(rows: Rows, voice: Voice, mood: Mood, *, denied: bool) -> str:
    """`any` and `all`; a denied `all` is a row that does not."""
    there = voice.of(rows.entity, below=True)
    condition = rows.values[0]
    if rows.name == "any" or denied:
        wanted = condition if rows.name == "any" else Typed("not", (condition,), condition.type, condition.span)
        nothing = denied and rows.name == "any"
        told = rows_of(rows, voice, wanted, one=True, owned=False)
        return voice.say(f"any {mood}{' not' if nothing else ''}", rows=told, owner=_owner(voice))
    one = rows_of(rows, voice, one=True)
    return voice.say(
        f"all {mood}", row=one, rows=one, condition=clause(condition, there, mood if voice.language == "en" else "is")
    )


def _owner(voice: Voice) -> str:
    return voice.say("of-owner", owner=called(voice.entity)[voice.language])


def _said(node: Typed, voice: Voice, mood: Mood, *, denied: bool) -> tuple[str, str]:
    return said_of(node, voice, mood, lambda value: noun(value, voice), denied=denied)
