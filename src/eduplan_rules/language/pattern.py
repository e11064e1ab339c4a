r"""Patterns of `matches`: a dialect that means the same in every engine and is linear in the length of a text.

In: the text of a pattern. Out: a frozen `Pattern`, or a `PatternError` with its place in that text; from a `Pattern`,
the regular expression of an engine or a Python function. The whole text is matched. A pattern holds characters, `.`
(any but a new line), `[a-z]`, `[^a-z]`, `( | )` and `? * + {n} {n,} {n,m}`; `\` stands before a metacharacter only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Never

from eduplan_rules.language.automaton import Automaton, Characters, Choice, Node, Repeat
from eduplan_rules.language.syntax_words import word
from eduplan_rules.sentences import Wording

Flavour = Literal["rust", "python", "re2", "java"]

#: RE2 refuses more, also as the product of nested repeats
MOST_REPEATS = 1000
#: with repeats written out; Rust and RE2 then stay within their 10 MB and 8 MB
MOST_POSITIONS = 10_000
#: Rust refuses a tree 250 deep, and a group can be four nodes of it
MOST_DEPTH = 50

_ESCAPE = r"\\[]\\.[(){}|?*+^$-]"
_FORM = re.compile(
    rf"(?P<character>{_ESCAPE}|[^]\\.[(){{}}|?*+^$\ud800-\udfff])|(?P<any>\.)|(?P<list>\[)|(?P<open>\((?!\?))"
    r"|(?P<close>\))|(?P<branch>\|)|(?P<repeat>[?*+]|\{([0-9]{1,9})(,([0-9]{1,9})?)?\})"
)
_MEMBER = rf"({_ESCAPE}|[^][\\\ud800-\udfff-])"
_RANGE = re.compile(rf"(?!&&){_MEMBER}(?:-{_MEMBER})?|(-)(?=\])")
_SIGNS = {"?": (0, 1), "*": (0, None), "+": (1, None)}
#: `& # ~` mean nothing here, but two of them inside [ ] do in some engines
_ESCAPES = str.maketrans({sign: "\\" + sign for sign in r"\.[](){}|?*+^$-&#~"} | {"\n": r"\n"})

_WHOLE = word("whole-anyway")


def _itself(sign: str) -> Wording:
    return word("write-itself", sign=sign)


#: what has no form: how it looks, the sentence about it, what to write instead
_REFUSED: tuple[tuple[str, str, Wording | Callable[[str], Wording] | None], ...] = (
    (r"\\d", "metacharacter", word("write", text="[0-9]")),
    (r"\\D", "metacharacter", word("write", text="[^0-9]")),
    (r"\\w", "metacharacter", word("write", text="[0-9A-Za-z_]")),
    (r"\\W", "metacharacter", word("write", text="[^0-9A-Za-z_]")),
    (r"\\[AzZ]", "metacharacter", _WHOLE),
    (r"\\[pP]", "metacharacter", word("list-ranges", ranges="[一-龥]")),
    (r"\\[bBGkKQE0-9]", "metacharacter", None),
    (r"\\\Z", "metacharacter", _itself),
    (r"\\.", "metacharacter", word("character-itself")),
    (r"[\ud800-\udfff]", "whole-character", None),
    (r"[\^$]", "characters", _WHOLE),
    (r"[]}]", "opening", _itself),
    (r"\(\?:", "group", word("write-group")),
    (r"\(\?i", "group", word("both-letters")),
    (r"\(\?<?[=!]", "group", word("join-with-and")),
    (r"\(\?.?", "group", None),
    (r"\{,[0-9]+\}", "counts", word("zero-before-comma")),
    (r"\{[0-9, ]*\}?", "counts", _itself("{")),
    (r"\[:", "in-list", word("list-ranges", ranges="[A-Za-z]")),
    (r"\[", "in-list", _itself),
    (r"&&", "in-list", word("ampersand-once")),
    (r"-", "hyphen", _itself),
)


@dataclass(frozen=True, slots=True)
class PatternError:
    """What is wrong with a pattern; `start` and `end` are offsets in its text."""

    sentence: Wording
    start: int
    end: int
    instruction: Wording | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as written, and its tree."""

    text: str
    tree: Choice


def parse_pattern(text: str) -> Pattern | PatternError:
    """Read a pattern; the first mistake is returned, not raised."""
    try:
        return Pattern(text, _parse(text))
    except _Refusal as refusal:
        return refusal.error


def to_regex(pattern: Pattern, flavour: Flavour) -> str:
    """Write a pattern for an engine, so that a search finds just the texts that match as a whole."""
    return rf"\A{_regex(pattern.tree)}\{'Z' if flavour == 'python' else 'z'}"


def matcher(pattern: Pattern) -> Callable[[str], bool]:
    """Give the function that says whether a text matches; it reads each character once, and threads may share it."""
    return Automaton(pattern.tree).matches


class _Refusal(Exception):
    def __init__(self, name: str, start: int, end: int, hint: Wording | None = None, /, **gaps: object) -> None:
        self.error = PatternError(word(name, **gaps), start, end, hint)


