"""What a message and a modal may hold, beyond what Discord's published document says. Each fault is one sentence.

From the documentation's pages "Message", "Components Reference", "Receiving and Responding to Interactions", and from
what the platform was seen to refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .components import SELECTS, walk
from .message import COMPONENTS_V2, EPHEMERAL

EMPTY = "the message is empty"
V2_KINDS = {9, 10, 11, 12, 13, 14, 17}
SCHEMES = ("http://", "https://", "discord://")
"""What a link button may open; not a telephone number, for one."""


def new_message(body: Mapping[str, Any], files: Mapping[str, Any]) -> list[str]:
    """What is wrong with a message that is sent."""
    v2 = bool((body.get("flags") or 0) & COMPONENTS_V2)
    faults = _message(body, v2=v2)
    parts = [body.get(part) for part in ("content", "embeds", "components", "sticker_ids", "poll")]
    blank = isinstance(body.get("content"), str) and not body["content"].strip()
    if not files and not any(parts[1:]) and (blank or not parts[0]) and not _forwards(body):
        faults.append(EMPTY)
    return faults


def changed_message(
    body: Mapping[str, Any], files: Mapping[str, Any], *, v2: bool, has: Mapping[str, Any]
) -> list[str]:
    """What is wrong with an edit of a message that has these parts."""
    flags = body.get("flags")
    turns = flags is not None and bool(flags & COMPONENTS_V2)
    faults: list[str] = []
    if v2 and flags is not None and not turns:
        faults.append("flags: the components flag can not be taken away")
    if turns and not v2:
        kept = [part for part in ("content", "embeds") if part not in body and has[part]]
        faults += [f"{part}: must be set to null when a message turns to the new components" for part in kept]
    faults += _message(body, v2=v2 or turns)
    left = [body[part] if part in body else has[part] for part in ("content", "embeds", "components", "attachments")]
    if not files and not any(left):
        faults.append(EMPTY)
    return faults


def _forwards(body: Mapping[str, Any]) -> bool:
    return (body.get("message_reference") or {}).get("type") == 1


def _message(body: Mapping[str, Any], *, v2: bool) -> list[str]:
    faults: list[str] = []
    content, embeds, components = body.get("content") or "", body.get("embeds") or [], body.get("components") or []
    if len(content) > 2000:
        faults.append(f"content: {len(content)} characters, at most 2000")
    if (total := sum(_embed_size(embed) for embed in embeds)) > 6000:
        faults.append(f"embeds: {total} characters together, at most 6000")
    for embed in embeds:
        if not any(
            embed.get(part) for part in ("title", "description", "fields", "image", "thumbnail", "footer", "author")
        ):
            faults.append("embeds: an empty embed")
    everything = list(walk(components))
    if v2:
        for part in ("content", "embeds", "sticker_ids", "poll"):
            if body.get(part):
                faults.append(f"{part}: may not stand beside the new components")
        if len(everything) > 40:
            faults.append(f"components: {len(everything)} with those nested, at most 40")
        text = sum(len(one.get("content") or "") for one in everything if one.get("type") == 10)
        if text > 4000:
            faults.append(f"components: {text} characters of text, at most 4000")
    else:
        if len(components) > 5:
            faults.append(f"components: {len(components)} rows, at most 5")
        if any(one.get("type") in V2_KINDS for one in everything):
            faults.append("components: new components without their flag")
    flags = body.get("flags") or 0
    if flags & ~(1 << 2 | EPHEMERAL | 1 << 12 | 1 << 13 | COMPONENTS_V2):
        faults.append(f"flags: {flags} has bits that a bot may not set")
    if flags & 1 << 2 and v2:
        faults.append("flags: previews can't be suppressed beside the new components")
    return [*faults, *_components(everything), *_mentions(body.get("allowed_mentions"))]


def _embed_size(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts.append((embed.get("author") or {}).get("name"))
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text or "") for text in texts)


def _components(everything: list[dict[str, Any]]) -> list[str]:
    faults: list[str] = []
    ids = [one["custom_id"] for one in everything if one.get("custom_id")]
    faults += [
        f"components: the custom_id {one!r} occurs twice" for one in sorted({i for i in ids if ids.count(i) > 1})
    ]
    numbers = [one["id"] for one in everything if one.get("id")]
    faults += [f"components: the id {one} occurs twice" for one in sorted({n for n in numbers if numbers.count(n) > 1})]
    for one in everything:
        kind = one.get("type")
        if kind == 1:
            faults += _row(one)
        elif kind == 2:
            faults += _button(one)
        elif kind in SELECTS:
            faults += _select(one)
    return faults


def _row(row: Mapping[str, Any]) -> list[str]:
    inside = row.get("components") or []
    kinds = [one.get("type") for one in inside]
    if not inside:
        return ["components: an empty row"]
    if any(kind != 2 for kind in kinds) and len(inside) > 1:
        return ["components: a select needs a row of its own"]
    return ["components: more than 5 buttons in a row"] if len(inside) > 5 else []


def _button(button: Mapping[str, Any]) -> list[str]:
    faults: list[str] = []
    style = button.get("style")
    if style == 5:
        if not button.get("url") or button.get("custom_id"):
            faults.append("components: a link button has a url and no custom_id")
    elif style != 6 and (not button.get("custom_id") or button.get("url")):
        faults.append("components: a button has a custom_id and no url")
    if style != 6 and not button.get("label") and not button.get("emoji"):
        faults.append("components: a button needs a label or an emoji")
    if button.get("url") and not str(button["url"]).startswith(SCHEMES):
        faults.append(f"components: a link to {button['url']!r}, only {', '.join(SCHEMES)}")
    return [*faults, *_emoji(button)]


def _emoji(holder: Mapping[str, Any]) -> list[str]:
    emoji = holder.get("emoji") or {}
    name = emoji.get("name") or ""
    wrong = emoji and not emoji.get("id") and (not name or name.isascii())
    return [f"components: {name!r} is no emoji"] if wrong else []


def _select(select: Mapping[str, Any]) -> list[str]:
    faults: list[str] = []
    options = select.get("options") or []
    faults += [fault for option in options for fault in _emoji(option)]
    least, most = select.get("min_values"), select.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    if least > most:
        faults.append("components: min_values above max_values")
    if select.get("type") == 3:
        values = [option.get("value") for option in options]
        if len(values) != len(set(values)):
            faults.append("components: two options with the same value")
        if most > len(options):
            faults.append(f"components: max_values {most} with {len(options)} options")
        if sum(bool(option.get("default")) for option in options) > most:
            faults.append("components: more defaults than max_values")
    return faults


def _mentions(allowed: Mapping[str, Any] | None) -> list[str]:
    faults = []
    for kind in ("users", "roles"):
        if allowed and kind in (allowed.get("parse") or []) and allowed.get(kind):
            faults.append(f"allowed_mentions: {kind} both parsed and listed")
        if allowed and len(allowed.get(kind) or []) > 100:
            faults.append(f"allowed_mentions: more than 100 {kind}")
    return faults


def modal(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with a form."""
    components = data.get("components") or []
    everything = list(walk(components))
    faults = [] if 1 <= len(components) <= 5 else [f"components: {len(components)} in a modal, 1 to 5"]
    kinds = {one.get("type") for one in components}
    if not kinds <= {1, 10, 18}:
        faults.append(f"components: {sorted(kinds - {1, 10, 18})} may not stand in a modal")
    for one in components:
        if one.get("type") == 1 and [child.get("type") for child in one.get("components") or []] != [4]:
            faults.append("components: a row in a modal holds one text input")
        inside = one.get("component") or {}
        if one.get("type") == 18 and inside.get("type") in SELECTS and inside.get("disabled"):
            faults.append("components: a select in a modal can't be disabled")
        if one.get("type") == 18 and inside.get("type") == 4 and inside.get("label"):
            faults.append("components: a text input in a label has no label of its own")
    for one in everything:
        if one.get("type") == 4:
            value, least, most = one.get("value") or "", one.get("min_length") or 0, one.get("max_length") or 4000
            if least > most:
                faults.append("components: min_length above max_length")
            if value and not least <= len(value) <= most:
                faults.append("components: the value of a text input is not within its lengths")
    return [*faults, *_components(everything)]
