"""`/privacy export`: everything that is kept of a person, as JSON for machines and as text to read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.kit import Ask, Kit
from bot.talk.command import command
from bot.talk.reply import Attachment, Reply, para, say
from bot.talk.text import Country, Language, Local, Text, Zone, _

FORMAT = "handrail-export/1"


@command("privacy export", effects=False)
async def export(ask: Ask, kit: Kit) -> Reply:
    """Download everything I keep about you.

    Two files: one for machines (JSON), one to read. I do not keep them.
    """
    if ask.person is None:
        return say(_("There is nothing to download: I keep nothing about you."))
    async with kit.transaction() as tx:
        account = [{"platform": one.platform, "id": one.id} for one in await kit.people.accounts(tx, ask.person.id)]
        consents = [
            {
                "purpose": one.purpose,
                "version": one.version,
                "given": one.given.isoformat(),
                "withdrawn": one.withdrawn.isoformat() if one.withdrawn else None,
            }
            for one in (await kit.people.consents(tx, ask.person.id)).values()
        ]
        features = {
            feature.name: dict(await feature.export(kit, tx, ask.person))
            for feature in kit.catalogue.features
            if feature.export is not None
        }
    everything: dict[str, object] = {
        "format": FORMAT,
        "made": kit.now.isoformat(timespec="seconds"),
        "you": {
            "accounts": account,
            "language": ask.person.language,
            "country": ask.person.country,
            "time_zone": ask.person.zone,
        },
        "agreed": consents,
        **features,
    }
    data = json.dumps(everything, ensure_ascii=False, indent=2).encode() + b"\n"
    return Reply(
        (
            para(_("Here is everything I keep about you, once for machines and once to read.")),
            Attachment(data, "handrail.json", "application/json"),
            Attachment(_readable(everything, ask.language, kit).encode(), "handrail.txt", "text/plain"),
        )
    )


def _readable(everything: Mapping[str, object], language: str, kit: Kit) -> str:
    """The same as text: a heading for each part, a line for each thing."""

    def words(text: Text) -> str:
        return kit.words.say(text, language)

    you = everything["you"]
    assert isinstance(you, dict)
    lines = [words(_("Everything Handrail keeps about you")), words(_("{at}", at=Local(kit.now))), ""]
    for label, value in (
        (_("Language"), Language(you["language"]) if you["language"] else None),
        (_("Country"), Country(you["country"]) if you["country"] else None),
        (_("Time zone"), Zone(you["time_zone"]) if you["time_zone"] else None),
    ):
        shown = kit.words.value(value, language) if value else words(_("not set"))
        lines.append(f"{words(label)}: {shown}")
    for name, part in everything.items():
        if name not in ("format", "made", "you"):
            lines += ["", name.upper(), *_plain(part, 0)]
    return "\n".join(lines) + "\n"


def _plain(part: object, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(part, Mapping):
        out = []
        for name, value in part.items():
            if isinstance(value, Mapping | list) and value:
                out += [f"{pad}{name}:", *_plain(value, depth + 1)]
            else:
                out.append(f"{pad}{name}: {_word(value)}")
        return out
    if isinstance(part, list):
        out = []
        for item in part:
            nested = _plain(item, depth + 1)
            out += [f"{pad}- {nested[0].lstrip()}", *nested[1:]] if nested else []
        return out
    return [f"{pad}{_word(part)}"]


def _word(value: object) -> str:
    return "-" if value in (None, [], {}) else str(value)
