"""One thing that happened in a room, handed to the bot, and its answer shown.

Every key derives from the event's id, so handing it again shows nothing twice. It must not know how events arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from adapters.matrix.asking import Asking, place_key
from adapters.matrix.choices import Choices
from adapters.matrix.direct import Directs, Whose
from adapters.matrix.manners import Manners
from adapters.matrix.opening import Heard
from adapters.matrix.pauses import Pauses
from adapters.matrix.post import Post
from adapters.matrix.read import LATE, Reader, Said, moment, sign, user
from adapters.matrix.rooms import Rooms, Spot
from adapters.matrix.standing import Standings
from bot.talk.errors import TryLater, Unreachable
from bot.talk.inwords import in_words
from bot.talk.model import Incoming, Invocation, MessageRef, PlaceRef, Role, UserRef
from bot.talk.platform import Inbox, Ports, Standing
from bot.talk.press import Pressed
from bot.talk.reply import Audience, Reply

PATIENCE = timedelta(hours=1)
"""How long an answer to a number waits for the server. Its room waits with it, as it does for every answer."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A message and where it was said. `whose` is set where that is somebody's alone."""

    id: str
    room: str
    author: str
    at: datetime
    late: bool
    said: Said
    whose: Whose | None

    @property
    def place(self) -> PlaceRef:
        return PlaceRef("matrix", self.room, self.said.thread)

    @property
    def about(self) -> str | None:
        return self.whose.about if self.whose else None

    @property
    def commands_bare(self) -> bool:
        """Whether a line needs no sign before it to be a command."""
        return self.whose is not None and self.about is None

    def message(self, id: str) -> MessageRef:
        return MessageRef(PlaceRef("matrix", self.room), id)


