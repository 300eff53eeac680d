"""Answering interactions over REST: callbacks, the original answer, followups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import compose, rules
from .calls import Call, route
from .command_rules import FITS
from .errors import (
    already_acknowledged,
    invalid_form,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from .interactions import Interaction, Sort
from .message import EPHEMERAL, LOADING, Message
from .modal import Modal

if TYPE_CHECKING:
    from .server import DiscordServer

HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ANSWER = HOOK + "/messages/{message_id}"


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", open=True)
async def callback(server: DiscordServer, call: Call) -> Any:
    interaction = server.interactions.get(call.params["interaction_token"])
    if interaction is None or interaction.id != call.number("interaction_id"):
        raise unknown_interaction()
    if interaction.acknowledged is not None:
        raise already_acknowledged()
    if interaction.late:
        raise unknown_interaction()
    kind, data = call.body["type"], call.body.get("data") or {}
    fault = _misplaced(interaction, kind)
    if fault:
        server.complain(call.name, fault)
        raise invalid_form([fault])
    if kind == 4:
        _message(server, call, interaction, data)
    elif kind == 5:
        _defer(server, interaction, data)
    elif kind == 6:
        interaction.original = interaction.source
    elif kind == 7:
        assert interaction.source is not None
        compose.change(server, call, interaction.source, data)
        interaction.original = interaction.source
    elif kind == 8:
        _choices(server, call, interaction, data)
    elif kind == 9:
        faults = rules.modal(data)
        for each in faults:
            server.complain(call.name, each)
        if faults:
            raise invalid_form(faults)
        interaction.modal = Modal.of(interaction, data)
    hidden = Interaction.wants_ephemeral(data) if kind in (4, 5) else None
    interaction.acknowledge(kind, ephemeral=hidden)
    if not call.says("with_response"):
        return None
    return _callback_response(interaction, kind)


def _misplaced(interaction: Interaction, kind: int) -> str | None:
    from_message = interaction.source is not None
    if kind in (6, 7) and not (interaction.sort in (Sort.COMPONENT, Sort.MODAL) and from_message):
        return f"callback type {kind} where there is no message to update"
    if (kind == 8) != (interaction.sort is Sort.AUTOCOMPLETE):
        return f"callback type {kind} for {interaction.sort.name}"
    if kind == 9 and interaction.sort is Sort.MODAL:
        return "a modal as the answer to a modal"
    return None


def _message(server: DiscordServer, call: Call, interaction: Interaction, data: dict[str, Any]) -> Message:
    hidden = interaction.reader if Interaction.wants_ephemeral(data) else None
    message = compose.new(server, call, interaction.channel, data, only_for=hidden, interaction=interaction.metadata())
    interaction.original = interaction.channel.add(message)
    return message


def _defer(server: DiscordServer, interaction: Interaction, data: dict[str, Any]) -> None:
    world = server.world
    message = Message(world.new_id(), interaction.channel, world.bot, world.now())
    message.flags = LOADING
    if Interaction.wants_ephemeral(data):
        message.only_for, message.flags = interaction.reader, LOADING | EPHEMERAL
    message.webhook_id = message.application_id = world.application.id
    message.interaction = interaction.metadata()
    message.kind = 20 if interaction.sort is Sort.COMMAND else 0
    interaction.original = interaction.channel.add(message)


def _choices(server: DiscordServer, call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    choices = data.get("choices") or []
    focused = interaction.data["options"]
    while focused and focused[0].get("options") is not None:
        focused = focused[0]["options"]
    option = next(one for one in focused if one.get("focused"))
    right = FITS[option["type"]]
    faults = [] if len(choices) <= 25 else [f"{len(choices)} choices, at most 25"]
    faults += [f"the choice {one['value']!r} does not fit" for one in choices if not isinstance(one["value"], right)]
    faults += [
        f"the choice {one['name']!r}: 1 to 100 characters" for one in choices if not 1 <= len(one["name"]) <= 100
    ]
    for fault in faults:
        server.complain(call.name, fault)
    if faults:
        raise invalid_form(faults)
    interaction.choices = choices


def _callback_response(interaction: Interaction, kind: int) -> dict[str, Any]:
    about: dict[str, Any] = {"id": str(interaction.id), "type": int(interaction.sort)}
    resource: dict[str, Any] = {"type": kind}
    message = interaction.original
    if message is not None:
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": bool(message.flags & EPHEMERAL),
        }
        if kind in (4, 7):
            resource["message"] = message.json()
    return {"interaction": about, "resource": resource} if kind in (4, 7) else {"interaction": about}


# The interaction's webhook


def _by_token(server: DiscordServer, call: Call) -> Interaction:
    found = server.interactions.get(call.params["webhook_token"])
    if found is None or call.number("webhook_id") != server.world.application.id:
        raise unknown_webhook()
    found.check_token()
    if found.acknowledged is None or found.sort is Sort.AUTOCOMPLETE:
        raise unknown_webhook()
    return found


def _message_of(interaction: Interaction, call: Call) -> Message:
    asked = call.params["message_id"]
    known = [one for one in [interaction.original, *interaction.followups] if one is not None and not one.deleted]
    for message in known:
        if asked == str(message.id) or (asked == "@original" and message is interaction.original):
            return message
    raise unknown_message()


@route("POST", HOOK, open=True)
async def follow_up(server: DiscordServer, call: Call) -> Any:
    interaction = _by_token(server, call)
    body = call.body or {}
    first = interaction.original
    if first is not None and first.loading and interaction.acknowledged == 5:
        # The first followup of a deferred answer fills it, with the audience that was fixed then.
        compose.change(server, call, first, body)
        return first.json()
    hidden = interaction.reader if Interaction.wants_ephemeral(body) else None
    message = compose.new(server, call, interaction.channel, body, only_for=hidden, interaction=interaction.metadata())
    interaction.followups.append(interaction.channel.add(message))
    return message.json()


@route("GET", ANSWER, open=True)
async def get_answer(server: DiscordServer, call: Call) -> Any:
    return _message_of(_by_token(server, call), call).json()


@route("PATCH", ANSWER, open=True)
async def edit_answer(server: DiscordServer, call: Call) -> Any:
    message = _message_of(_by_token(server, call), call)
    compose.change(server, call, message, call.body or {})
    return message.json()


@route("DELETE", ANSWER, open=True)
async def delete_answer(server: DiscordServer, call: Call) -> None:
    message = _message_of(_by_token(server, call), call)
    message.channel.delete(message)
