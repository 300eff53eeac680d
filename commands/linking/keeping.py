"""What linking asks for and keeps, and the rows of its codes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot.kit import Kit
from bot.state.clock import millis
from bot.state.database import Row, Transaction
from bot.state.jobs import Job
from bot.state.vault import Erased, Tampered, Where
from bot.talk.feature import Purpose, Stored
from bot.talk.model import UserRef
from bot.talk.text import _

PURPOSE = Purpose(
    id="linking",
    version=1,
    title=_("Link my accounts"),
    why=_(
        "May I remember that two accounts are yours, so that you are one person on each of them? Only you see it. What "
        "somebody may do as a moderator never goes along."
    ),
)
STORED = (
    Stored(
        what=_("Which accounts are yours, if you linked them"),
        why=_("To be the same person on each of them."),
        kept=_("until you part or erase them"),
        read_by=_("the bot; sealed"),
    ),
)
VALID = timedelta(minutes=15)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Link:
    """A code that is under way: who made it, from where; who entered it; which record is to stay ("mine" is that of who
    made it)."""

    id: str
    person: str
    maker: UserRef
    other: UserRef | None
    stays: str | None


def new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _each in range(LENGTH))


def id_of(kit: Kit, code: str) -> str:
    """The keyed hash of a code, however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign in _LETTERS)
    return kit.house.vault.lookup("link", plain)


async def save(kit: Kit, tx: Transaction, link: Link) -> None:
    """Keep it; one code for a person at a time."""
    said = {
        "maker": [link.maker.platform, link.maker.id],
        "other": [link.other.platform, link.other.id] if link.other else None,
        "stays": link.stays,
    }
    sealed = await kit.house.vault.seal(link.person, Where("links", "sealed", link.id), json.dumps(said).encode())
    await tx.execute("DELETE FROM links WHERE person = ?1 AND code != ?2", link.person, link.id)
    await tx.execute(
        "INSERT INTO links (code, person, sealed, expires) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (code) DO UPDATE SET sealed = excluded.sealed",
        link.id,
        link.person,
        sealed,
        millis(tx.now + VALID),
    )


async def get(kit: Kit, tx: Transaction, id: str) -> Link | None:
    """The link of that id while it is valid."""
    row = await tx.one("SELECT * FROM links WHERE code = ?1 AND expires > ?2", id, tx.now_ms)
    return await _link(kit, row) if row else None


async def _link(kit: Kit, row: Row) -> Link | None:
    try:
        opened = await kit.house.vault.open_sealed(row["person"], Where("links", "sealed", row["code"]), row["sealed"])
    except (Erased, Tampered):
        return None
    said = json.loads(opened)
    other = UserRef(*said["other"]) if said["other"] else None
    return Link(row["code"], row["person"], UserRef(*said["maker"]), other, said["stays"])


async def drop(tx: Transaction, id: str) -> None:
    await tx.execute("DELETE FROM links WHERE code = ?1", id)


async def started(kit: Kit, tx: Transaction) -> None:
    await kit.jobs.put(tx, "linking.prune", kit.now, key="linking.prune")


async def prune(job: Job, kit: Kit) -> None:
    """Every few hours: codes whose time is over go."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, "linking.prune", kit.now + timedelta(hours=6), key="linking.prune")
        await tx.execute("DELETE FROM links WHERE expires <= ?1", tx.now_ms)
