"""The layout of rule and case files, and names in one language: laws on generated files, the pack, the command."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eduplan_rules.cli.app import main
from eduplan_rules.language.resolve import resolve
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Mapping, Scalar, Sequence, Source
from eduplan_rules.tools.fmt.format import format_source
from eduplan_rules.tools.fmt.meaning import meaning
from eduplan_rules.tools.fmt.names import edited, rename
from eduplan_rules.tools.fmt.tree import read_tree
from pack import PACK
from strategies import rulebooks
from untidy import untidy, untidy_expression

SAID = (
    "a", "", " x", "x: y", "x #y", "- a", "~", "no", "1", "01", "2022-01-01", "a, b", "{a}", '"q" s', "it's", "a\\n",
    "学校：x", "for：school", "a\nb", "a\n\n  b\n", "\n", "a\n\n", "\t", "*a", "?", "@x", "x: ", "é\u2028x", "|",
)  # fmt: skip
BOOK_WORDS = ("rows", "about", "expect", "a", "b", "1", "x y", "", "<<", "no")


def laid_out(text: str) -> str:
    found = format_source(Source("x.yaml", text))
    assert isinstance(found, str), [str(each) for each in found]
    return found


def plain(tree: Any) -> Any:
    """Places aside, what YAML says: keys in their order."""
    if isinstance(tree, Mapping):
        return [(str(key), plain(value)) for key, value in tree.items()]
    if isinstance(tree, Sequence):
        return [(plain(value),) for value in tree]
    return str(tree) if isinstance(tree, Scalar) else tree


def comments(text: str) -> list[str]:
    return list(read_tree(Source("x.yaml", text)).comments())


# whatever is in a file


def trees(depth: int = 3) -> st.SearchStrategy[Any]:
    texts = st.one_of(st.sampled_from(SAID), st.text(max_size=8), st.text("ab \n#:,-{}[]'\"|>&*!%@`?~", max_size=8))
    texts = texts.filter(lambda text: not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\r]", text))
    return st.recursive(
        st.one_of(texts, st.none(), st.integers(), st.booleans()),
        lambda inner: st.one_of(
            st.dictionaries(st.sampled_from(BOOK_WORDS), inner, max_size=4), st.lists(inner, max_size=4)
        ),
        max_leaves=12,
    )


@settings(max_examples=200)
@given(st.data(), st.dictionaries(st.sampled_from(BOOK_WORDS), trees(), min_size=1, max_size=4))
def test_whatever_is_in_a_file_stays(data: st.DataObject, tree: dict[str, Any]) -> None:
    text, written = data.draw(untidy(tree))
    before, diagnostics = read_yaml(Source("x.yaml", text))
    assume(not diagnostics)
    after = laid_out(text)
    assert plain(read_yaml(Source("x.yaml", after))[0]) == plain(before), text
    assert comments(after) == written, text
    assert laid_out(after) == after, text


# rulebooks


@st.composite
def untidy_rulebooks(draw: Callable[..., Any]) -> tuple[str, list[str]]:
    """A rulebook written untidily, and its comments."""
    book = draw(rulebooks())
    for rule in book["rules"]:
        for key in ("require", "where", "due"):
            if isinstance(rule.get(key), str):
                rule[key] = draw(untidy_expression(rule[key]))
    text, written = draw(untidy(yaml.safe_load(yaml.safe_dump(book))))
    return text, written


def loaded(text: str) -> tuple[Any, Any]:
    """The model, and what its rules mean; and the diagnostics, without their places."""
    book, wrong = read_rulebook(Source("x.yaml", text))
    resolved, found = resolve(book)
    told = sorted((each.code, spelt(each.message)) for each in (*wrong, *found))
    model = {
        section: {name: said(each) for name, each in getattr(book, section).items()}
        for section in ("clauses", "entities", "parameters", "values", "rules")
    }
    return (model, told), meaning(resolved)


def said(item: Any) -> Any:
    """A definition without places."""
    if isinstance(item, Scalar):
        return spelt(item)
    if isinstance(item, dict):
        return [(str(key), said(value)) for key, value in item.items()]
    if isinstance(item, (list, tuple)):
        return [said(value) for value in item]
    if hasattr(item, "model_fields_set"):
        return [(name, said(value)) for name, value in item if name != "span"]
    return item


def spelt(text: str) -> str:
    """A text without spaces, and with plain signs."""
    for sign, plain_sign in zip("≥≤≠＜＞（），×％", (">=", "<=", "!=", *"<>(),*%"), strict=True):
        text = text.replace(sign, plain_sign)
    return re.sub(r"\s", "", text)


@settings(max_examples=40)
@given(untidy_rulebooks())
def test_the_loaded_rulebook_stays(written: tuple[str, list[str]]) -> None:
    text, told = written
    after = laid_out(text)
    assert loaded(after) == loaded(text)
    assert comments(after) == told
    assert laid_out(after) == after


# names


def labelled(draw: Callable[..., Any], book: dict[str, Any]) -> dict[str, Any]:
    """Labels for all that can have one: some are no names, some are shared with a parameter."""
    taken: set[str] = set()

    def label(name: str) -> dict[str, str]:
        found = draw(st.sampled_from([f"名_{name}", f"{name}的名", f"名称 {name}", "共名", "限", "且", "合计"]))
        if found in taken or (found == "且" and "." not in name):
            found = f"名_{name}"
        taken.add(found)
        return {"zh": found, "en": f"Label {name}"}

    for name, entity in book["entities"].items():
        taken = set()
        entity["label"] = label(name) | {"zh": f"体_{name}"}
        for field, declared in entity["fields"].items():
            declared["label"] = label(field)
            if declared["type"] == "choice":
                declared["choices"] = {choice: {"zh": f"选{choice}", "en": choice} for choice in declared["choices"]}
    taken = set()
    for name, declared in (*book["parameters"].items(), *book["values"].items()):
        declared["label"] = label(name)
    return book


@st.composite
def labelled_rulebooks(draw: Callable[..., Any]) -> str:
    book = labelled(draw, draw(rulebooks()))
    text: str = yaml.safe_dump(book, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def renamed(text: str, language: Any) -> str:
    source = Source("x.yaml", text)
    edits = rename([[source]], language)
    assert isinstance(edits, dict), [str(each) for each in edits]
    return edited(text, edits.get(source.name, []))


@settings(max_examples=20)
@given(labelled_rulebooks())
def test_other_names_mean_the_same(text: str) -> None:
    english = rename([[Source("x.yaml", text)]], "en")
    assume(isinstance(english, dict))
    assert isinstance(english, dict)
    before = laid_out(edited(text, english.get("x.yaml", [])))
    chinese = renamed(text, "zh")
    assert loaded(chinese)[1] == loaded(text)[1]
    assert renamed(chinese, "zh") == chinese
    assert laid_out(renamed(chinese, "en")) == before


# single layouts


LAYOUTS = {
    "signs and spaces in expressions": (
        "rules:\n- id: a.b\n  require: 专职保安数≥应配保安数（在校生数，-1）　且  x ＜ 85 ％\n",
        "rules:\n  - id: a.b\n    require: 专职保安数 >= 应配保安数(在校生数, -1) 且 x < 85%\n",
    ),
    "quotes go from an expression that needs none, and come to one that does": (
        "values:\n  a.b: {is: 'f(x, y)', unit: '%'}\n  a.c: {is: f(x，y)}\n  a.d:\n    is: 'f(x, y)'\n",
        'values:\n  a.b: {is: "f(x, y)", unit: "%"}\n  a.c: {is: "f(x, y)"}\n  a.d:\n    is: f(x, y)\n',
    ),
    "an expression with a mistake stays": (
        "values:\n  a.b:\n    is: 'x  ≥'\n  a.c:\n    is: x≥≥1\n",
        "values:\n  a.b:\n    is: 'x  ≥'\n  a.c:\n    is: x≥≥1\n",
    ),
    "expressions in messages, and braces that are none": (
        'rules:\n  - message: "{ a≥1 } {{b≥1}} {c d}"\n',
        'rules:\n  - message: "{a >= 1} {{b≥1}} {c d}"\n',
    ),
    "lines of a literal expression stay": (
        "values:\n  a.b:\n    is: |\n        a≥1\n          or  b\n",
        "values:\n  a.b:\n    is: |\n      a >= 1\n        or b\n",
    ),
    "a text that is typed by its quotes keeps them": (
        "parameters:\n  a:\n    values: {2021-01-01: 'x'}\n    note: 'x'\n    date: '2021-01-01'\n",
        'parameters:\n  a:\n    values: {2021-01-01: "x"}\n    note: x\n    date: "2021-01-01"\n',
    ),
    "one blank line between rules and sections": (
        "language: 1\nentities: {a: {key: x}}\n\n\n\nrules:\n\n- id: a.b\n  x: 1\n- id: a.c\n  x: 1\n",
        "language: 1\n\nentities:\n  a:\n    key: x\n\nrules:\n  - id: a.b\n    x: 1\n\n  - id: a.c\n    x: 1\n",
    ),
    "comments stay where they are": (
        (
            "# top\n\n# of a\na:  # at a\n    # of b\n    b: [1,  # one\n      2]   # list\n    # below a\n# of c\n"
            "c: |  # at c\n  x # no comment\n# end"
        ),
        (
            "# top\n\n# of a\na:  # at a\n  # of b\n  b:\n    - 1  # one\n    - 2\n    # list\n  # below a\n# of c\n"
            "c: |  # at c\n  x # no comment\n# end\n"
        ),
    ),
    "anchors and aliases": (
        "a:\n b: &x {b: 1}\n c: [*x, &y 1, *y]\n d:\n - &z\n   e: 1\n - *z\n",
        "a:\n  b: &x {b: 1}\n  c: [*x, &y 1, *y]\n  d:\n    - &z\n      e: 1\n    - *z\n",
    ),
    "what is too long for a line": (
        f"a: {{b: [{'甲' * 40}], c: {'x' * 40}}}\n",
        f"a:\n  b: [{'甲' * 40}]\n  c: {'x' * 40}\n",
    ),
    "spaces at the end of a literal expression go": (
        "values:\n  a.b:\n    is: |\n      a≥1  \n      or  b   \n",
        "values:\n  a.b:\n    is: |\n      a >= 1\n      or b\n",
    ),
    "a comment behind or below an empty dash is about the item of that dash": (
        (
            "rules:\n- # first\n  id: a.b\n  x: 1\n-\n  # second\n  id: a.c\n  x: 1\n  # below\n"
            "- # third\n  # more\n  id: a.d\n"
        ),
        (
            "rules:\n  # first\n  - id: a.b\n    x: 1\n\n  # second\n  - id: a.c\n    x: 1\n    # below\n\n"
            "  # third\n  # more\n  - id: a.d\n"
        ),
    ),
    "nothing but comments": ("\n\n# a\n\n\n#b  ", "# a\n\n#b\n"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_one_layout(name: str) -> None:
    before, after = LAYOUTS[name]
    assert laid_out(before) == after
    assert laid_out(after) == after


def test_the_pack_says_the_same_in_its_layout_and_with_other_names() -> None:
    layer = [Source(path.name, path.read_text("utf-8")) for path in sorted(PACK.glob("*.yaml"))]
    neat = [Source(source.name, laid_out(source.text)) for source in layer]
    assert [laid_out(source.text) for source in neat] == [source.text for source in neat]
    before, after = ([source for source in each if not source.name.endswith(".cases.yaml")] for each in (layer, neat))
    edits = rename([before], "zh")
    assert isinstance(edits, dict)
    assert sum(map(len, edits.values())) > 1000
    chinese = [Source(each.name, edited(each.text, edits.get(each.name, []))) for each in before]
    meant = [meaning(resolve(read_rulebook(each)[0])[0]) for each in (before, after, chinese)]
    assert meant[0] == meant[1] == meant[2]


NAMES = {
    "x between 1 and 2 and not (y in [1]) or z not in [2]": "x 介于 1 与 2 且 非 (y 属于 [1]) 或 z 不属于 [2]",
    "a is not missing and a is missing": "a 不为空 且 a 为空",
    "sum(保安 for school where 保安 > 1 over last 1 year skip missing) > 0": (
        "合计(专职保安数 于 学校 其中 专职保安数 > 1 近 1 年 略过空值) > 0"
    ),
    "day + 1 month < period": "核算日 + 1 个月 < 期末",
    'stage in ["primary", "junior"]': '学段 属于 ["小学", "junior"]',
    "limit_of(stage) > twin": "限额(学段) > twin",
    "count(school) > county.people": "计数(学校) > 县.人口",
}
BOOK = """
entities:
  county:
    label: {zh: 县, en: County}
    key: c
    fields: {c: {type: text}, people: {type: integer, label: {zh: 人口, en: People}}}
  school:
    label: {zh: 学校, en: School}
    key: s
    period: year
    belongs_to: {county: c}
    fields:
      s: {type: text}
      c: {type: text}
      guards: {type: integer, label: {zh: 专职保安数, en: Guards}, aliases: [保安]}
      stage:
        {type: choice, label: {zh: 学段, en: Stage}, choices: {primary: {zh: 小学, en: p}, junior: {zh: 初 中, en: j}}}
      twin: {type: integer, label: {zh: 两可, en: Twin}}
      x: {type: integer}
      y: {type: integer}
      z: {type: integer}
      a: {type: integer, blank: none}
