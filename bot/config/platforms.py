"""What can be configured of each platform. Must not know what a platform does with it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from bot.config.secret import Secret
from bot.config.section import Settings


class Local(Settings):
    """The local page, where one plays a small community alone."""

    port: int = Field(8765, ge=0, le=65535, description="The port on 127.0.0.1; 0 takes any free one.")


def _as_text(value: object) -> object:
    """Ids may be written as bare numbers."""
    if isinstance(value, list | tuple):
        return tuple(_as_text(one) for one in value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Named = Annotated[tuple[str, ...], BeforeValidator(_as_text)]
"""Names or ids, as one finds them on the platform."""


class DiscordRoles(Settings):
    """Who is what, by the roles of the server. Who has none of these is a member; a server's owner is an owner."""

    moderator: Named = Field((), description="Names or ids of the roles that make a moderator.")
    owner: Named = Field((), description="Names or ids of the roles that make an owner.")


class Discord(Settings):
    """Discord: the application, where it listens, and who is what there."""

    token: Secret = Field(description="The bot's token, as the developer portal gave it.")
    policy_confirmed: bool = Field(
        False,
        description="That you read Discord's data policy and keep to it; until then nothing sensitive is kept there.",
    )
    servers: Named = Field(
        (), description="Names or ids of the community's servers; all that the bot is in by default."
    )
    listen: Named = Field(
        (), description="Channels and forums where messages are read, by name or id, or all; needs the content intent."
    )
    roles: DiscordRoles = Field(default_factory=lambda: DiscordRoles(), description="Who is what, by their roles.")
    leaving: bool = Field(
        False, description="Hear at once when somebody leaves; needs the intent for members. Bans are always heard."
    )
    try_out: Named = Field(
        (), description="Names or ids of servers in which commands are tried out: there only, and at once."
    )


class Matrix(Settings):
    """An account of the bot's own on any Matrix homeserver. Log in first: `handrail matrix login`."""

    community: tuple[str, ...] = Field(
        (),
        description="The spaces or rooms that are the community, as #harbour:example.org. The bot joins them and the "
        "rooms of the spaces. Only power in them makes moderators and owners.",
    )
    invites: tuple[str, ...] = Field(
        (),
        description="Whose invitations into further rooms are accepted: a person (@ana:example.org), a room "
        "(!id:example.org) or everybody of a server (example.org).",
    )
    direct: Literal["anyone", "community"] = Field(
        "anyone", description="Who may write to the bot privately: anyone, or who is in a room with it."
    )
    owners: tuple[str, ...] = Field((), description="Accounts that own the community, whatever their power.")
    moderators: tuple[str, ...] = Field((), description="Accounts that moderate, whatever their power.")
    owner_power: int = Field(100, description="From which power level on somebody is an owner.")
    moderator_power: int = Field(50, description="From which power level on somebody is a moderator.")
    redact: bool = Field(
        True, description="Take away private commands typed in a common room, where the bot has the power to."
    )
    describe: bool = Field(
        True,
        description="Describe the commands in rooms where the bot has the power to, for clients that complete them.",
    )
    reactions: bool = Field(
        True,
        description="Offer choices as reactions too, in common rooms, where they are answered in public or are for "
        "moderators alone.",
    )

    @field_validator("owners", "moderators")
    @classmethod
    def _accounts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not (one.startswith("@") and ":" in one):
                raise ValueError(f"{one!r} is no account; write it as @ana:example.org")
        return value

    @field_validator("community")
    @classmethod
    def _rooms(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if one[:1] not in ("#", "!"):
                raise ValueError(f"{one!r} is no room or space; write it as #harbour:example.org")
        return value


class Platforms(Settings):
    """Where the bot is. At least one."""

    discord: Discord | None = Field(None, description="Discord.")
    local: Local | None = Field(None, description="The local page, for trying things out.")
    matrix: Matrix | None = Field(None, description="An account on Matrix; `handrail matrix login` comes first.")
