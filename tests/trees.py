"""Hypothesis strategies for trees of expressions, well-typed or not, as the grammar can write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from eduplan_rules.language import expr as ast
from eduplan_rules.source import Span

WORDS = [
    "guards",
    "stage",
    "school",
    "county",
    "drill",
    "专职保安数",
    "_x",
    "é",
    "x1",
    "isle",
    "fortune",
    "notes",
    "andy",
    "非义务",
]
FUNCTION_WORDS = ["round", "min", "if", "coalesce", "previous", "rises", "share", "count", "f", "四舍五入", "占比"]


def trees(
    span: Span, words: Sequence[str] = WORDS, functions: Sequence[str] = FUNCTION_WORDS
) -> st.SearchStrategy[ast.Expr]:
    """Trees that the grammar can write, well-typed or not."""
    digits = st.one_of(st.integers(0, 10**9).map(str), st.decimals(0, 10**6, places=3).map(str))
    dots = st.lists(st.sampled_from(words), min_size=1, max_size=3)
    names = st.one_of(dots, dots.map(lambda parts: ["this", *parts])).map(
        lambda parts: ast.Name(tuple(parts), span=span)
    )
    texts = st.one_of(
        st.text(max_size=6), st.sampled_from(['"', "\\", "\\n", "“x”", "a\nb", "'", "\t#: ", "%", '\\"', "\\\\"])
    )
    leaves = st.one_of(
        names,
        names,
        st.builds(ast.Number, digits, st.booleans(), span=st.just(span)),
        st.builds(ast.Text, texts, span=st.just(span)),
        st.builds(ast.Boolean, st.booleans(), span=st.just(span)),
        st.builds(ast.Day, st.dates(date(1000, 1, 1)), span=st.just(span)),
        st.builds(ast.Duration, st.integers(0, 999), st.sampled_from(["days", "months", "years"]), span=st.just(span)),
        st.just(ast.Missing(span=span)),
    )

    def larger(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
        several = st.lists(inner, max_size=3).map(tuple)
        operators = st.sampled_from([*ast.COMPARISONS, "and", "or", "+", "-", "*", "/"])
        place = {"span": st.just(span), "name_span": st.just(span)}
        over = st.one_of(
            st.none(), st.just("ever"), st.builds(ast.Duration, st.integers(1, 9), st.just("years"), span=st.just(span))
        )
        short = st.lists(st.sampled_from(words), min_size=1, max_size=1).map(
            lambda parts: ast.Name(tuple(parts), span=span)
        )
        aggregate = st.builds(
            ast.Aggregate,
            st.sampled_from(functions),
            several,
            short,
            st.one_of(st.none(), inner),
            over,
            st.one_of(st.none(), short),
            st.booleans(),
            **place,
        ).map(
            lambda each: (
                each if each.args or each.where or each.weight or each.skip_missing else replace(each, over="ever")
            )
        )
        return st.one_of(
            st.builds(ast.Binary, operators, inner, inner, span=st.just(span)),
            st.builds(ast.Binary, operators, inner, inner, span=st.just(span)),
            st.builds(ast.Unary, st.sampled_from(["not", "-"]), inner, span=st.just(span)),
            st.builds(ast.Between, inner, inner, inner, span=st.just(span)),
            st.builds(ast.IsMissing, inner, st.booleans(), span=st.just(span)),
            st.builds(ast.Items, several, span=st.just(span)),
            st.builds(ast.Call, st.sampled_from(functions), several, **place),
            aggregate,
        )

    return st.recursive(leaves, larger, max_leaves=12)
