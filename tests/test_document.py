from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.source import Mapping, Scalar, Sequence, Source


def read(text: str) -> object:
    value, diagnostics = read_yaml(Source("x.yaml", text))
    assert diagnostics == []
    return value


def expression(text: str) -> Scalar:
    value = read(text)
    assert isinstance(value, Mapping)
    scalar = value["require"]
    assert isinstance(scalar, Scalar)
    return scalar


@pytest.mark.parametrize("text", ["no", "on", "8:30", "010", "3.10", "1_000", "2021-12-31", "0x1F", "true", ".inf"])
def test_plain_scalars_stay_the_text_that_was_written(text: str) -> None:
    assert read(f"a: {text}\n") == {"a": text}


@pytest.mark.parametrize("text", ["~", "null", ""])
def test_nothing_is_none(text: str) -> None:
    assert read(f"a: {text}\n") == {"a": None}


def test_quoted_words_are_texts() -> None:
    assert read("a: '~'\nb: \"null\"\nc: ''\n") == {"a": "~", "b": "null", "c": ""}


def test_keys_are_scalars_even_where_they_look_empty() -> None:
    value = read("{~: 1, no: 2, 2021-01-01: 3}")
    assert isinstance(value, Mapping)
    assert [(key, type(key)) for key in value] == [("~", Scalar), ("no", Scalar), ("2021-01-01", Scalar)]


def test_collections_know_their_places() -> None:
    value = read("rules:\n  - {id: a}\n  - id: b\n    for: c\n\n# end\nmore: [x,\n  y]\n")
    assert isinstance(value, Mapping)
    rules, more = value["rules"], value["more"]
    assert isinstance(rules, Sequence)
    assert [each.span.text for each in (rules[0], more)] == ["{id: a}", "[x,\n  y]"]
    assert (rules[1].span.line, rules[1].span.column) == (3, 5)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("require: guards >= 专职", "plain"),
        ("require: guards\n  >=\n\n   专职", "plain"),
        ("require: 'guards >= ''x'' + 专职'", "single"),
        ("require: 'guards\n   >= ''x'' + 专职'", "single"),
        ('require: "guards \\" \\x41 \\u4e2d \\U00004e2d\\n >= 专职"', "double"),
        ('require: "guards \\\n   >= \\\\ 专职"', "double"),
        ("require: |\n  guards\n    >=\n\n  专职\n", "literal"),
        ("require: |2-  # why\n    guards\n   >= 专职\n", "literal"),
        ("require: >\n  guards\n  >=\n\n  专职\n", "folded"),
        ("require: &a   'guards >= 专职'", "single"),
        ("require: |\r\n  guards\r\n  >=\r\n  专职\r\n", "literal"),
    ],
)
def test_every_character_is_blamed_at_its_own_place(text: str, style: str) -> None:
    scalar = expression(text)
    assert scalar.style == style
    for word in ("guards", ">=", "专职"):
        start = scalar.index(word)
        place = scalar.place(start, start + len(word))
        assert (place.text, place.start) == (word, text.index(word))


def test_an_escape_is_blamed_as_it_was_written() -> None:
    scalar = expression('require: "a \\u4e2d \\" b"')
    assert [scalar.place(offset, offset + 1).text for offset in (2, 4)] == ["\\u4e2d", '\\"']
    assert expression("require: 'a = ''b'''").place(4, 7).text == "''b''"


def test_aliases_give_the_same_value_at_the_same_place() -> None:
    value = read("a: &x {b: 1}\nc: *x\n")
    assert isinstance(value, Mapping)
    assert value["c"] is value["a"]


def test_a_file_without_content_is_none() -> None:
    assert read("") is None
    assert read("# nothing\n") is None


@given(st.text(alphabet=st.sampled_from(list("ab中\"'\\ \n\t:#-|>&*{}[],0?!%@~\x85\u2028\ufeff")), max_size=60))
def test_any_text_is_a_tree_or_a_diagnostic(text: str) -> None:
    value, diagnostics = read_yaml(Source("x.yaml", text))
    assert value is not None or len(diagnostics) <= 1
    for diagnostic in diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.span.source.text)


@given(st.text(alphabet=st.sampled_from(list("ab中\"'\\ \n\t:#-_é\u3000😀")), max_size=30), st.sampled_from(["'", '"']))
def test_places_rise_and_stay_inside_the_quotes(text: str, quote: str) -> None:
    written = text.replace("'", "''") if quote == "'" else text.replace("\\", "\\\\").replace('"', '\\"')
    value, diagnostics = read_yaml(Source("x.yaml", f"a: {quote}{written}{quote}\n"))
    if not diagnostics and isinstance(value, Mapping):
        scalar = value["a"]
        assert list(scalar.offsets) == sorted(scalar.offsets)
        assert scalar.span.start < scalar.offsets[0]
        assert scalar.offsets[-1] < scalar.span.end
