"""Where an expression cannot be read, what its author is used to writing, and how the language writes that.

In: the text of an expression and the place where the parser could not go on. Out: the diagnostic, over all of what is
wrong there, with what to write instead where the habit is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.language.syntax_words import word
from eduplan_rules.rulebook.forms import other_date
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar

#: the language's signs -> another way to write them, and its words -> as expressions have them, in both languages
_SIGN = {">": "", "<": "", ">=": "≥", "<=": "≤", "=": "", "!=": "≠", "+": "", "-": "", "*": "×", "/": "÷"}
_WORD = {
    "and": ("and", "且"), "or": ("or", "或"), "not": ("not", "非"), "in": ("in", "属于"),
    "missing": ("is missing", "为空"), "true": ("true", "真"), "false": ("false", "假"),
}  # fmt: skip
#: signs of other languages
_SIGNS = {
    "==": "=", "===": "=", "=>": ">=", "=<": "<=", "<>": "!=", "!==": "!=", "~=": "!=", "≧": ">=",
    "≦": "<=", ">==": ">=", "<==": "<=", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not",
}  # fmt: skip
#: words of other languages and of plain writing
WORDS = {
    "大于": ">", "高于": ">", "多于": ">", "超过": ">", "小于": "<", "低于": "<", "少于": "<", "不足": "<",
    "大于等于": ">=", "大于或等于": ">=", "不小于": ">=", "不低于": ">=", "不少于": ">=", "至少": ">=",
    "不得少于": ">=", "不得低于": ">=", "小于等于": "<=", "小于或等于": "<=", "不大于": "<=", "不高于": "<=",
    "不多于": "<=", "不超过": "<=", "至多": "<=", "不得超过": "<=", "等于": "=", "是": "=", "为": "=",
    "不等于": "!=", "不是": "!=", "不为": "!=", "并且": "and", "而且": "and", "同时": "and", "以及": "and",
    "和": "and", "与": "and", "AND": "and", "And": "and", "或者": "or", "OR": "or", "Or": "or", "不": "not",
    "并非": "not", "NOT": "not", "Not": "not", "IN": "in", "In": "in", "在": "in", "加": "+", "加上": "+",
    "减": "-", "减去": "-", "乘": "*", "乘以": "*", "除以": "/", "null": "missing", "NULL": "missing",
    "None": "missing", "none": "missing", "nil": "missing", "空": "missing", "无": "missing",
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false",
}  # fmt: skip
#: what people write behind a number
UNITS = ("人", "名", "个", "所", "台", "间", "次", "岁", "分", "元", "万元", "亿元", "米", "平方米", "㎡", "m²", "m")

_THOUSANDS = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万亿点]+")
_DATE = re.compile(r"[0-9]{4} ?([-/.年])(?: ?[0-9]{1,2}[-/.月](?: ?[0-9]{1,2}日?|[底末])?|年?[底末终])")
_RUN = re.compile(r"[=<>!~&|≧≦＝＜＞！](?:\s?[=<>!~&|≧≦＝＜＞！])*")
_PLAIN = str.maketrans("＝＜＞！", "=<>!")


def meant_word(name: str) -> Wording | None:
    """The hint for a word that stands for something the language writes otherwise."""
    if name in WORDS:
        return _write(WORDS[name])
    if _NUMERAL.fullmatch(name):
        return word("digits")
    percent = re.fullmatch(r"百分之([0-9.]+)", name)
    return word("write", text=f"{percent.group(1)}%") if percent else None


def _write(meant: str) -> Wording:
    """The hint for a sign or a word of the language."""
    if meant in _WORD:
        english, chinese = _WORD[meant]
        return word("write-word", word=english, chinese=chinese)
    return word("write-sign", sign=meant, other=_SIGN[meant]) if _SIGN[meant] else word("write", text=meant)


def syntax_diagnostic(text: Scalar, error: UnexpectedInput, words: Iterable[str]) -> Diagnostic:
    """Say what was found, what could stand there, and what to write instead when the habit is known.

    `words` are the words of the language, the longest first.
    """
    start: int = error.pos_in_stream or 0  # type: ignore[redundant-expr]  # lark leaves it None at the end
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        message = word("ends-too-early", expected=_expected(error))
        return Diagnostic("expression-syntax", message, text.place(max(len(text) - 1, 0), len(text)))
    whole = _date_at(text, start) or _sign_at(text, start)
    if whole is not None:
        return whole
    length = len(error.token) if isinstance(error, UnexpectedToken) else 1
    run = re.match(r"\d[\d_.]*[^\W\d]\w*", text[start:])
    found = run.group() if run and length == 1 else text[start : start + length]
    told = (_word(text, start, found), _run_in(found, words), *(habit(text, start, found) for habit in _HABITS))
    hint = next(filter(None, told), None) or _misspelt(found, words)
    if isinstance(error, UnexpectedToken):
        message = word("cannot-stand-here-expected", found=found, expected=_expected(error))
    else:
        assert isinstance(error, UnexpectedCharacters)
        message = word("cannot-stand-here", found=found)
    return Diagnostic("expression-syntax", message, text.place(start, start + len(found)), instruction=hint)


def _date_at(text: Scalar, start: int) -> Diagnostic | None:
    """A day that is written otherwise than the language does."""
    for date in _DATE.finditer(text):
        if date.start() <= start < date.end() and date.group(1) != "-":
            hint = other_date(date.group()) or word("whole-day")
            message = word("not-a-day", text=date.group())
            return Diagnostic("expression-syntax", message, text.place(*date.span()), instruction=hint)
    return None


def _sign_at(text: Scalar, start: int) -> Diagnostic | None:
    """A run of signs that the language does not have, or has without a space inside."""
    for run in _RUN.finditer(text):
        plain = re.sub(r"\s", "", run.group()).translate(_PLAIN)
        meant = _SIGNS.get(plain, plain)
        if run.start() <= start < run.end() and meant in _SIGN | _WORD and run.group() != meant:
            hint = word("single-equals") if meant == "=" else _write(meant)
            message = word("no-operator", text=run.group())
            return Diagnostic("expression-syntax", message, text.place(*run.span()), instruction=hint)
    return None


def _quote(text: str, start: int, found: str) -> Wording | None:
    if found in ("'", "‘", "’", "「", "《"):
        return word("double-quotes")
    return word("quote-not-closed") if found in ('"', "“") else None


def _word(text: str, start: int, found: str) -> Wording | None:
    """A word of plain writing: here, or just before, where it was taken for a name."""
    before = re.search(r"(\w+)\s*$", text[:start])
    last = before.group(1) if before else ""
    if re.search(r"\bbetween\b[^()]*$", text[:start]) and found in ("to", "TO", "AND", "到", "至", "和", "与"):
        return word("and-between-ends")
    if re.search(r"介于[^()（）]*$", text[:start]) and found in ("到", "至", "和", "且", "to"):
        return word("yu-between-ends")
    if (
        found in ("if", "IF", "如果", "若")
        or (before and before.group(1) in ("if", "IF", "如果", "若"))
        or found == "?"
    ):
        return word("if")
    if found in ("where", "其中"):
        return word("where-is-a-key")
    if found in ("mod", "MOD"):
        return word("no-modulo")
    if found in ("contains", "包含", "starts_with", "matches"):
        return word("call-of-two", name=found)
    if WORDS.get(found) == "missing" and last == "not":
        return word("is-not-missing")
    if found in WORDS:
        return _write(WORDS[found])
    return _write(WORDS[last]) if WORDS.get(last) in ("not", "and", "or") else None


def _number(text: str, start: int, found: str) -> Wording | None:
    """A number with a unit, thousands, or separators."""
    before = text[:start].rstrip()
    near = re.search(r"[0-9][0-9_.]*$", before)
    digits, letters = re.fullmatch(r"([\d_.]*)(.*)", found, re.DOTALL).groups()  # type: ignore[union-attr]
    rest = re.match(r"\w*", text[start:])
    counted = re.match(r"([0-9][0-9_]*(?:\.[0-9]+)?)([百千万亿])", text[_number_start(text, start) :])
    if counted:
        amount = Fraction(counted.group(1).replace("_", "")) * _THOUSANDS[counted.group(2)]
        if amount.denominator == 1:
            return word("write", text=amount)
    if letters and letters[0].isalpha() and digits and rest and rest.group().removeprefix(digits) not in WORDS:
        return word("no-unit")
    if near and found in UNITS:
        return word("no-unit")
    if found == "." and text[start + 1 : start + 2].isdecimal() and not before[-1:].isdecimal():
        return word("zero-before-point")
    if found in (",", "，") and re.match(r"\d{1,3}([,，]\d{3})+(?!\d)", text[_number_start(text, start) :]):
        return word("no-comma-in-number")
    return None


def _number_start(text: str, start: int) -> int:
    while start and (text[start - 1].isdecimal() or text[start - 1] in "._"):
        start -= 1
    return start


def _grammar(text: str, start: int, found: str) -> Wording | None:
    before = text[:start].rstrip()
    if re.search(r"\bis$", before):
        return word("is-what")
    if re.search(r"\bnot$", before) and re.search(r"\w\s+(is\s+)?not$", before):
        return word("not-what")
    if found in ("not", "非"):
        return word("not-in-parentheses")
    if found in (",", "，", "、") and re.search(r"(\bin|属于)\s*[(（][^()（）]*$", before):
        return word("square-brackets")
    if found == "%" and start:
        return word("no-modulo-per-cent")
    if found in ("*", "^") and (found == "^" or before.endswith("*")):
        return word("no-powers")
    if found in (";", "；"):
        return word("a-comma" if text[start + 1 :].strip() else "no-semicolon")
    if found in (")", "）"):
        return word("nothing-open")
    if found in (":", "："):
        return word("no-colons")
    return word("leave-out") if found == "。" else None


_HABITS: tuple[Callable[[str, int, str], Wording | None], ...] = (_quote, _number, _grammar)


def _run_in(found: str, words: Iterable[str]) -> Wording | None:
    """A word of the language that runs into a name or number."""
    digits, letters = re.fullmatch(r"([\d_.]*)(.*)", found, re.DOTALL).groups()  # type: ignore[union-attr]
    known = [*sorted(WORDS, key=len, reverse=True), *words]
    first = next((each for each in known if letters.startswith(each)), None)
    if first is None or first == found or not first[0].isalpha() or first.isascii():
        return None
    return apart([digits, first, letters.removeprefix(first)])


def _misspelt(found: str, words: Iterable[str]) -> Wording | None:
    near = did_you_mean(found, words)
    return word("did-you-mean", word=near) if near and near != found else None


def apart(pieces: Iterable[str]) -> Wording:
    """The hint for pieces that run into each other."""
    plain: list[str] = []
    for piece in filter(None, pieces):
        if piece not in UNITS or not (plain and plain[-1].isdecimal()):
            plain.append(piece if piece == "与" else WORDS.get(piece, piece))
    return word("spaces", words=" ".join(plain))


#: what else may be expected: token -> how it is written, or what it is called
_TOKENS = {
    "_CLOSE": ")", "_LIST_CLOSE": "]", "_COMMA": ",", "_OPEN": "(", "_AND": "and", "_TO_ZH": "与", "IN": "in",
    "_NOT": "not", "_MISSING": "missing", "_LAST": "last", "_EVER": "ever", "_BY": "by", "_FOR": "for",
}  # fmt: skip
_CALLED = {"DURATION": "duration", "NAME": "name", "$END": "end"}


def _expected(error: UnexpectedToken) -> Wording:
    accepts = set(error.accepts or error.expected)
    kinds: list[Wording] = []
    if "NUMBER" in accepts:
        kinds.append(word("value"))
        accepts -= {"_OPEN", "_NOT", "_MISSING", "NAME", "DURATION"}
    elif "EQ" in accepts:
        kinds.append(word("operator"))
        accepts -= {"_AND", "IN", "_NOT", "_OPEN", "_FOR"}
    kinds += [word("token", token=sign) for token, sign in _TOKENS.items() if token in accepts]
    kinds += [word(name) for token, name in _CALLED.items() if token in accepts]
    return word("or", words=tuple(kinds[:-1]), last=kinds[-1]) if len(kinds) > 1 else kinds[0]