@dataclass(frozen=True, slots=True)
class Hand:
    """Brings messages to an inbox."""

    inbox: Inbox
    ports: Ports
    reader: Reader
    rooms: Rooms
    directs: Directs
    standings: Standings
    asking: Asking
    choices: Choices
    post: Post
    manners: Manners
    redact: bool

    async def message(self, heard: Heard) -> None:
        """Somebody wrote something. Returns when what it led to is durable."""
        scene = self._scene(heard)
        if scene is None:
            return
        if scene.whose is None:
            self.choices.heard(scene.id, scene.author)
        private = scene.whose is not None and scene.about is None
        async with self.manners.attentive(scene.room, scene.id, visible=private):
            pressed = await self._number(scene)
            if pressed is not None:
                await self._pressed(scene, *pressed)
                return
            await self._received(scene)

    async def sign(self, heard: Heard) -> None:
        """Somebody put a sign under a message in a common room: it may take a choice. Who may not choose is not told
        so, for it may have been a sign like any other."""
        content = heard.event.source.get("content")
        found = sign(content) if isinstance(content, Mapping) else None
        taken = await self.choices.taken(heard.room, *found, heard.event.sender) if found is not None else None
        if found is None or taken is None:
            return
        scene = self._scene_of(heard, Said("", thread=taken.thread))
        command = self.inbox.command(taken.pressed.command)
        if command is not None and (await self._standing(scene, strict=True)).role >= command.allow:
            self.choices.heard(scene.id, scene.author)
            await self._pressed(scene, found[0], taken.pressed)

    def _scene(self, heard: Heard) -> Scene | None:
        content = heard.event.source.get("content")
        said = self.reader.said(content) if isinstance(content, Mapping) else None
        return None if said is None else self._scene_of(heard, said)

    def _scene_of(self, heard: Heard, said: Said) -> Scene:
        now = self.ports.clock.now()
        at = moment(heard.event.server_timestamp, now)
        whose = self.alone(heard.room, heard.event.sender)
        return Scene(heard.event.event_id, heard.room, heard.event.sender, at, now - at > LATE, said, whose)

    def alone(self, room: str, author: str) -> Whose | None:
        """Whose room this is, if nobody else reads it."""
        whose = self.directs.whose(room)
        if whose is None or whose.user != author or self.rooms.others(room, author):
            return None
        return whose

    async def _received(self, scene: Scene) -> None:
        found = self.reader.command(scene.said, direct=scene.commands_bare)
        strict = found is not None and found.command.allow > Role.MEMBER
        standing = await self._standing(scene, strict)
        answered = scene.said.reply_to
        await self.inbox.receive(
            Incoming(
                key=scene.id,
                author=user(scene.author),
                place=scene.place,
                text=scene.said.text,
                at=scene.at,
                message=scene.message(scene.said.replaces or scene.id),
                role=standing.role,
                roles=standing.roles,
                direct=scene.whose is not None,
                addressed=scene.said.addressed,
                reply_to=None if answered is None else scene.message(answered),
                edited=scene.said.replaces is not None,
                late=scene.late,
                about=scene.about,
            )
        )
        if found is not None and scene.whose is None and found.command.audience is Audience.PRIVATE:
            await self._take_away(scene)

    async def _standing(self, scene: Scene, strict: bool) -> Standing:
        private = self.directs.whose(scene.room) is not None
        return await self.standings.of(scene.author, None if private else scene.room, now=strict)

    async def _take_away(self, scene: Scene) -> None:
        """A private command that everybody could read. What can't be taken away stays: nothing depends on it."""
        if self.redact:
            await self.post.take_away(scene.room, scene.said.replaces or scene.id)

    # --- numbers --------------------------------------------------------------------------------------------------

    async def _number(self, scene: Scene) -> tuple[str, Pressed] | None:
        """What a typed number answers, remembered before it is acted on. In a room for one thing it is just a number:
        what is said there is for somebody else."""
        typed = self.reader.number(scene.said)
        if typed is None or scene.about is not None or scene.said.replaces is not None:
            return None
        key = place_key(scene.room, scene.said.thread, scene.whose)
        pointed = scene.whose is None and not scene.said.addressed
        return await self.asking.answered(key, typed, scene.id, scene.said.reply_to, pointed=pointed)

    async def _pressed(self, scene: Scene, asked: str, pressed: Pressed) -> None:
        command = self.inbox.command(pressed.command)
        alone = user(scene.author) if scene.whose is None else scene.place
        if pressed.form and command is not None and command.shown:
            to = scene.place if command.audience is Audience.PUBLIC else alone
            await self._say(to, in_words(command, pressed.args), f"{scene.id}:shown", None)
            return
        standing = await self._standing(scene, command is not None and command.allow > Role.MEMBER)
        answer = await self.inbox.invoke(
            Invocation(
                key=scene.id,
                author=user(scene.author),
                place=scene.place,
                command=pressed.command,
                at=scene.at,
                args=dict(pressed.args),
                role=standing.role,
                roles=standing.roles,
                direct=scene.whose is not None,
                pressed=scene.message(asked),
                late=scene.late,
            )
        )
        if answer.aside is not None and not answer.aside.empty:
            await self._say(alone, answer.aside, f"{scene.id}:aside", answer.language)
        reply = self._with_form_in_words(answer.reply)
        if reply.replaces:
            await self.asking.over(place_key(scene.room, scene.said.thread, scene.whose), asked)
            await self.choices.over(Spot(scene.room, whose=scene.whose), asked)
        if not reply.empty:
            to = alone if answer.audience is Audience.PRIVATE else scene.place
            await self._say(to, reply, f"{scene.id}:shown", answer.language)

    async def _say(self, to: UserRef | PlaceRef, reply: Reply, key: str, language: str | None) -> None:
        """Say it, however long the server is away: the effects are durable, and the answer would be lost with us."""
        pauses = Pauses(self.ports.clock, Random())
        until = self.ports.clock.now() + PATIENCE
        while True:
            try:
                spot = await self.rooms.spot(to)
                await self.post.say(spot, reply, key=key, language=language or self.post.spoken(spot))
                return
            except Unreachable as error:
                self.ports.log.warning("an answer reaches nobody", extra={"reason": error.reason})
                return
            except TryLater as error:
                if self.ports.clock.now() > until:
                    raise
                await pauses.rest(error.after)

    def _with_form_in_words(self, reply: Reply) -> Reply:
        if reply.reopens is None:
            return reply
        command = self.inbox.command(reply.reopens.command)
        if command is None:
            return reply
        return replace(reply.then(in_words(command, dict(reply.reopens.values))), reopens=None)
