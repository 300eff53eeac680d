"""People on Discord: they write, use commands, press, choose, fill in forms; and they see what is meant for them.

What a client would not let them do fails with an `AssertionError`. Each deed returns when its event has been written to the
gateway; those with an answer wait for the acknowledgement unless `wait=False`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from . import compose, invoking
from .channel import Channel, Kind
from .guild import Guild, Role
from .interactions import Interaction, Sort
from .message import Attachment, Message
from .modal import Modal
from .seeing import Seen
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer

Where = Channel | Guild | Literal["dm"] | None
"""A channel; a guild for its first channel that the person may write in; "dm"; None for the only guild's, else "dm"."""


class Person:
    def __init__(self, server: DiscordServer, user: User) -> None:
        self.server = server
        self.user = user

    def __str__(self) -> str:
        return self.name

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def locale(self) -> str:
        """The client's language, as Discord names it: "en-US", "de", "pt-BR"."""
        return self.user.locale

    @locale.setter
    def locale(self, locale: str) -> None:
        self.user.locale = locale

    @property
    def dm_channel(self) -> Channel:
        return self.server.world.direct(self.user)

    def closes_dms(self, closed: bool = True) -> None:
        """Take no direct messages from the bot any more (it gets 50007), or take them again."""
        self.user.dms_open = not closed

    def at(self, where: Where) -> Channel:
        """The channel that `where` means."""
        if isinstance(where, Channel):
            return where
        mine = [guild for guild in self.server.world.guilds.values() if guild.member(self.user)]
        if where is None and len(mine) == 1:
            where = mine[0]
        if isinstance(where, Guild):
            return next(one for one in where.channels.values() if one.kind == Kind.TEXT and one.writable_by(self.user))
        return self.dm_channel

    # Writing

    async def say(
        self,
        where: Where,
        text: str,
        *,
        reply_to: Message | Seen | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """Write a message."""
        message = self.post_now(self.at(where), text, reply_to=reply_to, files=files)
        await self.server.flush()
        return message

    async def dm(self, text: str, *, reply_to: Message | Seen | None = None) -> Message:
        """Write to the bot directly."""
        return await self.say("dm", text, reply_to=reply_to)

    def post_now(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | Seen | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """Write a message without waiting for the gateway: what a benchmark repeats."""
        assert channel.writable_by(self.user), f"{self.name} may not write in {channel.name or 'that channel'}"
        assert len(text) <= 2000 and (text or files), f"a message of {len(text)} characters"
        world = self.server.world
        message = Message(world.new_id(), channel, self.user, world.now(), text)
        if reply_to is not None:
            message.replied, message.kind = _message(reply_to), 19
            message.reference = {"type": 0, "message_id": str(reply_to.id), "channel_id": str(channel.id)}
            if channel.guild is not None:
                message.reference["guild_id"] = str(channel.guild.id)
        for name, data in (files or {}).items():
            made = world.new_id()
            url = world.keep_file(channel.id, made, name, data, "application/octet-stream")
            message.attachments.append(Attachment(made, name, len(data), url, "application/octet-stream"))
        compose.mentions_again(message, {})
        return channel.add(message)

    async def edit(self, message: Message, text: str) -> Message:
        assert message.author is self.user and not message.deleted
        message.content = text
        compose.mentions_again(message, {})
        message.channel.edit(message)
        await self.server.flush()
        return message

    async def delete(self, message: Message | Seen) -> None:
        """Delete one's own message, or another's where one may."""
        message = _message(message)
        channel = message.channel
        assert message.author is self.user or channel.allows(self.user, "manage_messages"), "not theirs to delete"
        channel.delete(message)
        await self.server.flush()

    async def react(self, message: Message | Seen, emoji: str) -> None:
        _message(message).channel.react(_message(message), self.user, emoji)
        await self.server.flush()

    async def unreact(self, message: Message | Seen, emoji: str) -> None:
        _message(message).channel.unreact(_message(message), self.user, emoji)
        await self.server.flush()

    async def opens_thread(self, where: Channel, name: str, *, start: Message | Seen | None = None) -> Channel:
        thread = where.thread(name, self.user, start=None if start is None else _message(start))
        await self.server.flush()
        return thread

    async def posts(self, forum: Channel, title: str, text: str) -> Channel:
        """Open a post in a forum; its first message has the post's id, as on Discord."""
        assert forum.kind == Kind.FORUM and forum.writable_by(self.user)
        thread = forum.thread(title, self.user)
        first = Message(thread.id, thread, self.user, self.server.world.now(), text)
        compose.mentions_again(first, {})
        thread.add(first)
        await self.server.flush()
        return thread

    # Using the bot

    async def slash(
        self,
        line: str,
        where: Where = None,
        /,
        options: Mapping[str, Any] | None = None,
        *,
        wait: bool = True,
        **more: Any,
    ) -> Interaction:
        """`await ana.slash("checkin now", mood=4)`. Options by name; `options` for names that Python does not allow."""
        channel = self.at(where)
        data = invoking.data(self, channel, line, {**(options or {}), **more})
        return await self._send(Interaction(self.server, self, Sort.COMMAND, channel, data), wait)

    async def autocomplete(
        self, line: str, option: str, typed: str, where: Where = None, /, **others: Any
    ) -> list[tuple[str, Any]]:
        """What is offered while typing into an option: (name as this person reads it, value)."""
        channel = self.at(where)
        data = invoking.data(self, channel, line, {**others, option: typed}, focused=option)
        sent = await self._send(Interaction(self.server, self, Sort.AUTOCOMPLETE, channel, data), True)
        return [(invoking.local(choice, "name", self.locale), choice["value"]) for choice in sent.choices]

    def commands(self, where: Where = None, kind: str = "slash") -> list[str]:
        """The commands this person is offered, in their language. `kind`: slash, user or message."""
        found = invoking.offered(self, self.at(where), invoking.KINDS[kind])
        return [invoking.local(command, "name", self.locale) for command in found]

    async def menu(self, name: str, target: Message | Seen | Person, *, wait: bool = True) -> Interaction:
        """Use an entry of a message's or (in the only guild) a person's context menu."""
        channel = self.at(None) if isinstance(target, Person) else _message(target).channel
        kind = 2 if isinstance(target, Person) else 3
        commands = invoking.offered(self, channel, kind)
        found = [one for one in commands if name in (one["name"], invoking.local(one, "name", self.locale))]
        assert found, f"{self.name} is offered no {name!r}, only {[one['name'] for one in commands]}"
        data = {
            "id": found[0]["id"],
            "name": found[0]["name"],
            "type": kind,
            "target_id": str(target.id),
            "resolved": {},
        }
        if "guild_id" in found[0]:
            data["guild_id"] = found[0]["guild_id"]
        if isinstance(target, Person):
            self.resolves(channel, target, data["resolved"])
        else:
            data["resolved"] = {"messages": {str(target.id): _message(target).json()}}
        return await self._send(Interaction(self.server, self, Sort.COMMAND, channel, data), wait)

    async def press(self, message: Message | Seen, label: str, *, wait: bool = True) -> Interaction:
        """Press a button by its label (or custom id)."""
        source = self._before_me(message)
        button = Seen.of(source).button(label)
        assert not button.disabled and button.custom_id is not None, f"{label!r} can't be pressed: {button}"
        data = {"custom_id": button.custom_id, "component_type": 2, "id": button.id}
        return await self._send(
            Interaction(self.server, self, Sort.COMPONENT, source.channel, data, source=source), wait
        )

    async def select(
        self, message: Message | Seen, *values: Any, menu: str | None = None, wait: bool = True
    ) -> Interaction:
        """Choose in a menu: options by label or value; people, roles and channels as themselves."""
        source = self._before_me(message)
        found = Seen.of(source).menu(menu)
        assert not found.disabled, "that menu is disabled"
        assert found.least <= len(values) <= found.most, f"{found.least} to {found.most} values, not {len(values)}"
        resolved: dict[str, Any] = {}
        chosen = [self._choice(source.channel, found.options, found.kind, value, resolved) for value in values]
        data: dict[str, Any] = {"custom_id": found.custom_id, "component_type": found.kind, "id": found.id}
        data |= {"values": chosen, **({"resolved": resolved} if found.kind != 3 else {})}
        return await self._send(
            Interaction(self.server, self, Sort.COMPONENT, source.channel, data, source=source), wait
        )

    def _choice(
        self, channel: Channel, options: Sequence[tuple[str, str]], kind: int, value: Any, resolved: dict[str, Any]
    ) -> str:
        if kind != 3:
            return self.resolves(channel, value, resolved)
        for label, stored in options:
            if value in (label, stored):
                return stored
        raise AssertionError(f"no option {value!r}, only {[label for label, _ in options]}")

    async def submit(
        self, form: Modal | Interaction, values: Mapping[str, Any] | None = None, /, *, wait: bool = True, **more: Any
    ) -> Interaction:
        """Send a form: values by label or custom id; what is not named keeps what the form opened with."""
        modal = form if isinstance(form, Modal) else form.modal
        assert modal is not None, "no form was opened"
        cause = modal.interaction
        components, resolved = modal.filled({**(values or {}), **more})
        data: dict[str, Any] = {"custom_id": modal.custom_id, "components": components}
        if resolved:
            data["resolved"] = resolved
        sent = Interaction(self.server, self, Sort.MODAL, cause.channel, data, source=cause.source, cause=cause)
        return await self._send(sent, wait)

    async def _send(self, interaction: Interaction, wait: bool) -> Interaction:
        self.server.send_interaction(interaction)
        await self.server.flush()
        return await interaction.answered() if wait else interaction

    # Seeing

    def sees(self, where: Where = None) -> list[Seen]:
        """Everything this person can see in a channel, oldest first, with what is ephemeral for them."""
        channel = self.at(where)
        assert channel.allows(self.user, "view_channel"), f"{self.name} can't see {channel.name}"
        mine = [one for one in channel.messages.values() if one.only_for in (None, self.user)]
        return [Seen.of(message) for message in mine]

    def sees_everywhere(self) -> list[Seen]:
        """The same for every channel they can see and their direct one, in order of time."""
        places = [one for one in self.server.world.channels.values() if one.allows(self.user, "view_channel")]
        return sorted((seen for place in places for seen in self.sees(place)), key=lambda seen: seen.id)

    def _before_me(self, message: Message | Seen) -> Message:
        message = _message(message)
        assert not message.deleted, "that message is gone"
        assert message.only_for in (None, self.user), f"{self.name} can't see that message"
        assert message.channel.allows(self.user, "view_channel"), f"{self.name} can't see that channel"
        return message

    # What an interaction refers to

    def resolves(self, channel: Channel, what: Any, resolved: dict[str, Any]) -> str:
        """Add a person, role or channel to `resolved`; its id."""
        guild, number = channel.guild, str(what.id)
        if isinstance(what, Role):
            resolved.setdefault("roles", {})[number] = what.json(self.server.world.bot.id)
        elif isinstance(what, Channel):
            resolved.setdefault("channels", {})[number] = {**what.json(), "permissions": str(what.may(self.user))}
        else:
            resolved.setdefault("users", {})[number] = self.server.world.users[what.id].json()
            if guild is not None and (member := guild.member(what.id)) is not None:
                shown = {**member.json(user=False), "permissions": str(channel.may(member.user))}
                resolved.setdefault("members", {})[number] = shown
        return number

    def uploads(self, channel: Channel, file: tuple[str, bytes], resolved: dict[str, Any]) -> str:
        """Upload a (name, bytes) for an option or a form; its id."""
        name, data = file
        made = self.server.world.new_id()
        kind = "image/png" if name.endswith(".png") else "application/octet-stream"
        url = self.server.world.keep_file(channel.id, made, name, data, kind)
        shown = Attachment(made, name, len(data), url, kind, ephemeral=True).json()
        resolved.setdefault("attachments", {})[str(made)] = shown
        return str(made)


def _message(shown: Message | Seen) -> Message:
    return shown.message if isinstance(shown, Seen) else shown
