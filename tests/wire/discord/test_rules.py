"""What the server complains about, each fault once, and that what is right passes."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from . import command_rules, rules
from .message import COMPONENTS_V2
from .server import DiscordServer
from .validate import WHY_NOT, book

HAS: dict[str, Any] = {"content": "x", "embeds": [], "components": [], "attachments": []}


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **more}


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def text(words: str = "hello") -> dict[str, Any]:
    return {"type": 10, "content": words}


def select(**more: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "s", "options": [{"label": "A", "value": "a"}], **more}


def v2(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": COMPONENTS_V2, "components": list(components), **more}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"content": "x" * 2001}, "2001 characters"),
        ({"content": " \n"}, rules.EMPTY),
        ({}, rules.EMPTY),
        ({"embeds": [{"title": "a" * 250, "description": "b" * 4000}, {"description": "c" * 2000}]}, "at most 6000"),
        ({"embeds": [{}]}, "an empty embed"),
        ({"content": "x", "components": [row(button(str(n))) for n in range(6)]}, "6 rows"),
        ({"content": "x", "components": [row(*map(button, "abcdef"))]}, "more than 5 buttons"),
        ({"content": "x", "components": [row(button(), button())]}, "occurs twice"),
        ({"content": "x", "components": [row(button(), select())]}, "a row of its own"),
        (
            {"content": "x", "components": [row({"type": 2, "style": 5, "label": "x", "custom_id": "a"})]},
            "a link button",
        ),
        ({"content": "x", "components": [row(button(label=""))]}, "a label or an emoji"),
        ({"content": "x", "components": [row(button(emoji={"name": "heart"}))]}, "is no emoji"),
        (
            {"content": "x", "components": [row({"type": 2, "style": 5, "label": "x", "url": "tel:116123"})]},
            "a link to",
        ),
        ({"content": "x", "components": [row(select(max_values=2))]}, "max_values 2"),
        ({"content": "x", "components": [text()]}, "without their flag"),
        (v2(text(), content="x"), "beside the new components"),
        (v2(text(), embeds=[{"title": "x"}]), "beside the new components"),
        (v2(*[{"type": 17, "components": [text()] * 9}] * 5), "50 with those nested"),
        (v2(text("x" * 2001), text("x" * 2000)), "4001 characters"),
        (v2(), rules.EMPTY),
        ({"content": "x", "flags": 1 << 7}, "may not set"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "both parsed and listed"),
    ],
)
def test_a_message_that_is_wrong(body: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in rules.new_message(body, {})), rules.new_message(body, {})


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"embeds": [{"description": "x"}]},
        {"content": "x", "components": [row(*map(button, "abcde")), row(select())]},
        v2({"type": 17, "components": [text(), row(button())]}, text("x" * 3995)),
        v2({"type": 9, "components": [text()], "accessory": button()}),
    ],
)
def test_a_message_that_is_right(body: dict[str, Any]) -> None:
    assert rules.new_message(body, {}) == []


def test_edits_keep_the_kind_of_message() -> None:
    assert rules.changed_message({"content": "y"}, {}, v2=False, has=HAS) == []
    assert rules.EMPTY in rules.changed_message({"content": ""}, {}, v2=False, has=HAS)
    assert "must be set to null" in rules.changed_message(v2(text()), {}, v2=False, has=HAS)[0]
    assert rules.changed_message(v2(text(), content=None), {}, v2=False, has=HAS) == []
    assert (
        "can not be taken away" in rules.changed_message({"flags": 0, "components": [text()]}, {}, v2=True, has=HAS)[0]
    )


def label(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 18, "label": "x", "component": component}


@pytest.mark.parametrize(
    ("components", "fault"),
    [
        ([], "0 in a modal"),
        ([text()] * 6, "6 in a modal"),
        ([row(button())], "one text input"),
        ([label(select()), label(select())], "occurs twice"),
        ([label(select(disabled=True))], "can't be disabled"),
        ([label({"type": 4, "custom_id": "a", "style": 1, "value": "abc", "max_length": 2})], "within its lengths"),
        ([{"type": 17, "components": []}], "may not stand in a modal"),
    ],
)
def test_a_form_that_is_wrong(components: list[dict[str, Any]], fault: str) -> None:
    assert any(fault in found for found in rules.modal({"components": components}))


def command(name: str = "checkin", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "x", "type": 1, **more}


def option(name: str = "mood", kind: int = 3, **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "x", "type": kind, **more}


@pytest.mark.parametrize(
    ("commands", "fault"),
    [
        ([command("Checkin")], "lower case"),
        ([command("check in")], "lower case"),
        ([command("x" * 33)], "at most 32"),
        ([command(description="")], "0 characters"),
        ([command(), command()], "declared twice"),
        ([command(f"c{n}") for n in range(101)], "101 commands"),
        ([{"name": f"Menu {n}", "type": 3} for n in range(16)], "16 commands"),
        ([{"name": "Report", "type": 3, "description": "x"}], "no description"),
        ([command(options=[option("a"), option("b", required=True)])], "after an optional"),
        ([command(options=[option("a"), option("a")])], "declared twice"),
        ([command(options=[option("a", 1), option("b", 3)])], "beside other options"),
        ([command(options=[option("a", 2, options=[option("b", 2, options=[option("c", 1)])])])], "nest once"),
        ([command(options=[option("a", 2)])], "an empty group"),
        ([command(options=[option(str(n)) for n in range(26)])], "26 options"),
        ([command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])])], "and autocomplete"),
        ([command(options=[option(choices=[{"name": "a", "value": 1}])])], "does not fit"),
        ([command(options=[option(choices=[{"name": "a", "value": "1"}, {"name": "a", "value": "2"}])])], "same name"),
        ([command(options=[option(min_value=1)])], "no number"),
        ([command(options=[option(kind=4, min_length=1)])], "no string"),
        ([command(name_localizations={"en": "checkin"})], "no locale 'en'"),
        ([command("a", name_localizations={"de": "b"}), command("b")], "'b' twice in de"),
        ([command(options=[option("a", name_localizations={"de": "b"}), option("b")])], "'b' twice in de"),
        ([command(name_localizations={"de": "Wie geht's?"})], "lower case"),
        ([command(description_localizations={"de": "x" * 101})], "101 characters in de"),
        (
            [
                command(
                    options=[
                        option(f"o{n}", choices=[{"name": "n" * 100, "value": f"{m}" * 90} for m in range(2)])
                        for n in range(25)
                    ]
                )
            ],
            "at most 8000",
        ),
    ],
)
def test_commands_that_are_wrong(commands: list[dict[str, Any]], fault: str) -> None:
    assert any(fault in found for found in command_rules.all_of(commands)), command_rules.all_of(commands)


def test_commands_that_are_right() -> None:
    sub = option("now", 1, options=[option("mood", 4, required=True, min_value=1, max_value=5), option("note")])
    assert command_rules.all_of([command(options=[sub, option("more", 2, options=[option("x", 1)])])]) == []
    assert command_rules.all_of([command("größe", name_localizations={"de": "größe", "pt-BR": "tamanho"})]) == []
    assert command_rules.all_of([{"name": "Report privately", "type": 3}]) == []


async def post(server: DiscordServer, where: str, body: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(server.url + "/api/v10" + where, json=body) as answer,
    ):
        return answer.status, await answer.json()


async def test_a_fault_is_refused_and_complained_about(server: DiscordServer) -> None:
    channel = server.guild("Harbour").text("general")
    status, said = await post(server, f"/channels/{channel.id}/messages", {"content": "x" * 2001})
    assert (status, said["code"]) == (400, 50035)
    with pytest.raises(AssertionError, match="2001 characters"):
        server.check()
    server.forgive("2001 characters")
    status, said = await post(server, f"/channels/{channel.id}/messages", {"content": ""})
    assert (status, said["code"]) == (400, 50006)
    server.forgive(rules.EMPTY)
    status, _ = await post(server, "/nowhere", {})
    assert status == 404
    server.forgive("no such address")


@pytest.mark.skipif(not book().present, reason=WHY_NOT)
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"content": "x", "nope": 1}, "'nope' was unexpected"),
        ({"content": 5}, "content"),
        ({"content": "x", "components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
        ({"content": "x", "nonce": "x" * 26}, "nonce"),
        ({"content": "x", "message_reference": {"message_id": "abc"}}, "message_reference.message_id"),
        (v2({"type": 9, "components": [text()], "accessory": button(wrong=1)}), "'wrong' was unexpected"),
    ],
)
async def test_the_published_document_is_held_against_requests(
    server: DiscordServer, body: dict[str, Any], fault: str
) -> None:
    channel = server.guild("Harbour").text("general")
    status, said = await post(server, f"/channels/{channel.id}/messages", body)
    assert status == 200 if "unexpected" in fault else (status, said["code"]) == (400, 50035)
    server.forgive(fault)


@pytest.mark.skipif(not book().present, reason=WHY_NOT)
async def test_snowflakes_may_be_numbers_and_addresses_must_be_right(server: DiscordServer) -> None:
    ana = server.user("ana")
    status, _ = await post(server, "/users/@me/channels", {"recipient_id": ana.id})
    assert status == 200
    status, _ = await post(server, "/channels/general/messages", {"content": "x"})
    assert status == 400
    server.forgive("path: channel_id='general'")


def test_every_address_served_is_in_the_document() -> None:
    from .calls import ROUTES, Call
    from .validate import published

    if not book().present:
        pytest.skip(WHY_NOT)
    for each in ROUTES:
        call = Call(each.method, "", each.template, {"user_id": "1"}, {})
        assert each.method.lower() in book().paths[published(call)], each