parameters:
  both: {value: 1, label: {zh: 两可, en: Both}}
  limit_of: {by: [stage], value: {primary: 1, junior: 2}, label: {zh: 限额, en: Limit}}
rules:
  - {id: a.b, title: t, for: school, require: REQUIRE}
"""


@pytest.mark.parametrize("expression", NAMES)
def test_names_and_words_of_a_language(expression: str) -> None:
    quoted = "'" + expression + "'"
    chinese = renamed(BOOK.replace("REQUIRE", quoted), "zh")
    assert f"require: '{NAMES[expression]}'" in chinese
    back = renamed(chinese, "en").replace("保安", "guards")
    assert f"require: '{expression.replace('保安', 'guards')}'" in back


# the command


RULES = "rules:\n- id: a.b\n  for: school\n  require: a≥1\n"
NEAT = "rules:\n  - id: a.b\n    for: school\n    require: a >= 1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDUPLAN_RULES_RAISE", "1")
    monkeypatch.setenv("LANG", "en")
    return tmp_path


def test_files_of_a_folder_are_laid_out_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_bytes(b"\xef\xbb\xbf" + RULES.replace("\n", "\r\n").encode())
    (folder / "a.cases.yaml").write_text("cases:\n- name: x\n", "utf-8")
    (folder / "other.yaml").write_text("services:\n- x\n", "utf-8")
    (folder / "a.yaml").chmod(0o640)
    assert main(["fmt", "--check"]) == 1
    assert capsys.readouterr().out == "not laid out: a.cases.yaml\nnot laid out: a.yaml\n2 of 2 files would change\n"
    assert main(["fmt", "--check", "a.yaml"]) == 1
    assert capsys.readouterr().out == "not laid out: a.yaml\n1 of 1 file would change\n"
    assert main(["fmt"]) == 0
    assert (folder / "a.yaml").read_bytes() == NEAT.encode()
    assert (folder / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert (folder / "other.yaml").read_text("utf-8") == "services:\n- x\n"
    assert main(["fmt", "--check"]) == 0
    assert sorted(each.name for each in folder.iterdir()) == ["a.cases.yaml", "a.yaml", "other.yaml"]


def test_a_difference_is_shown_and_nothing_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_text(RULES, "utf-8")
    assert main(["fmt", "a.yaml", "--diff"]) == 0
    assert "-  require: a≥1\n" in (shown := capsys.readouterr().out)
    assert "+    require: a >= 1\n" in shown
    assert main(["fmt", "a.yaml", "--diff", "--check"]) == 1
    assert (folder / "a.yaml").read_text("utf-8") == RULES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: [a\n", "a.yaml:1:8: error[yaml-syntax]: this bracket is never closed"),
        (
            "rules:\n- {id: a.b, require: f(a, b)}\n",
            "error[quote-this-expression]: YAML ends this expression at its comma",
        ),
        ("rules: 1\nrules: 2\n", "error[duplicate-key]"),
    ],
)
def test_a_file_with_a_mistake_is_left_alone(
    text: str, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yaml").write_text(text, "utf-8")
    (folder / "b.yaml").write_text(RULES, "utf-8")
    assert main(["fmt", "."]) == 2
    assert told in capsys.readouterr().err
    assert (folder / "a.yaml").read_text("utf-8") == text
    assert (folder / "b.yaml").read_text("utf-8") == NEAT


def test_a_file_that_is_no_utf_8_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yaml").write_bytes("rules: 规则".encode("gbk"))
    assert main(["fmt", "a.yaml"]) == 2
    assert "a.yaml:1:8: error[not-utf-8]" in capsys.readouterr().err


def test_wrong_usage_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "nowhere"]) == 2
    assert capsys.readouterr().err == "error: there is no file or folder `nowhere`\n"
    assert main(["fmt"]) == 2
    assert capsys.readouterr().err == "error: found no rule or case files in .\n"


def test_names_need_the_whole_rulebook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "base").mkdir()
    (folder / "base" / "a.yaml").write_text(BOOK.replace("REQUIRE", "guards > 1"), "utf-8")
    own = "rules:\n  - {id: a.c, title: t, for: school, require: guards > 2}\n"
    (folder / "own.yaml").write_text(own, "utf-8")
    assert main(["fmt", "own.yaml", "--names", "zh"]) == 2
    assert "--names needs a whole rulebook" in capsys.readouterr().err
    assert (folder / "own.yaml").read_text("utf-8") == own
    assert main(["fmt", "own.yaml", "--names", "zh", "--rules", "base", "--rules", "own.yaml"]) == 0
    assert "require: 专职保安数 > 2" in (folder / "own.yaml").read_text("utf-8")
    assert "guards > 1" in (folder / "base" / "a.yaml").read_text("utf-8")
