"""What a rulebook says twice, says for nobody, or does not say.

In: a resolved rulebook and the rules that cases are about. Out: advice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from eduplan_rules.language import expressions
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.scope import Context
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.rulebook.model import Rule, Rulebook
from eduplan_rules.tools.alike import shape
from eduplan_rules.tools.changes import trees_of
from eduplan_rules.tools.lint.advice import Advice

_CHINESE = re.compile("[\u3400-\u9fff]")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def value_trees(resolved: Resolved) -> dict[str, Typed]:
    """Every derived value's tree, whether or not a rule reads it."""
    context = Context(resolved.book, resolved.parameters, lambda diagnostic: None)
    return {name: expressions.resolve_value(name, context) for name in resolved.book.values}


def rule_advice(rule: Rule, tried: Collection[str] | None) -> Iterator[Advice]:
    """What a rule lacks; `tried` names the rules that cases are about, None where that is not known."""
    gaps: dict[str, object] = {"rule": rule.id}
    if tried is not None and rule.id not in tried and not rule.off:
        beside = PurePosixPath(rule.id.span.source.name)
        gaps["file"] = beside.with_suffix(f".cases{beside.suffix or '.yaml'}").name
        yield Advice("rule-without-case", rule.id.span, str(rule.id), gaps)
    if rule.owner is None:
        yield Advice("rule-without-owner", rule.id.span, str(rule.id), gaps)


def texts_in_one_language(book: Rulebook) -> Iterator[Advice]:
    """Titles, owners and messages with one text for readers of both languages.

    Chinese letters are never English; what has none may be meant for both, unless other texts come in both.
    """
    texts = [(rule, part, words) for rule in book.rules.values() for part, words in _texts(rule)]
    both = any(len(set(words.values())) > 1 for _, _, words in texts)
    for rule, part, words in texts:
        text = next(iter(words.values()))
        if any(each is not text for each in words.values()) or text == rule.id:
            continue
        chinese = _CHINESE.search(text) is not None
        if chinese or len(words) == 1 or (both and any(map(str.isalpha, _PLACEHOLDER.sub("", text)))):
            written = "zh" if chinese else "en"
            lacking = "en" if (written if len(words) > 1 else next(iter(words))) == "zh" else "zh"
            gaps: dict[str, object] = {
                "rule": rule.id,
                "part": (f"part-{part}", {}),
                "key": part,
                "lacking": (f"language-{lacking}", {}),
            }
            hint = "message-in-one-language" if part == "message" else "text-in-one-language"
            yield Advice("message-in-one-language", text.span, str(rule.id), gaps, hint)


def _texts(rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in ("title", "owner", "message"):
        words = getattr(rule, part)
        if words:
            yield part, words


def unused(resolved: Resolved) -> Iterator[Advice]:
    """Parameters and values that nothing reads."""
    values = value_trees(resolved)
    trees = [tree for rule in resolved.rules.values() for tree in trees_of(rule)]
    read = {node.data for tree in trees for node in tree.walk() if node.op == "parameter"}
    used = {".".join(node.data) for tree in trees for node in tree.walk() if node.op == "value"}
    for tree in values.values():
        read |= {node.data for node in tree.walk() if node.op == "parameter"}
        used |= {".".join(node.data) for node in tree.walk() if node.op == "value"}
    for name, parameter in resolved.book.parameters.items():
        if name not in read:
            yield Advice("unused-parameter", parameter.id.span, name, {"name": name})
    for name, value in resolved.book.values.items():
        if name not in used:
            yield Advice("unused-value", value.id.span, name, {"name": name})


def same_conditions(resolved: Resolved) -> Iterator[Advice]:
    """Rules that ask the same of the same rows at the same time."""
    first: dict[Hashable, list[ResolvedRule]] = {}
    for rule in resolved.rules.values():
        if rule.rule.off:
            continue
        asked = (str(rule.entity.id), rule.rule.every, shape(rule.where), shape(rule.require))
        known = first.setdefault(asked, [])
        twin = next((each for each in known if _together(each.rule, rule.rule)), None)
        known.append(rule)
        if twin is not None:
            gaps = {"rule": rule.rule.id, "other": twin.rule.id}
            also = ((twin.rule.id.span, "same-condition-there"),)
            yield Advice("same-condition", rule.rule.id.span, str(rule.rule.id), gaps, also=also)


def _together(one: Rule, other: Rule) -> bool:
    """Whether there is a day on which both hold."""
    begins = max(one.since or date.min, other.since or date.min)
    return begins <= min(one.until or date.max, other.until or date.max)
