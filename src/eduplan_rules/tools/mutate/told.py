"""A hunt in words and as plain data.

In: a `Hunt`. Out: text, every survivor with its place, what was changed and to what, and the name to explain it by; or
a record for JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eduplan_rules.tools.mutate.hunts import Changed, Hunt, Survivor
from eduplan_rules.tools.mutate.words import say
from eduplan_rules.tools.words import Language


def tell_hunt(found: Hunt, limit: float, language: Language) -> str:
    """What has survivors, then how many there are in all, and whether that is few enough."""
    lines = [line for each in found.changed if each.survivors for line in _changed(each, language)]
    lines += [stale.told(language) for stale in found.stale]
    survivors = len(found.survivors)
    counts = {
        "count": found.count,
        "rules": found.rules,
        "killed": found.count - survivors,
        "survived": survivors,
        "explained": survivors - len(found.unexplained),
        "percent": _percent(100 * (found.count - survivors) / found.count if found.count else 100),
    }
    lines.append(say("total", language, **counts))
    verdict = "enough" if found.share <= limit else "too-many"
    lines.append(say(verdict, language, percent=_percent(found.share), limit=_percent(limit)))
    return "\n".join([*lines, say("advice", language)] if verdict == "too-many" else lines)


def _changed(changed: Changed, language: Language) -> Iterator[str]:
    if changed.untried:
        yield say("no-case", language, rule=changed.name)
    survived = len(changed.survivors)
    counts = {"count": changed.count, "killed": changed.noticed, "survived": survived}
    yield say("of-rule", language, rule=changed.name, **counts)
    for survivor in changed.survivors:
        yield from _survivor(survivor, language)


def _survivor(survivor: Survivor, language: Language) -> Iterator[str]:
    mutant = survivor.mutant
    yield say("survivor", language, place=mutant.place, told=survivor.told(language))
    if language != "en":
        yield say("name", language, name=mutant.name)
    if survivor.reason is not None:
        yield say("explained", language, reason=survivor.reason)


def hunt_record(found: Hunt, limit: float, language: Language) -> dict[str, Any]:
    """The hunt as plain data; sentences in the language."""
    survivors = len(found.survivors)
    return {
        "holds": found.share <= limit and not found.stale,
        "counts": {
            "rules": found.rules,
            "mutants": found.count,
            "killed": found.count - survivors,
            "survived": survivors,
            "explained": survivors - len(found.unexplained),
        },
        "survivors_percent": round(found.share, 2),
        "changed": [_record(each, language) for each in found.changed],
        "stale": [each.told(language) for each in found.stale],
    }


def _record(changed: Changed, language: Language) -> dict[str, Any]:
    survivors = [
        {
            "name": each.mutant.name,
            "place": each.mutant.place,
            "change": each.told(language),
            "equivalent": each.reason,
        }
        for each in changed.survivors
    ]
    return {"name": changed.name, "mutants": changed.count, "killed": changed.noticed, "survivors": survivors}


def _percent(share: float) -> str:
    return f"{share:.1f}".removesuffix(".0")
