"""What the owner is told at the start, what ends the bot there, and when Discord is told the commands."""

from __future__ import annotations

import pytest

from adapters.discord import checks
from adapters.discord.console import application, invitation
from bot.config import Config
from bot.talk.errors import PlatformStopped, StartRefused
from bot.talk.model import Role
from tests.local.harbour import COMMANDS
from tests.wire.discord.permissions import bits
from tests.wire.discord.towns import small_town, whole_town


async def test_a_town_in_order_is_told_nothing():
    async with small_town(started=False) as town:
        town.guild.role("Moderators")
        town.guild.role("Admins")
        await town.start()
        assert town.told == []


async def test_what_is_missing_is_said_with_where_to_click():
    async with small_town(
        started=False, policy_confirmed=False, listen=["general", "nowhere"], servers=["Harbour", "Annex"]
    ) as town:
        town.general.overwrite(town.guild.bots, deny=["send_messages"])
        await town.start()
        told = "\n".join(town.told)
        assert checks.POLICY in told
        assert "no server that is called Annex" in told
        assert "no channel nowhere" in told and "platforms.discord.listen" in told
        assert "No server has a role Moderators" in told
        assert "In #general of Harbour the bot lacks: Send Messages" in told and "Permissions" in told
        assert town.platform.ready.is_set()


async def test_a_bot_in_no_server_says_how_to_invite_it():
    async with small_town(started=False, servers=["Annex"]) as town:
        await town.start()
        assert checks.NO_SERVER in town.told


async def test_the_administrator_permission_is_refused():
    async with small_town(started=False) as town:
        town.guild.permit(town.guild.bots, ["administrator"])
        with pytest.raises(PlatformStopped, match=r"Administrator.*switch Administrator off"):
            await town.start()


async def test_a_server_that_invites_the_bot_later_is_looked_at_and_served():
    async with small_town(started=False, servers=["Annex"]) as town:
        await town.start()
        second = town.server.guild("Annex")
        general = second.text("general")
        second.join(town.ana)
        await town.settle()
        await town.ana.say(general, "hello")
        await town.settle()
        assert town.texts == ["hello"]
        second.removes_bot()
        second.invites_bot(["administrator"])
        with pytest.raises(PlatformStopped, match="In the server Annex"):
            await town.serving


async def test_a_wrong_token_is_said_so():
    async with small_town(started=False) as town:
        town.platform._token = "another"
        with pytest.raises(PlatformStopped, match="Reset Token"):
            await town.start()


async def test_a_missing_intent_is_said_so():
    async with small_town(started=False, intents=()) as town:
        with pytest.raises(PlatformStopped, match="Message Content Intent"):
            await town.start()


async def test_a_token_taken_back_while_the_bot_runs_ends_it():
    async with small_town() as town:
        town.server.gateway.close(4004)
        with pytest.raises(PlatformStopped, match="Reset Token"):
            await town.serving


# --- commands --------------------------------------------------------------------------------------------------------


async def test_commands_are_told_once_and_again_only_when_they_changed():
    async with small_town() as town:
        await town.restart()
        await town.restart()
        assert town.server.syncs == [None]
        await town.stop()
        town.platform = town.make()
        await town.start(COMMANDS[:2])
        assert town.server.syncs == [None, None]
        assert [one["name"] for one in town.server.world.application.global_commands.values()] == [
            "mood",
            "wave",
            "Wave back",
        ]


async def test_tried_out_commands_are_in_that_server_only_and_go_again():
    async with small_town(try_out=["Harbour"]) as town:
        application = town.server.world.application
        assert not application.global_commands and application.commands(town.guild.id)
        await town.stop()
        town.settings = town.settings.model_copy(update={"try_out": ()})
        town.platform = town.make()
        await town.start()
        assert application.global_commands and not application.commands(town.guild.id)


async def test_refused_commands_are_said_so_and_everything_else_works():
    async with small_town(started=False) as town:
        town.server.fail_next("PUT /applications/*/commands", 403, code=50001)
        await town.start()
        assert checks.SYNC_REFUSED in town.told
        await town.ana.say(town.general, "hello")
        await town.settle()
        assert town.texts == ["hello"]


async def test_who_is_offered_what():
    async with small_town() as town:
        mods = town.guild.role("Moderators", ["moderate_members"])
        mira = town.server.user("mira", town.guild, roles=[mods])
        assert sorted(town.ana.commands(town.general)) == ["mood", "wave"]
        assert sorted(mira.commands(town.general)) == ["lock", "mood", "wave"]
        assert town.ana.commands(town.general, "message") == ["Wave back"]
        assert town.ana.commands(town.general, "user") == []
        # What Discord shows is one thing; who may do it is asked again when it is done.
        await (await mira.slash("lock", town.general)).answer()
        assert town.bot.invoked[-1].role is Role.MODERATOR


# --- the policy ------------------------------------------------------------------------------------------------------


async def test_without_the_owners_word_nothing_sensitive_is_kept_and_help_still_answers(tmp_path):
    async with whole_town(tmp_path, {"discord": {"policy_confirmed": False}}) as town:
        ana = await town.person("ana")
        await ana.ask("checkin", mood=2)
        await ana.hears("has not confirmed", "Nothing was saved", private=True)
        await ana.ask("start")
        await ana.press("Yes: Keep my check-ins")
        await ana.hears("has not confirmed")
        await ana.press("Yes: Remember my language")
        await ana.hears("That is on now")
        await ana.ask("crisis")
        await ana.hears("116 123")
        assert checks.POLICY in town.told
        async with town.app.house.db.transaction() as tx:
            assert await tx.all("SELECT * FROM checkin_entries") == []
            assert [row["purpose"] for row in await tx.all("SELECT purpose FROM consents")] == ["settings"]


# --- the invitation --------------------------------------------------------------------------------------------------


def configured(monkeypatch, token: str) -> Config:
    monkeypatch.setenv("TOKEN_OF_A_TEST", token)
    return Config.model_validate({"platforms": {"discord": {"token": {"env": "TOKEN_OF_A_TEST"}}}})


def test_the_invitation_asks_for_exactly_what_is_needed(monkeypatch):
    id = application(configured(monkeypatch, "MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y"))
    link = invitation(id, checks.NEEDED.value)
    needed = bits(["view_channel", "send_messages", "send_messages_in_threads", "read_message_history", "attach_files"])
    assert id == 123456789012345678
    assert link.endswith(f"?client_id={id}&scope=bot+applications.commands&permissions={needed}")


@pytest.mark.parametrize("token", ["nonsense", "bm90IGEgbnVtYmVy.x.y", "ü.x"])
def test_no_invitation_without_a_token(monkeypatch, token):
    with pytest.raises(StartRefused, match="Reset Token"):
        application(configured(monkeypatch, token))


async def test_what_is_asked_for_is_enough(tmp_path):
    """The whole bot with the invitation's permissions: it listens, answers and writes without a refusal."""
    async with small_town(started=False) as town:
        town.guild.permit(town.guild.bots, checks.NEEDED.value)
        await town.start()
        thread = await town.ana.opens_thread(town.general, "a thread")
        await town.ana.say(thread, "hello")
        await (await town.ana.slash("mood", town.general, level=4)).answer()
        await town.settle()
        assert town.texts == ["hello"]
        assert not [call for call in town.server.requests if call.status == 403]
