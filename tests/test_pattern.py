"""Patterns: what is accepted and refused, the same answers as Python and Polars, and time linear in the text."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import FrameType
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.language import automaton
from eduplan_rules.language.pattern import Flavour, Pattern, PatternError, matcher, parse_pattern, to_regex

ACCEPTED = [
    ("a", "(?:a)"),
    ("小学|中学", "(?:小学|中学)"),
    (".*", r"(?:[^\n]{0,})"),
    ("a?b+", "(?:a{0,1}b{1,})"),
    ("a{3}b{3,}c{3,30}d{0}", "(?:a{3,3}b{3,}c{3,30}d{0,0})"),
    ("(ab)*(a|b)", "(?:(?:ab){0,}(?:a|b))"),
    ("((a))", "(?:(?:(?:a)))"),
    ("[a-z0-9_-]", r"(?:[a-z0-9_\-])"),
    ("[-a]", r"(?:[\-a])"),
    ("[^-]", r"(?:[^\-])"),
    ("[一-龥]{2,4}", "(?:[一-龥]{2,4})"),
    ("[x]", "(?:x)"),
    ("[^x]", "(?:[^x])"),
    ("[.*+?(){}|$^]", r"(?:[\.\*\+\?\(\)\{\}\|\$\^])"),
    (r"[\]\[\\\^\-]", r"(?:[\]\[\\\^\-])"),
    (r"\.\*\+\?\(\)\[\]\{\}\|\$\^\\\-", r"(?:\.\*\+\?\(\)\[\]\{\}\|\$\^\\\-)"),
    ("&&~~##[&~#]", r"(?:\&\&\~\~\#\#[\&\~\#])"),
    ("-/ \t\n", "(?:\\-/ \t\\n)"),
    ("😀+", "(?:😀{1,})"),
    ("（[０-９]）", "(?:（[０-９]）)"),
    ("(a{10}){100}", "(?:(?:a{10,10}){100,100})"),
    ("(" * 50 + "a" + ")" * 50, "(?:" * 51 + "a" + ")" * 51),
    ("a" * 9_999, "(?:" + "a" * 9_999 + ")"),
]

ITSELF = r"write \{} for the character itself"
WHOLE = "leave it out: the whole text is matched anyway"
ESCAPE = r"expected \ before a metacharacter only"
BRACES = "expected {n}, {n,} or {n,m}"
GROUP = "expected ( and characters"
INSIDE = "expected characters inside [ ]"
DASH = "found -, expected - only first, last or between two characters"
NOTHING = "found nothing, expected characters"
MISSING = "write ( )? around what may be missing"

REFUSED = [
    ("", "found nothing, expected a pattern", 0, 0, None),
    ("a|", NOTHING, 2, 2, MISSING),
    ("|a", NOTHING, 0, 0, MISSING),
    ("a||b", NOTHING, 2, 2, MISSING),
    ("a()", NOTHING, 2, 2, MISSING),
    ("(|a)", NOTHING, 1, 1, MISSING),
    ("^a", "found ^, expected characters", 0, 1, WHOLE),
    ("a$", "found $, expected characters", 1, 2, WHOLE),
    (r"\Aa", rf"found \A, {ESCAPE}", 0, 2, WHOLE),
    (r"a\Z", rf"found \Z, {ESCAPE}", 1, 3, WHOLE),
    (r"a\z", rf"found \z, {ESCAPE}", 1, 3, WHOLE),
    (r"\d", rf"found \d, {ESCAPE}", 0, 2, "write [0-9]"),
    (r"a\D", rf"found \D, {ESCAPE}", 1, 3, "write [^0-9]"),
    (r"\w", rf"found \w, {ESCAPE}", 0, 2, "write [0-9A-Za-z_]"),
    (r"\W", rf"found \W, {ESCAPE}", 0, 2, "write [^0-9A-Za-z_]"),
    (r"[a\d]", rf"found \d, {ESCAPE}", 2, 4, "write [0-9]"),
    (r"\s", rf"found \s, {ESCAPE}", 0, 2, "write the character itself"),
    (r"\n", rf"found \n, {ESCAPE}", 0, 2, "write the character itself"),
    (r"\u4e00", rf"found \u, {ESCAPE}", 0, 2, "write the character itself"),
    (r"a\/b", rf"found \/, {ESCAPE}", 1, 3, "write the character itself"),
    ("\\\n", f"found \\\n, {ESCAPE}", 0, 2, "write the character itself"),
    (r"\p{Han}", rf"found \p, {ESCAPE}", 0, 2, "list ranges, as in [一-龥]"),
    (r"\bx", rf"found \b, {ESCAPE}", 0, 2, None),
    (r"(a)\1", rf"found \1, {ESCAPE}", 3, 5, None),
    ("a\\", rf"found \, {ESCAPE}", 1, 2, ITSELF.format("\\")),
    ("(?i)a", f"found (?i, {GROUP}", 0, 3, "list both letters, as in [Aa]"),
    ("(?:a)", f"found (?:, {GROUP}", 0, 3, "write ( )"),
    ("b(?=a)", f"found (?=, {GROUP}", 1, 4, "join two patterns with and"),
    ("(?<!a)", f"found (?<!, {GROUP}", 0, 4, "join two patterns with and"),
    ("(?P<x>a)", f"found (?P, {GROUP}", 0, 3, None),
    ("(?", f"found (?, {GROUP}", 0, 2, None),
    ("(a", "found (, expected ) after it", 0, 1, ITSELF.format("(")),
    ("((a)", "found (, expected ) after it", 0, 1, ITSELF.format("(")),
    ("a)", "found ), expected its opening before it", 1, 2, ITSELF.format(")")),
    ("a]", "found ], expected its opening before it", 1, 2, ITSELF.format("]")),
    ("a}", "found }, expected its opening before it", 1, 2, ITSELF.format("}")),
    ("*a", "found *, expected characters to repeat before it", 0, 1, ITSELF.format("*")),
    ("a|+", "found +, expected characters to repeat before it", 2, 3, ITSELF.format("+")),
    ("({2})", "found {2}, expected characters to repeat before it", 1, 4, ITSELF.format("{")),
    ("a+?", "found ?, expected one repeat only", 2, 3, WHOLE),
    ("a*+", "found +, expected one repeat only", 2, 3, WHOLE),
    ("a**", "found *, expected one repeat only", 2, 3, "put what comes before it in ( )"),
    ("a{2}{3}", "found {3}, expected one repeat only", 4, 7, "put what comes before it in ( )"),
    ("a{,3}", f"found {{,3}}, {BRACES}", 1, 5, "write 0 before the comma"),
    ("a{", f"found {{, {BRACES}", 1, 2, ITSELF.format("{")),
    ("a{}", f"found {{}}, {BRACES}", 1, 3, ITSELF.format("{")),
    ("a{1, 2}", f"found {{1, 2}}, {BRACES}", 1, 7, ITSELF.format("{")),
    ("{name}", f"found {{, {BRACES}", 0, 1, ITSELF.format("{")),
    ("a{３}", f"found {{, {BRACES}", 1, 2, ITSELF.format("{")),
    ("a{12345}", "found {12345}, expected numbers up to 1000", 1, 8, None),
    ("a{1234567890}", f"found {{1234567890}}, {BRACES}", 1, 13, ITSELF.format("{")),
    ("a{3,2}", "found {3,2}, expected the smaller number first", 1, 6, None),
    ("a{1001}", "found {1001}, expected numbers up to 1000", 1, 7, None),
    ("a{0,2000}", "found {0,2000}, expected numbers up to 1000", 1, 9, None),
    ("a{2000,}", "found {2000,}, expected numbers up to 1000", 1, 8, None),
    ("(a{100}b){11}", "found nested repeats of 1100 in all, expected at most 1000", 9, 13, None),
    ("[a", "found [, expected ] after it", 0, 1, ITSELF.format("[")),
    (r"[a\]", "found [, expected ] after it", 0, 1, ITSELF.format("[")),
    ("[]", f"found ], {INSIDE}", 1, 2, ITSELF.format("]")),
    ("[^]", f"found ], {INSIDE}", 2, 3, ITSELF.format("]")),
    ("[]a]", f"found ], {INSIDE}", 1, 2, ITSELF.format("]")),
    ("[a[b]]", f"found [, {INSIDE}", 2, 3, ITSELF.format("[")),
    ("[[:alpha:]]", f"found [:, {INSIDE}", 1, 3, "list ranges, as in [A-Za-z]"),
    ("[a&&b]", f"found &&, {INSIDE}", 2, 4, "write & once for the character itself"),
    ("[z-a]", "found z-a, expected the lower character first", 1, 4, None),
    ("[a-z-9]", DASH, 4, 5, ITSELF.format("-")),
    ("[--9]", DASH, 2, 3, ITSELF.format("-")),
    ("a\ud800", "found \ud800, expected a whole character", 1, 2, None),
    ("[\udfff]", "found \udfff, expected a whole character", 1, 2, None),
    ("(" * 51 + "a", "found 51 groups inside each other, expected at most 50", 50, 51, None),
    ("a" * 10_000, "found 10001 positions with repeats written out, expected at most 10000", 0, 10_000, None),
    ("(abcdefghijk){1000}", "found 13001 positions with repeats written out, expected at most 10000", 0, 19, None),
]

METACHARACTERS = r"\.[](){}|?*+^$-"
ALPHABET = "ab小学\n😀" + METACHARACTERS + "&~# \r\u2028"


def parsed(text: str) -> Pattern:
    pattern = parse_pattern(text)
    assert isinstance(pattern, Pattern), pattern
    return pattern


def found_by_polars(pattern: Pattern, texts: list[str]) -> list[bool]:
    frame = nw.from_native(pl.DataFrame({"text": texts}, schema={"text": pl.String}))
    found = frame.select(nw.col("text").str.contains(to_regex(pattern, "rust")))
    return [bool(value) for value in found["text"].to_list()]


def found_by_python(pattern: Pattern, texts: list[str]) -> list[bool]:
    wanted = re.compile(to_regex(pattern, "python"))
    return [wanted.fullmatch(text) is not None for text in texts]


@pytest.mark.parametrize(("text", "regex"), ACCEPTED, ids=lambda value: value[:20])
def test_a_pattern_is_accepted(text: str, regex: str) -> None:
    assert to_regex(parsed(text), "rust") == rf"\A{regex}\z"


@pytest.mark.parametrize(
    ("text", "message", "start", "end", "hint"), REFUSED, ids=[repr(row[0][:20]) for row in REFUSED]
)
def test_a_pattern_is_refused(text: str, message: str, start: int, end: int, hint: str | None) -> None:
    error = parse_pattern(text)
    assert isinstance(error, PatternError)
    assert (str(error.sentence), error.start, error.end) == (message, start, end)
    assert (error.instruction and str(error.instruction)) == hint


@pytest.mark.parametrize(("flavour", "end"), [("rust", r"\z"), ("re2", r"\z"), ("java", r"\z"), ("python", r"\Z")])
def test_only_python_spells_the_end_in_another_way(flavour: Flavour, end: str) -> None:
    assert to_regex(parsed("a.(b|c)"), flavour) == rf"\A(?:a[^\n](?:b|c)){end}"


def test_patterns_are_values() -> None:
    assert parsed("[a-c]{2}|d*") == parsed("[a-c]{2}|d*")
    assert len({parsed("a+"), parsed("a+"), parsed("a*")}) == 2


characters = st.sampled_from(ALPHABET)
literals = characters.map(lambda sign: "\\" + sign if sign in METACHARACTERS else sign)


@st.composite
def ranges(draw: st.DrawFn) -> str:
    low, high = sorted((draw(characters), draw(characters)))
    return "-".join("\\" + sign if sign in METACHARACTERS else sign for sign in (low, high))


lists = st.builds(
    lambda negated, listed: f"[{negated}{''.join(listed)}]",
    st.sampled_from(["", "^"]),
    st.lists(literals | ranges(), min_size=1, max_size=3).filter(lambda listed: "&&" not in "".join(listed)),
)
signs = st.sampled_from(["?", "*", "+", "{0}", "{2}", "{0,2}", "{1,3}", "{2,}", "{0,}"])
patterns = st.recursive(
    literals | lists | st.just("."),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: "(" + "".join(parts) + ")")
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(" + "|".join(parts) + ")")
        | st.builds(lambda part, sign: f"({part}){sign}", inner, signs)
        | st.builds(lambda part, sign: part + sign, literals | lists, signs)
    ),
    max_leaves=8,
)


@st.composite
def subjects(draw: st.DrawFn, pattern: str) -> list[str]:
    """Texts at random, texts that match, and these with a character more or less; short, for Python backtracks."""
    texts = draw(st.lists(st.text(characters, max_size=6), max_size=5))
    matching = draw(st.lists(st.from_regex(re.compile(to_regex(parsed(pattern), "python"))), max_size=3))
    for text in matching:
        place = draw(st.integers(0, len(text)))
        texts += [text, text[:place] + text[place + 1 :], text[:place] + draw(characters) + text[place:], text + "\n"]
    return [text for text in texts if len(text) <= 10 and not re.search(r"[\ud800-\udfff]", text)]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), text=patterns)
def test_the_answers_are_those_of_python_and_polars(data: st.DataObject, text: str) -> None:
    pattern = parsed(text)
    texts = ["", *data.draw(subjects(text))]
    matches = matcher(pattern)
    answers = [matches(subject) for subject in texts]
    assert answers == found_by_python(pattern, texts)
    assert answers == found_by_polars(pattern, texts)


@settings(max_examples=400, deadline=None)
@given(text=st.text(st.sampled_from("ab-^&[](){}|?*+.\\,012:") | st.characters(), max_size=12))
def test_any_text_is_a_pattern_for_all_engines_or_an_error_within_it(text: str) -> None:
    pattern = parse_pattern(text)
    if isinstance(pattern, PatternError):
        assert 0 <= pattern.start <= pattern.end <= len(text)
    else:
        assert found_by_polars(pattern, ["", "a"]) == found_by_python(pattern, ["", "a"])


@pytest.mark.parametrize("text", ["[^a中😀]" * 2_499, "." * 4_999, "[^a]{1000}" * 3, "(a|中)" * 2_499])
def test_the_largest_patterns_still_compile_in_polars(text: str) -> None:
    assert found_by_polars(parsed(text), ["x" * len(text), "x"])[1] is False


def test_the_deepest_pattern_still_compiles_in_polars() -> None:
    pattern = parsed("(" * 50 + "a" + "b|c)+" * 50)
    texts = ["c", "cc", "a", "a" + "b" * 50, "abc", ""]
    assert found_by_polars(pattern, texts) == [matcher(pattern)(text) for text in texts]


def lines_run(text: str, subject: str) -> int:
    """How many lines of the automaton a match runs: a measure of time that is the same on every machine."""
    matches = matcher(parsed(text))
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename == automaton.__file__ else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        matches(subject)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("text", ["(a*)*b", "(a+)+b", "a*a*a*a*b", "(a|a)*b", "(a?){30}a{30}", "[a-z]+[a-z0-9]*!"])
def test_time_is_linear_where_backtracking_is_not(text: str) -> None:
    short, long = (lines_run(text, "a" * length) for length in (2_000, 20_000))
    assert long - short <= 4 * 18_000


def test_time_is_linear_where_the_sets_of_steps_never_come_again() -> None:
    random = Random(7)
    short, long = (lines_run("(a|b)*a(a|b){40}", "".join(random.choices("ab", k=length))) for length in (500, 5_000))
    assert long < 10.5 * short


def test_what_is_kept_is_bounded_and_forgetting_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "CACHE", 300)
    random = Random(7)
    texts = ["".join(random.choices("ab", k=50)) for _ in range(200)]
    pattern = parsed("(a|b)*a(a|b){9}")
    kept = automaton.Automaton(pattern.tree)
    assert [kept.matches(text) for text in texts] == found_by_python(pattern, texts)
    assert sum(1 + len(state.steps) + len(state.moves) for state in kept._states.values()) < 350


def test_threads_share_a_matcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "CACHE", 300)
    random = Random(7)
    texts = ["".join(random.choices("ab", k=50)) for _ in range(2_000)]
    pattern = parsed("(a|b)*a(a|b){9}")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(matcher(pattern), texts))
    assert answers == found_by_python(pattern, texts)
