"""Names and words of expressions in one language: labels in Chinese, identifiers in English.

In: the files of a rulebook, layer by layer. Out: the edits of each file, or the mistakes of the rulebook. A label is
written only where it is a single name that means the same there; what has no such label keeps the name it has. Texts
of choices are names as well. Holds: the edited rulebook means the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import expr as ast
from eduplan_rules.language.expressions import resolve_expression
from eduplan_rules.language.names import single_name
from eduplan_rules.language.parse import parse, reserved_words, tokens
from eduplan_rules.language.resolve import RECORD_WORDS, Resolved, resolve
from eduplan_rules.language.scope import Context, Scope, has_period
from eduplan_rules.language.typed import Typed
from eduplan_rules.operators import CONTEXT, FUNCTIONS, OPERATORS, english
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.rulebook.model import Body, Rule
from eduplan_rules.source import Scalar, Source, Span
from eduplan_rules.tools.fmt.meaning import meaning
from eduplan_rules.tools.fmt.spelling import PLACEHOLDER
from eduplan_rules.tools.fmt.words import Language, translated

Edit = tuple[int, int, str]
Layers = Sequence[Sequence[Source]]

_OVER_TIME = frozenset(row.name for row in OPERATORS.values() if row.group == "time")


def rename(layers: Layers, language: Language) -> dict[str, list[Edit]] | list[Diagnostic]:
    """Give the edits by file: start, end, what to write; or the mistakes of a rulebook that has any."""
    before = _resolved(layers)
    if isinstance(before, list):
        return before
    edits = _edits(before, language)
    after = _resolved([
        [Source(source.name, edited(source.text, edits.get(source.name, []))) for source in layer] for layer in layers
    ])  # fmt: skip
    if isinstance(after, list) or meaning(before) != meaning(after):
        raise AssertionError("other names would change what the rules mean")
    return edits


def _resolved(layers: Layers) -> Resolved | list[Diagnostic]:
    book, diagnostics = read_rulebook(*layers)
    resolved, found = resolve(book)
    errors = [each for each in (*diagnostics, *found) if each.severity == "error"]
    return errors or resolved


def _edits(resolved: Resolved, language: Language) -> dict[str, list[Edit]]:
    context = Context(resolved.book, resolved.parameters, lambda diagnostic: None)
    writer = _Writer(context, language)
    for text, scope in _expressions(context):
        writer.write(text, scope)
    for rule in resolved.book.rules.values():
        for name in (rule.since_parameter, rule.until_parameter):
            if name is not None and (new := writer.parameter(context.parameters[name])):
                writer.edit(name.place(0, len(name)), new)
    edits: dict[str, list[Edit]] = {}
    for span, new in writer.edits.items():
        if new is not None:
            edits.setdefault(span.source.name, []).append((span.start, span.end, new))
    return edits


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Apply the edits of a file."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _expressions(context: Context) -> Iterator[tuple[Scalar, Scope]]:
    """All expressions of a rulebook, and whose names they use."""
    for value in context.book.values.values():
        entity = context.book.entities[value.owner]
        yield value.is_, Scope(entity, timed=has_period(entity))
    for rule in context.book.rules.values():
        entity = context.book.entities[rule.for_]
        scope = Scope(entity, timed=has_period(entity) or rule.every is not None)
        yield from ((text, scope) for text in _of_rule(rule))


def _of_rule(rule: Rule) -> Iterator[Scalar]:
    texts = [rule.where, rule.due]
    if isinstance(rule.require, Body):
        texts.append(rule.require.others_reach)
        for member in rule.require.members:
            texts += [member.measure, member.minimum, member.maximum, member.that, member.where]
    else:
        texts.append(rule.require)
    yield from (text for text in texts if text is not None)
    for message in (rule.message or {}).values():
        for found in PLACEHOLDER.finditer(message):
            inner = (found.group(1) or "").strip()
            if inner and inner not in RECORD_WORDS:
                start = message.index(inner, found.start())
                end = start + len(inner)
                yield Scalar(inner, message.place(start, end), "plain", message.offsets[start : end + 1])


@dataclass(slots=True)
class _Writer:
    """Collects what to write in place of names and words."""

    context: Context
    language: Language
    #: place -> what to write there; None where rules that share an expression differ
    edits: dict[Span, str | None] = field(default_factory=dict)

    def write(self, text: Scalar, scope: Scope) -> None:
        tree = parse(text)
        if isinstance(tree, Diagnostic):
            return
        found = tokens(text)
        for first, last, word in translated(found, self.language):
            self.edit(text.place(first.start_pos, last.end_pos), word)
        places = [text.place(token.start_pos or 0, token.end_pos or 0) for token in found if token.type == "NAME"]
        self.names(tree, scope, places)
        self.choices(resolve_expression(tree, scope, self.context))

    def edit(self, place: Span, new: str | None) -> None:
        if new is not None and self.edits.setdefault(place, new) != new:
            self.edits[place] = None

    def names(self, node: ast.Expr, scope: Scope, places: list[Span]) -> None:
        """Rename what a tree names."""
        match node:
            case ast.Name():
                parts = [place for place in places if node.span.start <= place.start < node.span.end]
                for place, new in zip(parts, self.path(node.parts, scope), strict=True):
                    self.edit(place, new)
            case ast.Call():
                self.call(node, scope, places)
            case ast.Aggregate():
                self.aggregate(node, scope, places)
            case ast.Unary() | ast.IsMissing():
                self.names(node.arg, scope, places)
            case ast.Binary():
                self.each((node.left, node.right), scope, places)
            case ast.Between():
                self.each((node.arg, node.low, node.high), scope, places)
            case ast.Items():
                self.each(node.items, scope, places)

    def each(self, nodes: tuple[ast.Expr, ...], scope: Scope, places: list[Span]) -> None:
        for node in nodes:
            self.names(node, scope, places)

    def call(self, node: ast.Call, scope: Scope, places: list[Span]) -> None:
        name = english(node.name)
        if name == "count":
            self.edit(node.name_span, self.word(name))
            self.each(node.args, scope, places)
            return
        parameter = self.context.parameters.get(node.name) if name not in FUNCTIONS else None
        self.edit(node.name_span, self.word(name) if parameter is None else self.parameter(parameter))
        first = Scope(scope.entity, None, scope.timed) if name in _OVER_TIME else scope
        self.each(node.args[:1], first, places)
        self.each(node.args[1:], scope, places)

    def aggregate(self, node: ast.Aggregate, scope: Scope, places: list[Span]) -> None:
        self.edit(node.name_span, self.word(english(node.name)))
        target = self.context.entities[node.entity.parts[0]]
        entity = self.context.book.entities[target]
        self.edit(node.entity.span, self.entity(target))
        inner = Scope(entity, scope, timed=has_period(entity))
        over = () if node.over is None or node.over == "ever" else (node.over,)
        rest = tuple(part for part in (node.where, node.weight) if part is not None)
        self.each((*node.args, *rest, *over), inner, places)

    def path(self, parts: tuple[str, ...], scope: Scope) -> list[str | None]:
        """What to write for the parts of a name; `this` is a word, and none of them."""
        first, *rest = parts
        if first == "this" and scope.outer is not None:
            return self.path(tuple(rest), scope.outer)
        if rest:
            target = self.context.entities[first]
            parent = self.context.book.entities[target]
            return [self.entity(target), *self.path(tuple(rest), Scope(parent, timed=has_period(parent)))]
        return [self.own(first, scope)]

    def own(self, name: str, scope: Scope) -> str | None:
        """What to write for a name of an entity's own, a parameter or a word of the context."""
        vocabulary, parameters = self.context.vocabulary(scope.entity), self.context.parameters
        meaning = vocabulary.get(name)
        if meaning is not None:
            kind, identifier = meaning
            values = self.context.book.values
            declared = scope.entity.fields[identifier] if kind == "field" else values[f"{scope.entity.id}.{identifier}"]
            new = self.spelling(identifier, declared.label)
            return new if vocabulary.get(new or "") == meaning and new not in parameters else None
        if name in parameters:
            new = self.parameter(parameters[name])
            return None if new in vocabulary else new
        if english(name) in self.context.entities:
            # the only argument of `count`
            return self.entity(self.context.entities[name])
        new = self.word(english(name)) if english(name) in CONTEXT else None
        return None if new in vocabulary or new in parameters else new

    def entity(self, identifier: str) -> str | None:
        new = self.spelling(identifier, self.context.book.entities[identifier].label)
        return new if self.context.entities.get(new or "") == identifier else None

    def parameter(self, identifier: str) -> str | None:
        new = self.spelling(identifier, self.context.book.parameters[identifier].label)
        return new if self.context.parameters.get(new or "") == identifier else None

    def spelling(self, identifier: str, label: Mapping[str, str] | None) -> str | None:
        """The identifier or, in Chinese, the label if it can stand in an expression."""
        new = str(identifier) if self.language == "en" else str((label or {}).get("zh", identifier))
        return new if single_name(new) and new not in reserved_words() and english(new) not in OPERATORS else None

    def word(self, name: str) -> str:
        return OPERATORS[name].zh if self.language == "zh" else name

    def choices(self, node: Typed) -> None:
        """Rename the texts that stand for choices."""
        for each in node.walk():
            options: list[tuple[Typed, Mapping[str, str]]] = []
            if each.op in ("=", "!=", "in", "not in"):
                left, right = each.args
                texts = right.args if right.op == "list" else (left, right)
                chosen = left if left.type.kind == "choice" else right
                options = [(text, chosen.type.spellings) for text in texts if chosen.type.kind == "choice"]
            elif each.op == "parameter":
                axes = self.context.axes[str(each.data)]
                options = [(text, axis.spellings) for text, axis in zip(each.args, axes, strict=False) if axis.fields]
            for text, spellings in options:
                if text.op == "text":
                    self.choice(text.span, spellings)

    def choice(self, place: Span, spellings: Mapping[str, str]) -> None:
        written = place.text[1:-1]
        identifier = spellings.get(written)
        if identifier is None or not place.text.startswith(('"', "“")):
            return
        labels = [
            word for word, of in spellings.items() if of == identifier and not word.isascii() and single_name(word)
        ]
        new = identifier if self.language == "en" else next(iter(labels), identifier)
        if spellings.get(new) == identifier and new != written:
            self.edit(Span(place.source, place.start + 1, place.end - 1), new)
