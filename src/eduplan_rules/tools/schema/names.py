"""The names of a rulebook, which an editor can suggest.

In: a rulebook. Out: names by kind, each with what it is called. Suggestions forbid nothing: a name may be new, or
declared in another layer, and the loader says so where it is neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.rulebook.placed import Words

#: name -> what people call it
Named = dict[str, str]


@dataclass(frozen=True)
class Names:
    """The names of a rulebook by kind."""

    clauses: Named = field(default_factory=dict)
    entities: Named = field(default_factory=dict)
    fields: Named = field(default_factory=dict)
    parameters: Named = field(default_factory=dict)
    #: parameters that are days
    days: Named = field(default_factory=dict)
    rules: Named = field(default_factory=dict)
    owners: Named = field(default_factory=dict)
    documents: Named = field(default_factory=dict)
    units: Named = field(default_factory=dict)


def names_of(book: Rulebook) -> Names:
    """Collect the names of a rulebook."""
    fields: Named = {}
    for entity in book.entities.values():
        for item in entity.fields.values():
            fields.setdefault(str(item.id), _called(item.label))
    sources = [*(each.source for each in book.rules.values()), *(each.source for each in book.parameters.values())]
    units = [each.unit for entity in book.entities.values() for each in entity.fields.values()]
    units += [each.unit for each in book.parameters.values()]
    return Names(
        clauses={name: _called(each.summary) for name, each in book.clauses.items()},
        entities={name: _called(each.label) for name, each in book.entities.items()},
        fields=dict(sorted(fields.items())),
        parameters={name: _called(each.label) for name, each in book.parameters.items()},
        days={name: _called(each.label) for name, each in book.parameters.items() if each.type == "date"},
        rules={name: _called(each.title) for name, each in book.rules.items()},
        owners={str(text): "" for each in book.rules.values() for text in sorted((each.owner or {}).values())},
        documents={str(each.document): str(each.title or "") for references in sources for each in references},
        units={str(unit): "" for unit in units if unit is not None},
    )


def _called(words: Words | None) -> str:
    """Both languages, once where they are the same."""
    return " / ".join(dict.fromkeys(str((words or {}).get(language, "")) for language in ("zh", "en"))).strip(" /")
