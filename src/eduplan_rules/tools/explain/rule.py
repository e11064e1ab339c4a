"""A rule in plain sentences, in Chinese and English, made from the rule itself.

In: a rulebook without mistakes, the id of a rule, a day. Out: an `Explanation`, plain data in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.naming import called
from eduplan_rules.compiler.steps import counts_events
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, ResolvedRule, Typed
from eduplan_rules.rulebook.model import Clause, Field, Reference, Rulebook, Value
from eduplan_rules.tools.explain import standard
from eduplan_rules.tools.explain.phrase import clause, conditions, grouped, noun, together
from eduplan_rules.tools.explain.voice import Voice, with_article
from eduplan_rules.tools.words import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")
FORMAT = "eduplan_rules.explanation/1"
#: conditions that all must hold and are told one a line
_LISTED = 3

Words = dict[Language, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One of several conditions: a member of a quorum, or one side of an `and`."""

    id: str | None
    title: Words | None
    text: Words
    #: for whom, where not for all
    where: Words | None


@dataclass(frozen=True, slots=True)
class Standard:
    """A parameter that the rule reads, on the day."""

    parameter: str
    label: Words
    text: Words
    since: date | None
    unverified: bool
    source: tuple[Reference, ...]
    #: the source as a sentence has it
    cited: Words
    later: Words | None


@dataclass(frozen=True, slots=True)
class Definition:
    """A derived value, or a word, that the sentences use; `value` is where it stands in the rulebook."""

    value: str | None
    text: Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule in sentences by language."""

    rule: str
    as_of: date
    title: Words
    off: bool
    about: Words
    requirement: Words
    items: tuple[Item, ...]
    #: in which period it is judged, and what is said while that still runs
    judged: Words
    in_force: Words | None
    due: Words | None
    standards: tuple[Standard, ...]
    definitions: tuple[Definition, ...]
    clause: Clause | None
    #: the clause as a sentence has it
    clause_cited: Words | None
    source: tuple[Reference, ...]
    #: the sources as a sentence has them
    cited: Words | None
    owner: Words | None
    severity: str
    nature: str
    weight: Words


@dataclass(frozen=True, slots=True)
class _Told:
    """What all parts of an explanation are made from."""

    resolved: Resolved
    rule: ResolvedRule
    voices: dict[Language, Voice]

    def words(self, tell: Callable[[Voice], str]) -> Words:
        """A text in each language."""
        return {language: _sentence(tell(voice)) for language, voice in self.voices.items()}

    def piece(self, tell: Callable[[Voice], str]) -> Words:
        """A piece of a text in each language."""
        return {language: tell(voice) for language, voice in self.voices.items()}

    @property
    def nodes(self) -> list[Typed]:
        """Every node of the rule's trees, those of derived values included."""
        return [node for tree in self.rule.expressions() for node in tree.walk()]


def explain_rule(book: Rulebook, rule: str, *, as_of: date) -> Explanation:
    """Explain a rule on a day. Raises KeyError for an id that the rulebook does not have."""
    resolved = resolved_rulebook(book)
    found = resolved.rules[rule]
    told = _Told(resolved, found, {language: _voice(resolved, found, as_of, language) for language in LANGUAGES})
    definitions = tuple(_definitions(told))
    requirement, items = _requirement(told)
    standards = tuple(_standards(told, as_of))
    written = found.rule
    unverified = any(each.unverified for each in standards)
    plan = book.clauses.get(written.clause) if written.clause is not None else None
    about, in_force = _about(told), _in_force(told)
    due = None if found.due is None else told.words(lambda voice: voice.say("due", day=noun(_there(found.due), voice)))
    words = [about, requirement, *(item.text for item in items), *([] if due is None else [due])]
    words += [each.text for each in definitions]
    return Explanation(
        rule,
        as_of,
        _both(written.title),
        written.off,
        about,
        requirement,
        items,
        _judged(told),
        in_force,
        due,
        standards,
        (*definitions, *_terms(told, words)),
        plan,
        None if plan is None else _clause(told, plan),
        written.source,
        told.piece(lambda voice: _cited(written.source, voice)) if written.source else None,
        None if written.owner is None else _both(written.owner),
        written.severity,
        written.nature,
        told.words(
            lambda voice: voice.say(
                "weight",
                severity=voice.say(written.severity),
                nature=voice.say(written.nature),
                doubt=voice.say("weight-doubt") if unverified and written.severity == "error" else "",
            )
        ),
    )