def _parse(text: str) -> Choice:
    if not text:
        raise _Refusal("pattern-empty", 0, 0)
    around: list[tuple[int, list[list[Node]]]] = []  # of each open group: its place, the branches outside
    branches: list[list[Node]] = [[]]
    place = 0
    while place < len(text):
        start, found = place, _FORM.match(text, place) or _refuse(text, place)
        place = found.end()
        match found.lastgroup:
            case "open":
                if len(around) == MOST_DEPTH:
                    raise _Refusal("groups-at-most", start, place, count=MOST_DEPTH + 1, most=MOST_DEPTH)
                around.append((start, branches))
                branches = [[]]
            case "close":
                if not around:
                    raise _Refusal("opening", start, place, _itself(")"), found=")")
                group = _choice(branches, start)
                branches = around.pop()[1]
                branches[-1].append(group)
            case "branch":
                _choice(branches, start)
                branches.append([])
            case "repeat":
                branches[-1].append(_repeat(branches[-1].pop() if branches[-1] else None, found))
            case "list":
                characters, place = _list(text, start)
                branches[-1].append(characters)
            case "any":
                branches[-1].append(Characters((("\n", "\n"),), negated=True))
            case _:
                branches[-1].append(Characters(((found[0][-1], found[0][-1]),)))
    if around:
        raise _Refusal("closing", around[-1][0], around[-1][0] + 1, _itself("("), found="(", sign=")")
    tree = _choice(branches, place)
    if (size := _size(tree)) > MOST_POSITIONS:
        raise _Refusal("positions-at-most", 0, len(text), count=size, most=MOST_POSITIONS)
    return tree


def _refuse(text: str, place: int) -> Never:
    for form, name, hint in _REFUSED:
        if found := re.compile(form, re.DOTALL).match(text, place):
            raise _Refusal(name, *found.span(), hint(found[0]) if callable(hint) else hint, found=found[0])
    raise AssertionError(text[place:])


def _choice(branches: list[list[Node]], place: int) -> Choice:
    if not branches[-1]:
        raise _Refusal("no-characters", place, place, word("parentheses-optional"))
    return Choice(tuple(map(tuple, branches)))


def _repeat(part: Node | None, found: re.Match[str]) -> Repeat:
    sign, least, comma, most = found["repeat"], *found.groups()[-3:]
    if part is None:
        raise _Refusal("to-repeat", *found.span(), _itself("{" if sign[0] == "{" else sign), found=sign)
    if isinstance(part, Repeat):
        hint = _WHOLE if sign in "?+" else word("put-in-parentheses")
        raise _Refusal("one-repeat", *found.span(), hint, found=sign)
    low, high = _SIGNS.get(sign) or (int(least), int(most) if most else None if comma else int(least))
    if high is not None and high < low:
        raise _Refusal("smaller-first", *found.span(), found=sign)
    if max(low, high or 0) > MOST_REPEATS:
        raise _Refusal("numbers-up-to", *found.span(), found=sign, most=MOST_REPEATS)
    repeat = Repeat(part, low, high)
    if (times := _times(repeat)) > MOST_REPEATS:
        raise _Refusal("repeats-at-most", *found.span(), count=times, most=MOST_REPEATS)
    return repeat


def _list(text: str, start: int) -> tuple[Characters, int]:
    opening = re.compile(r"\[(\^?)(-?)").match(text, start)
    assert opening is not None
    ranges = [("-", "-")] if opening[2] else []
    place = opening.end()
    while not text.startswith("]", place):
        if place == len(text):
            raise _Refusal("closing", start, start + 1, _itself("["), found="[", sign="]")
        found = _RANGE.match(text, place) or _refuse(text, place)
        low, high, last = (part and part[-1] for part in found.groups())
        if high and high < low:
            raise _Refusal("lower-first", *found.span(), found=found[0])
        ranges.append((low or last, high or low or last))
        place = found.end()
    if not ranges:
        raise _Refusal("in-list", place, place + 1, _itself("]"), found="]")
    return Characters(tuple(ranges), bool(opening[1])), place + 1


def _size(node: Node) -> int:
    """Positions with repeats written out; each range of a list counts."""
    match node:
        case Characters():
            return len(node.ranges) + node.negated
        case Choice():
            return sum(1 + sum(map(_size, branch)) for branch in node.branches)
        case Repeat():
            return (_size(node.part) + 1) * node.copies


def _times(node: Node) -> int:
    """The largest product of repeats inside each other, as RE2 counts it."""
    match node:
        case Characters():
            return 1
        case Choice():
            return max(_times(part) for branch in node.branches for part in branch)
        case Repeat():
            return _times(node.part) * max(1, node.copies)


def _regex(node: Node) -> str:
    match node:
        case Characters(((low, high),), False) if low == high:
            return low.translate(_ESCAPES)
        case Characters():
            ends = ((low.translate(_ESCAPES), high.translate(_ESCAPES)) for low, high in node.ranges)
            listed = "".join(low if low == high else f"{low}-{high}" for low, high in ends)
            return f"[{'^' * node.negated}{listed}]"
        case Choice():
            return "(?:" + "|".join("".join(map(_regex, branch)) for branch in node.branches) + ")"
        case Repeat():
            return f"{_regex(node.part)}{{{node.least},{'' if node.most is None else node.most}}}"
