"""What the page shows of the platform at one moment, as plain data, for one person on both sides.

It reads and changes nothing. It must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from adapters.local.declare import offers
from adapters.local.platform import LocalPlatform
from adapters.local.rows import Account, Form, Shown, Side

Data = dict[str, Any]


def view(platform: LocalPlatform, person: str, wanted: Mapping[str, str]) -> Data:
    """Everything for this person. `wanted` names the open place of each side ("d", "m"); where it is not open to
    them, the first one is shown."""
    people = _people(platform)
    known = next((one for one in people if one["person"] == person), people[0])
    return {
        "now": platform.ports.clock.now().isoformat(),
        "running": platform.running,
        "moves": platform.advance is not None,
        "languages": list(platform.ports.words.languages),
        "people": people,
        "person": known["person"],
        "sides": {
            side.value: _side(platform, f"{side.value}.{known['person']}", wanted.get(side.value, "")) for side in Side
        },
    }


def _people(platform: LocalPlatform) -> list[Data]:
    people: dict[str, Data] = {}
    for account in platform.store.accounts():
        one = people.setdefault(
            account.person,
            {"person": account.person, "name": account.name, "locale": account.locale, "here": {}, "unread": {}},
        )
        one["role"] = account.role.name.lower()
        one["here"][account.side.value] = account.here
        one["unread"][account.side.value] = platform.seeing.unread(account.id)
    return list(people.values())


def _side(platform: LocalPlatform, account: str, wanted: str) -> Data:
    who = platform.store.account(account)
    doors = platform.seeing.doors(account)
    places = [
        {"id": door.place.id, "name": door.place.name, "kind": door.place.kind.value, "unread": door.unread}
        for door in doors
    ]
    ids = [door.place.id for door in doors]
    open_place = wanted if wanted in ids else (ids[0] if ids else None)
    form = platform.form(account)
    return {
        "account": account,
        "here": who.here,
        "places": places,
        "place": open_place,
        "messages": [message(one) for one in platform.seen(account, open_place)] if open_place else [],
        "offers": _offers(platform, who),
        "form": None if form is None else form_data(form),
    }


def _offers(platform: LocalPlatform, who: Account) -> list[Data]:
    if who.side is not Side.DISCORD:
        return []
    return [asdict(offer) for offer in offers(platform.commands, who, platform.people.reader(who))]


def message(shown: Shown) -> Data:
    return {**asdict(shown), "at": shown.at.isoformat()}


def form_data(form: Form) -> Data:
    return asdict(form)