def _there(node: Typed | None) -> Typed:
    assert node is not None
    return node


def _both(texts: dict[str, str]) -> Words:
    return {language: str(texts[language]) for language in LANGUAGES}


def _voice(resolved: Resolved, rule: ResolvedRule, as_of: date, language: Language) -> Voice:
    entity = rule.entity
    kind = rule.rule.every or (None if entity.period is None else entity.period.is_)
    sought: dict[str, Field] = {}
    for node in (node for tree in rule.expressions() for node in tree.walk()):
        if node.op in ("in", "not in") and node.args[1].op == "parameter" and node.args[0].type.kind == "choice":
            fields = [each.data for each in node.args[0].walk() if each.op == "field"]
            found = [resolved.book.entities[owner].fields[name] for owner, name in fields]
            sought.update((str(node.args[1].data), field) for field in found[:1])
    return Voice(resolved.book, resolved.parameters, language, as_of, entity, kind, sought)


def _sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


# parts


def _about(told: _Told) -> Words:
    rule = told.rule

    def tell(voice: Voice) -> str:
        where = None if rule.where is None else clause(rule.where, voice)
        often = voice.say("each-of-them") if voice.kind is None else voice.say("every", kind=voice.say(voice.kind))
        if where is None:
            return voice.say("about-all", each=voice.each(rule.entity), often=often)
        name = "about-where-listed" if voice.language == "zh" and "，" in where else "about-where"
        return voice.say(name, one=voice.one(rule.entity), where=where, often=often)

    return told.words(tell)


def _requirement(told: _Told) -> tuple[Words, tuple[Item, ...]]:
    require = told.rule.require
    if isinstance(require, ResolvedBody):
        return _body(told, require), tuple(_member(told, member) for member in require.members)
    if require.op == "and":
        parts = list(conditions(require))
        sides = {language: list(together(parts, "and", voice, "must")) for language, voice in told.voices.items()}
        if all(len(side) >= _LISTED for side in sides.values()) and len({len(side) for side in sides.values()}) == 1:
            pairs = zip(*(sides[language] for language in LANGUAGES), strict=True)
            items = [
                Item(None, None, {name: _sentence(text) for name, text in zip(LANGUAGES, pair, strict=True)}, None)
                for pair in pairs
            ]
            return told.words(lambda voice: voice.say("body-all", count=len(items))), tuple(items)
    return told.words(lambda voice: voice.say("full-stop", text=clause(require, voice, "must"))), ()


def _body(told: _Told, body: ResolvedBody) -> Words:
    def tell(voice: Voice) -> str:
        name = "body-one" if len(body.members) == 1 else f"body-{body.kind}"
        if (name, len(body.members)) == ("body-all", 2):
            name = "body-both"
        if body.floor is None:
            return voice.say(name, count=len(body.members), least=body.at_least)
        return voice.say("body-floor", count=len(body.members), least=body.at_least, floor=noun(body.floor, voice))

    return told.words(tell)


def _member(told: _Told, member: ResolvedMember) -> Item:
    written, where = member.member, member.where
    return Item(
        None if written.id is None else str(written.id),
        None if written.title is None else _both(written.title),
        told.words(lambda voice: clause(member.condition, voice, "must")),
        None if where is None else told.piece(lambda voice: voice.say("member-where", where=grouped(where, voice))),
    )


def _judged(told: _Told) -> Words:
    """In which period the rule is judged, and what is said while that still runs."""
    rule = told.rule
    whole = rule.rule.every is not None or counts_events(told.nodes)

    def tell(voice: Voice) -> str:
        if voice.kind is None:
            return voice.say("judged-event" if rule.entity.day is not None else "judged-today")
        return voice.say("judged-whole" if whole else "judged-last", kind=voice.say(voice.kind))

    return told.words(tell)


