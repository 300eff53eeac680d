"""Op 8: the members of a guild, in chunks of a thousand, as the "Request Guild Members" page has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .intents import MEMBERS

if TYPE_CHECKING:
    from .server import DiscordServer
    from .sessions import Session

SIZE = 1000


def serve(server: DiscordServer, session: Session, asked: Any) -> None:
    """Answer one request with its GUILD_MEMBERS_CHUNK events."""
    ids = asked.get("guild_id")
    if isinstance(ids, list):
        if len(ids) != 1:
            return server.complain("gateway", "op 8 for more than one guild")
        ids = ids[0]
    guild = server.world.guilds.get(int(ids))
    if guild is None or not guild.has_bot:
        return server.complain("gateway", f"op 8 for guild {ids}, which the bot is not in")
    members = list(guild.members.values())
    missing: list[str] = []
    query, wanted, limit = asked.get("query"), asked.get("user_ids"), asked.get("limit")
    if wanted is not None:
        wanted = wanted if isinstance(wanted, list) else [wanted]
        if len(wanted) > 100:
            return server.complain("gateway", f"op 8 for {len(wanted)} people, at most 100")
        missing = [str(one) for one in wanted if int(one) not in guild.members]
        members = [guild.members[int(one)] for one in wanted if int(one) in guild.members]
    elif query is None or limit is None:
        return server.complain("gateway", "op 8 needs query and limit, or user_ids")
    elif query == "" and limit == 0:
        if not session.intents & MEMBERS:
            return server.complain("gateway", "op 8 for all members needs the members intent")
    else:
        names = [(member, (member.nick or member.user.display).casefold()) for member in members]
        begins = query.casefold()
        fits = [member for member, name in names if name.startswith(begins) or member.user.name.startswith(begins)]
        members = fits[: min(limit or 100, 100)]
    parts = [members[start : start + SIZE] for start in range(0, len(members), SIZE)] or [[]]
    for index, part in enumerate(parts):
        event: dict[str, Any] = {
            "guild_id": str(guild.id),
            "members": [member.json() for member in part],
            "chunk_index": index,
            "chunk_count": len(parts),
        }
        if missing:
            event["not_found"] = missing
        if asked.get("presences"):
            event["presences"] = []
        if asked.get("nonce") is not None:
            event["nonce"] = asked["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", event)
    return None
