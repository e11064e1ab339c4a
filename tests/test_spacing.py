"""Spaces where pieces of a Chinese sentence meet."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduplan_rules.spacing import filled, joined

TEXTS = st.text("甲校缺名，。（）“”abZ019 -%/.(", max_size=6)


@pytest.mark.parametrize(
    ("pieces", "sentence"),
    [
        (("甲校", " 缺 ", "2", " 名"), "甲校缺 2 名"),
        (("甲校", "缺", "2", "名"), "甲校缺 2 名"),
        (("A1", "缺", "-2", "名"), "A1 缺 -2 名"),
        (("差 ", "***"), "差 ***"),
        (("共 ", "2", "，", "其中", "甲校"), "共 2，其中甲校"),
        (("日期（ ", "2022-12-31", " ）"), "日期（2022-12-31）"),
        (("占", "95", "%", "以上"), "占 95%以上"),
        (("占", "95", "% 以上"), "占 95% 以上"),
        (("文号：", "甲教〔2020〕8号", "已作废"), "文号：甲教〔2020〕8号已作废"),
        (("", "甲校", "", " 缺"), "甲校缺"),
        (("2 人", "/", "班"), "2 人/班"),
    ],
)
def test_pieces_meet_with_one_space_or_none(pieces: tuple[str, ...], sentence: str) -> None:
    assert joined(pieces) == sentence


def test_a_template_is_filled_by_the_same_rule() -> None:
    assert filled("应不低于{required}（{bound}）", {"required": "3 人", "bound": "标准"}) == "应不低于 3 人（标准）"
    assert filled("应为{value}", {"value": "小学"}) == "应为小学"


@given(st.lists(TEXTS))
def test_only_spaces_where_pieces_meet_are_changed(pieces: list[str]) -> None:
    sentence = joined(pieces)
    assert sentence.replace(" ", "") == "".join(pieces).replace(" ", "")
    inside = [re.escape(piece.strip(" ")) for piece in pieces if piece.strip(" ")]
    assert re.fullmatch(" *" + " *".join(inside) + " *", sentence)
