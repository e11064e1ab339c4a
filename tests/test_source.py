from __future__ import annotations

import pickle

from eduplan_rules.errors import Diagnostic, did_you_mean, render_diagnostics
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar, Source, Span


def test_lines_and_columns_begin_at_one() -> None:
    source = Source("rules/x.yaml", "a\r\n中文b\rc\n")
    assert [source.place(offset) for offset in (0, 3, 5, 7, 9)] == [(1, 1), (2, 1), (2, 3), (3, 1), (4, 1)]
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["a", "中文b", "c", ""]


def test_a_byte_order_mark_is_no_character_of_the_text() -> None:
    source = Source("x", "\ufeffa: 中\n")
    value, _ = read_yaml(source)
    assert str(value["a"].span) == "x:1:4"


def test_a_span_is_printed_as_file_line_and_column() -> None:
    source = Source("rules/x.yaml", "a: 1\nb: 22\n")
    span = Span(source, 8, 10)
    assert (str(span), span.text, span.end_line, span.end_column) == ("rules/x.yaml:2:4", "22", 2, 6)


def test_a_scalar_survives_pickling_with_its_place() -> None:
    scalar = read_yaml(Source("x", 'a: "b\\n中c"\n'))[0]["a"]
    copy = pickle.loads(pickle.dumps(scalar))
    assert (copy, copy.span, copy.style, copy.place(2, 3)) == (scalar, scalar.span, "double", scalar.place(2, 3))


def test_a_place_beyond_the_end_is_the_end() -> None:
    source = Source("x", "abc")
    scalar = Scalar("abc", Span(source, 0, 3))
    assert scalar.place(3, 9) == Span(source, 3, 3)


def test_a_diagnostic_shows_both_places_with_wide_characters_counted_as_two() -> None:
    source = Source("rules/x.yaml", "require: 专职保安数 <= 校名\n")
    other = Source("rules/entities.yaml", "\n校名: {type: text}\n")
    diagnostic = Diagnostic(
        "type-mismatch",
        Wording("cannot compare Integer with Text", "整数与文本不能比较"),
        Span(source, 18, 20),
        instruction=Wording("compare it with a number", "请与数值比较"),
        also=(
            (Span(source, 9, 14), Wording("Integer", "整数")),
            (Span(other, 1, 3), Wording("declared here", "声明在此")),
        ),
        label=Wording("Text", "文本"),
    )
    assert render_diagnostics([diagnostic]) == (
        "rules/x.yaml:1:19: error[type-mismatch]: cannot compare Integer with Text\n"
        "  |\n"
        "1 | require: 专职保安数 <= 校名\n"
        "  |          ----------    ^^^^ Text\n"
        "  |          Integer\n"
        "  > rules/entities.yaml:2:1\n"
        "2 | 校名: {type: text}\n"
        "  | ---- declared here\n"
        "  = compare it with a number"
    )


def test_at_most_a_hundred_diagnostics_are_printed_by_place() -> None:
    source = Source("x", "\n" * 200)
    unknown = Wording("unknown key", "未知的键")
    diagnostics = [Diagnostic("unknown-key", unknown, Span(source, line, line)) for line in range(137)]
    printed = render_diagnostics(reversed(diagnostics))
    assert printed.splitlines()[0].startswith("x:1:1:")
    assert printed.endswith("\nand 37 more")
    assert printed.count("error[") == 100


def test_only_near_words_are_suggested() -> None:
    assert did_you_mean("titel", ["title", "until"]) == "title"
    assert did_you_mean("school-year", ["school_year"]) == "school_year"
    assert did_you_mean("pupils", ["guards", "students"]) is None
    assert did_you_mean("小学", ["大学", "中学"]) is None
    assert did_you_mean("", ["a"]) is None
