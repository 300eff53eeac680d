"""What people wrote in a room last, read once and kept nowhere. Knows neither commands nor replies."""

from __future__ import annotations

from collections.abc import Mapping

from nio import AsyncClient

from adapters.matrix.opening import Heard, opened
from adapters.matrix.wire import WireError, ask, path

MOST = 100


async def recent(client: AsyncClient, room: str, most: int) -> list[str] | None:
    """The texts that people wrote there last, oldest first, without whom; those that can't be decrypted now are left
    out. None where the server does not say."""
    try:
        said = await ask(client, "GET", path("rooms", room, "messages", dir="b", limit=min(most, MOST)))
    except WireError:
        return None
    chunk = said.get("chunk")
    texts = []
    for raw in chunk if isinstance(chunk, list) else []:
        if not isinstance(raw, Mapping) or raw.get("sender") == client.user_id:
            continue
        found = opened(client, room, raw)
        content = found.event.source.get("content") if isinstance(found, Heard) else None
        if isinstance(content, Mapping) and content.get("msgtype") == "m.text" and "m.new_content" not in content:
            texts.append(str(content.get("body", "")))
    return texts[::-1]
