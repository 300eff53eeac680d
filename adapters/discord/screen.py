"""What one interaction shows: for one person alone, for all, or in the place of what was pressed.

It must not know what is shown, nor how it came about.
"""

from __future__ import annotations

from typing import Any

import discord

from adapters.discord.layout import files, layout, pings
from adapters.discord.render import TEXT_DISPLAY, Page
from bot.talk.reply import Audience

EMPTY = Page([{"type": TEXT_DISPLAY, "content": "\u200b"}])
"""Fills a deferral that nothing else does."""


class Screen:
    """What one interaction shows, in order. A deferral's audience is fixed, and whatever is sent first fills it
    (Discord's reference, "create followup message"): before something for one person is shown where it was deferred for
    all, the deferral is filled with nothing."""

    def __init__(self, interaction: discord.Interaction[Any], declared: Audience) -> None:
        self._interaction = interaction
        self._thinking = interaction.message is None
        self._private = declared is Audience.PRIVATE
        self._blank = False

    async def alone(self, pages: list[Page]) -> None:
        if self._thinking and not self._private:
            await self._edit(EMPTY)
            self._thinking, self._blank = False, True
        await self._put(pages, ephemeral=True)

    async def openly(self, pages: list[Page]) -> None:
        if self._blank:
            self._thinking, self._blank = True, False
        # Where it was deferred for one person, it stays theirs: looks degrade, privacy never.
        await self._put(pages, ephemeral=self._private and self._thinking)

    async def done(self) -> None:
        """What still shows that we are at it goes."""
        if self._thinking:
            await self._edit(EMPTY)
        if self._thinking or self._blank:
            self._thinking = self._blank = False
            await self._interaction.delete_original_response()

    async def instead(self, pages: list[Page]) -> None:
        """In the place of the message that was pressed."""
        await self._edit(pages[0])
        await self._more(pages[1:], ephemeral=_ephemeral(self._interaction))

    async def _put(self, pages: list[Page], *, ephemeral: bool) -> None:
        if self._thinking:
            await self._edit(pages[0])
            self._thinking = False
            pages = pages[1:]
        await self._more(pages, ephemeral=ephemeral)

    async def _edit(self, page: Page) -> None:
        await self._interaction.edit_original_response(
            view=layout(page), attachments=files(page), allowed_mentions=pings(page)
        )

    async def _more(self, pages: list[Page], *, ephemeral: bool) -> None:
        for page in pages:
            await self._interaction.followup.send(
                view=layout(page), files=files(page), allowed_mentions=pings(page), ephemeral=ephemeral, wait=True
            )


def may_replace(interaction: discord.Interaction[Any], *, private: bool) -> bool:
    """A private answer never takes the place of what others see."""
    if interaction.message is None:
        return False
    return not private or interaction.guild_id is None or _ephemeral(interaction)


def _ephemeral(interaction: discord.Interaction[Any]) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral
