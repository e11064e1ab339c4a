"""Every sentence about remedies: rows of one table, English beside Chinese; and what goes into several of them.

In: the name of a sentence and what goes into its gaps. Out: text of one language.
"""

from __future__ import annotations

#: every kind of sentence that a remedy can be told in -> (English, Chinese)
KINDS: dict[str, tuple[str, str]] = {
    "more": ("{fact}: {change} more ({now} → {to})", "{fact}：增加 {change}（{now} → {to}）"),
    "less": ("{fact}: {change} less ({now} → {to})", "{fact}：减少 {change}（{now} → {to}）"),
    "above": ("{fact}: more than {limit} (now {now})", "{fact}：应高于 {limit}（现为 {now}）"),
    "below": ("{fact}: less than {limit} (now {now})", "{fact}：应低于 {limit}（现为 {now}）"),
    "later": (
        "{fact}: not before {to} (now {now}, {change} later)",
        "{fact}：不早于 {to}（现为 {now}，推后 {change}）",
    ),
    "earlier": (
        "{fact}: not after {to} (now {now}, {change} earlier)",
        "{fact}：不晚于 {to}（现为 {now}，提前 {change}）",
    ),
    "between": (
        "{fact}: between {first} and {last} (now {now})",
        "{fact}：应在 {first} 至 {last} 之间（现为 {now}）",
    ),
    "given-between": (
        "{fact}: {deliver}, between {first} and {last}",
        "{fact}：{deliver}，应在 {first} 至 {last} 之间",
    ),
    "instead": ("{fact}: {to} instead of {now}", "{fact}：由{now}改为{to}"),
    "one-of": ("{fact}: one of {choices} instead of {now}", "{fact}：由{now}改为{choices}之一"),
    "empty": ("{fact}: leave it empty (now {now})", "{fact}：留空（现为 {now}）"),
    "given": ("{fact}: {deliver}, as {to}", "{fact}：{deliver}，应为{to}"),
    "given-one-of": ("{fact}: {deliver}, as one of {choices}", "{fact}：{deliver}，应为{choices}之一"),
    "given-any": ("{fact}: {deliver}", "{fact}：{deliver}"),
    "given-text": ("{fact}: fill in {to}", "{fact}：须填写{to}"),
    "fill-in": ("{fact}: fill in", "{fact}：须填写"),
    "given->=": ("{fact}: {deliver}, at least {limit}", "{fact}：{deliver}，不低于 {limit}"),
    "given-<=": ("{fact}: {deliver}, at most {limit}", "{fact}：{deliver}，不超过 {limit}"),
    "given->": ("{fact}: {deliver}, more than {limit}", "{fact}：{deliver}，高于 {limit}"),
    "given-<": ("{fact}: {deliver}, less than {limit}", "{fact}：{deliver}，低于 {limit}"),
    "given-day->=": ("{fact}: {deliver}, not before {limit}", "{fact}：{deliver}，不早于 {limit}"),
    "given-day-<=": ("{fact}: {deliver}, not after {limit}", "{fact}：{deliver}，不晚于 {limit}"),
    "total-more": ("{fact} of {entity} in all: {change} more", "{entity}的{fact}合计增加 {change}"),
    "total-less": ("{fact} of {entity} in all: {change} less", "{entity}的{fact}合计减少 {change}"),
    "total-above": ("{fact} of {entity} in all: over {change} more", "{entity}的{fact}合计增加 {change}以上"),
    "total-below": ("{fact} of {entity} in all: over {change} less", "{entity}的{fact}合计减少 {change}以上"),
    "hidden": ("{fact}: another value (the values are personal)", "{fact}：应为其他值（个人信息不予显示）"),
    "rows-more": (
        "{entity}: {number} more must meet: {condition} ({met} of {of} do now, {needed} must)",
        "{entity}：还需 {number} 个满足：{condition}（{of} 个中现有 {met} 个，需 {needed} 个）",
    ),
    "rows-fewer": (
        "{entity}: {number} fewer may meet: {condition} ({met} do now, at most {needed} may)",
        "{entity}：满足下列条件的须减少 {number} 个：{condition}（现有 {met} 个，至多 {needed} 个）",
    ),
    "rows-counted": (
        "{entity}: {number} more must meet: {condition} ({met} do now, {needed} must)",
        "{entity}：还需 {number} 个满足：{condition}（现有 {met} 个，需 {needed} 个）",
    ),
    "rows-plain": (
        "{entity}: {number} more ({met} now, {needed} needed)",
        "{entity}：还需 {number} 个（现有 {met} 个，需 {needed} 个）",
    ),
    "rows-plain-fewer": (
        "{entity}: {number} fewer ({met} now, at most {needed})",
        "{entity}：须减少 {number} 个（现有 {met} 个，至多 {needed} 个）",
    ),
    "rows-kinds": (
        "{entity}: {number} more with another {fact} ({met} different now, {needed} needed)",
        "{entity}：{fact}还需增加 {number} 种（现有 {met} 种，需 {needed} 种）",
    ),
    "rows-kinds-such-as": ("{said}; such as {kinds}", "{said}，如{kinds}"),
    "level-up": (
        "{entity}: {fact} of at least {limit} in the {number} of {of} that have less: {keys}",
        "{entity}：{of} 个中{fact}低于 {limit}的 {number} 个均应达到 {limit}：{keys}",
    ),
    "level-down": (
        "{entity}: {fact} of at most {limit} in the {number} of {of} that have more: {keys}",
        "{entity}：{of} 个中{fact}高于 {limit}的 {number} 个均应降到 {limit}：{keys}",
    ),
    "level-above": (
        "{entity}: {fact} of more than {limit} in the {number} of {of} that do not: {keys}",
        "{entity}：{of} 个中{fact}不高于 {limit}的 {number} 个均应高于 {limit}：{keys}",
    ),
    "level-below": (
        "{entity}: {fact} of less than {limit} in the {number} of {of} that do not: {keys}",
        "{entity}：{of} 个中{fact}不低于 {limit}的 {number} 个均应低于 {limit}：{keys}",
    ),
    "level-middle-up": (
        "{entity}: {fact} of at least {limit} in {number} more of {of}: {keys}",
        "{entity}：{of} 个中还需 {number} 个的{fact}达到 {limit}：{keys}",
    ),
    "level-middle-down": (
        "{entity}: {fact} of at most {limit} in {number} more of {of}: {keys}",
        "{entity}：{of} 个中还需 {number} 个的{fact}降到 {limit}：{keys}",
    ),
    "level-cv": (
        "{said}; the coefficient of variation comes down from {now} to {wanted}",
        "{said}；差异系数由 {now} 降至 {wanted}",
    ),
    "rows-first": ("{said}; first {keys}", "{said}；首先是 {keys}"),
    "together": ("all of these: {parts}", "以下各项须同时做到：{parts}"),
}
#: what goes into sentences
PIECES: dict[str, tuple[str, str]] = {
    "of-row": ("{field} of {entity} {key}", "{entity} {key} 的{field}"),
    "deliver": ("deliver it", "补报"),
    "there": ("fill in", "须填写"),
    "of-rows": ("{entity} ({where})", "{entity}（{where}）"),
    "keys-more": ("{keys} and {more} more", "{keys}等"),
    "text-document-number": ("a document number", "文号"),
    "pause": (", ", "、"),
    "and": ("; ", "；"),
}


def say(name: str, language: str, **gaps: object) -> str:
    """The sentence in the language, its gaps filled."""
    english, chinese = KINDS[name] if name in KINDS else PIECES[name]
    return (chinese if language == "zh" else english).format_map(gaps)
