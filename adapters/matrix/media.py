"""Files on their way into a room: uploaded, sealed first where the room is encrypted. Knows no replies."""

from __future__ import annotations

from typing import Any

from nio import AsyncClient
from nio.crypto.attachments import encrypt_attachment

from adapters.matrix.render import File
from adapters.matrix.wire import NoAnswer, ask

UPLOAD = "/_matrix/media/v3/upload"
OPAQUE = "application/octet-stream"


async def uploaded(client: AsyncClient, file: File, *, encrypted: bool) -> dict[str, Any]:
    """The content of the message that shows the file. In an encrypted room the server gets neither its bytes nor its
    name nor its kind. Raises WireError or TokenRejected."""
    content: dict[str, Any] = {
        "msgtype": "m.image" if file.picture else "m.file",
        "body": file.alt,
        "filename": file.name,
        "info": {"mimetype": file.media_type, "size": len(file.data)},
        "m.mentions": {},
    }
    if not encrypted:
        content["url"] = await _upload(client, file.data, file.media_type)
        return content
    data, keys = encrypt_attachment(file.data)
    content["file"] = {**keys, "url": await _upload(client, data, OPAQUE)}
    return content


async def _upload(client: AsyncClient, data: bytes, media_type: str) -> str:
    said = await ask(client, "POST", UPLOAD, data, media_type=media_type)
    uri = said.get("content_uri")
    if not isinstance(uri, str):
        raise NoAnswer("no content uri")
    return uri