def _in_force(told: _Told) -> Words | None:
    """From when to when the rule speaks, and in which part of a subject's life."""
    rule = told.rule.rule

    def bound(voice: Voice, word: str, day: date | None, parameter: Any) -> list[str]:
        if day is None:
            return []
        names = [str(node.data) for node in told.rule.bounds if node.text == parameter]
        shown = str(day)
        if names:
            name = voice.name(told.resolved.book.parameters[names[0]])
            shown = voice.say("with-notes", name=name, notes=shown)
        return [voice.say(word, day=shown)]

    def tell(voice: Voice) -> str:
        parts = bound(voice, "since", rule.since, rule.since_parameter)
        parts += bound(voice, "until", rule.until, rule.until_parameter)
        life = [
            "" if name is None else voice.name(told.rule.entity.fields[str(name)]) for name in told.rule.entity.life
        ]
        if all(life):
            parts.append(voice.say("life", opened=life[0], closed=life[1]))
        elif any(life):
            parts.append(voice.say("life-opened" if life[0] else "life-closed", day=life[0] or life[1]))
        return voice.say("sentence-gap").join(map(_sentence, parts))

    words = told.words(tell)
    return words if all(words.values()) else None


def _definitions(told: _Told) -> Iterator[Definition]:
    """The derived values that the rule reads, from those it names to those that they read."""
    for data, node in {node.data: node for node in told.nodes if node.op == "value"}.items():
        yield _definition(told, told.resolved.book.values[".".join(data)], node.args[0])


def _definition(told: _Told, value: Value, inner: Typed) -> Definition:
    owner = told.resolved.book.entities[value.owner]

    def tell(voice: Voice) -> str:
        speaker = voice if owner.id == voice.entity.id else voice.of(owner)
        own = name = speaker.name(value)
        if speaker is not voice:
            one = voice.one(owner)
            name = voice.say("of-an-entity", name=own, entity=with_article(one) if voice.language == "en" else one)
        if inner.type.kind == "boolean":
            return voice.say("means", name=name, text=clause(inner, speaker))
        text = noun(inner, speaker)
        return voice.say("is", name=name, text=voice.say("the-standard", text=text) if text.startswith(own) else text)

    return Definition(f"{value.owner}.{value.id}", told.words(tell))


def _terms(told: _Told, words: list[Words]) -> Iterator[Definition]:
    """Words of the sentences that need a definition."""
    voice = told.voices["en"]
    if voice.kind is not None and any(voice.say("reckoning") in text["en"].lower() for text in words):
        kind = voice.kind
        yield Definition(None, told.words(lambda voice: voice.say("reckoning-means", kind=voice.say(kind))))


def _standards(told: _Told, day: date) -> Iterator[Standard]:
    reads: dict[str, list[Typed]] = {}
    for node in told.nodes:
        if node.op == "parameter":
            reads.setdefault(str(node.data), []).append(node)
    for name, nodes in reads.items():
        yield _standard(told, told.resolved.parameters[name], nodes, day)


def _standard(told: _Told, table: ParameterTable, reads: list[Typed], day: date) -> Standard:
    entry = table.entry_on(day)
    source = () if entry is None else standard.sources_of(entry, reads)
    later = {language: standard.later_values(table, day, reads, voice) for language, voice in told.voices.items()}
    return Standard(
        str(table.parameter.id),
        _both(called(table.parameter)),
        told.piece(lambda voice: standard.values_on(table, day, reads, voice)),
        None if entry is None else entry.since,
        entry is not None and standard.is_doubtful(entry, reads),
        source,
        told.piece(lambda voice: _cited(source, voice)),
        {language: text for language, text in later.items() if text is not None} or None,
    )


def _cited(source: tuple[Reference, ...], voice: Voice) -> str:
    return voice.say("semicolon").join(standard.reference(each, voice) for each in source)


def _clause(told: _Told, found: Clause) -> Words:
    def tell(voice: Voice) -> str:
        text = str((found.summary or {}).get(voice.language) or found.anchor or "")
        section = "" if found.section is None else voice.say("brackets", text=found.section)
        return voice.say("clause", id=found.id, section=section, text=text)

    return told.piece(tell)
