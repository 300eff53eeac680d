"""Components and modals of ours, in the clothes in which discord.py sends them. They listen to nothing: what a press
means stands in its custom id, so it is understood after a restart as well.
"""

from __future__ import annotations

import io
from typing import Any

import discord

from adapters.discord.choices import Component
from adapters.discord.render import Page

MARK_LIMIT = 2**31 - 1


class Layout(discord.ui.LayoutView):
    """A message's components, as they are."""

    def __init__(self, components: list[Component]) -> None:
        super().__init__(timeout=None)
        self._ready = components
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        return self._ready

    def has_components_v2(self) -> bool:
        return True

    def is_dispatchable(self) -> bool:
        return False


class Form(discord.ui.Modal, title="-"):
    """A modal, as it is."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(title=data["title"], timeout=None, custom_id=data["custom_id"])
        self._ready = data
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        return self._ready


def layout(page: Page, mark: int | None = None) -> Layout:
    """The page; `mark` becomes the id of its first component, by which it is known again in the channel's history."""
    components = list(page.components)
    if mark is not None and components:
        components[0] = {**components[0], "id": mark}
    return Layout(components)


def files(page: Page) -> list[discord.File]:
    return [discord.File(io.BytesIO(one.data), one.name) for one in page.files]


def pings(page: Page) -> discord.AllowedMentions:
    """Nobody but who is meant."""
    users = [discord.Object(int(one[2:-1])) for one in page.mentions if not one.startswith("<@&")]
    roles = [discord.Object(int(one[3:-1])) for one in page.mentions if one.startswith("<@&")]
    return discord.AllowedMentions(everyone=False, roles=roles, users=users, replied_user=False)


def mark_of(components: Any) -> int | None:
    """The id of the first component of a message, as Discord tells it."""
    try:
        return int(components[0]["id"])
    except (LookupError, TypeError, ValueError):
        return None
