"""The gate of the page: only this machine's name, only the token, only its own page; and what its verbs take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.local import LocalPlatform, Mount, PageServer, open_served
from bot.talk.errors import PlatformStopped, StartRefused
from bot.talk.model import PlaceRef, UserRef
from bot.talk.reply import Attachment, Picture, say
from bot.talk.text import _
from tests.local.harbour import COMMANDS, Bot, Harbour, ports, serving, until

PNG = b"\x89PNG\r\n\x1a\n"


class Page:
    """A client at the page's own address."""

    def __init__(self, harbour: Harbour, server: PageServer, session: aiohttp.ClientSession) -> None:
        self.harbour = harbour
        self.server = server
        self.session = session
        self.origin = f"http://127.0.0.1:{server.port}"

    async def do(self, verb: str, status: int = 200, **body: Any) -> Any:
        headers = {"Origin": self.origin}
        async with self.session.post(f"{self.server.url}api/{verb}", json=body, headers=headers) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def view(self, person: str = "ana", **wanted: str) -> Any:
        query = {"person": person, **wanted}
        async with self.session.get(f"{self.server.url}api/view", params=query) as answer:
            assert answer.status == 200
            return await answer.json()

    async def status(self, method: str, url: str, **headers: str) -> int:
        async with self.session.request(method, url, headers=headers, json={}) as answer:
            await answer.read()
            return answer.status


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    harbour = Harbour()

    async def workbench(_request: web.Request) -> web.Response:
        return web.Response(text="the workbench")

    app = web.Application()
    app.router.add_get("/", workbench)
    server = await PageServer.start(harbour.platform, mounts=[Mount("workbench", _("Yes"), app)])
    async with serving(harbour.platform, harbour.bot), aiohttp.ClientSession() as session:
        yield Page(harbour, server, session)
        await server.close()
    harbour.store.close()


# --- the gate --------------------------------------------------------------------------------------------------------


async def test_it_listens_on_this_machine_only_and_its_address_holds_the_token(page: Page) -> None:
    assert page.server.url.startswith(f"{page.origin}/{page.harbour.store.token}/")
    assert len(page.harbour.store.token) >= 32


@pytest.mark.parametrize("path", ["", "x/", "{half}/", "{token}x/", "x/api/view", "x/workbench/", "x/api/live"])
async def test_without_the_token_there_is_nothing(page: Page, path: str) -> None:
    token = page.harbour.store.token
    url = f"{page.origin}/" + path.format(half=token[:16], token=token)
    assert await page.status("GET", url) == 404
    assert await page.status("POST", url, Origin=page.origin) == 404


@pytest.mark.parametrize("path", ["", "page.js", "api/view", "api/live", "workbench/", "file/x"])
@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "127.0.0.1:1", "localhost.example.org:{port}", ""])
async def test_a_name_that_only_resolves_to_this_machine_is_no_way_in(page: Page, host: str, path: str) -> None:
    assert await page.status("GET", page.server.url + path, Host=host.format(port=page.server.port)) in (400, 421)


async def test_localhost_is_this_machine_too(page: Page) -> None:
    host = f"localhost:{page.server.port}"
    assert await page.status("GET", page.server.url, Host=host) == 200
    assert await page.status("POST", f"{page.server.url}api/say", Host=host, Origin=f"http://{host}") == 400
    assert await page.status("POST", f"{page.server.url}api/say", Host=host, Origin=page.origin) == 403


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1", "https://127.0.0.1:{port}"])
async def test_another_sites_script_may_neither_look_nor_act(page: Page, origin: str) -> None:
    origin = origin.format(port=page.server.port)
    assert await page.status("GET", f"{page.server.url}api/view", Origin=origin) == 403
    assert await page.status("POST", f"{page.server.url}api/say", Origin=origin) == 403
    assert await page.status("GET", f"{page.server.url}workbench/", Origin=origin) == 403


async def test_acting_needs_an_origin_and_json(page: Page) -> None:
    assert await page.status("POST", f"{page.server.url}api/say") == 403
    headers = {"Origin": page.origin, "Content-Type": "text/plain"}
    async with page.session.post(f"{page.server.url}api/say", data="{}", headers=headers) as answer:
        assert answer.status == 415
    headers["Content-Type"] = "application/json"
    for data in ("{", "[]", '"x"', b"\xff\xfe", "null"):
        async with page.session.post(f"{page.server.url}api/say", data=data, headers=headers) as answer:
            assert answer.status == 400
    async with page.session.post(f"{page.server.url}api/say", data="x" * 3_000_000, headers=headers) as answer:
        assert answer.status == 413


async def test_nothing_from_outside_may_run_and_nothing_leaks(page: Page) -> None:
    for path in ("", "page.js", "api/view", "workbench/", "nothing"):
        async with page.session.get(page.server.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_every_file_of_the_page_is_served_and_names_nothing_outside(page: Page) -> None:
    folder = Path("adapters/local/page")
    for path in sorted(folder.iterdir()):
        name = "" if path.name == "index.html" else path.name
        async with page.session.get(page.server.url + name) as answer:
            assert answer.status == 200 and await answer.read() == path.read_bytes()
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text and "https:" not in text and "innerHTML" not in text and "//cdn" not in text


async def test_a_port_that_is_taken_is_said_in_a_sentence(page: Page) -> None:
    with pytest.raises(StartRefused, match="can't be opened"):
        await PageServer.start(page.harbour.platform, page.server.port)


# --- looking and acting ----------------------------------------------------------------------------------------------


async def test_what_is_seen_is_what_that_person_sees(page: Page) -> None:
    await page.harbour.platform.invoke("d.ana", "d.general", "mood", {"level": 2})
    await page.harbour.platform.say("m.mira", "m.mods", "hello")
    ana, mira = await page.view("ana"), await page.view("mira", m="m.mods")
    assert [one["only_you"] for one in ana["sides"]["d"]["messages"]] == [True]
    assert mira["sides"]["d"]["messages"] == []
    assert [one["text"] for one in mira["sides"]["m"]["messages"]] == ["hello"]
    assert "m.mods" not in [place["id"] for place in ana["sides"]["m"]["places"]]
    # Asking for what is not open shows what is.
    assert (await page.view("ana", m="m.mods"))["sides"]["m"]["place"] == "m.general"
    assert (await page.view("nobody"))["person"] == "ana"
    assert [offer["name"] for offer in mira["sides"]["d"]["offers"]] == ["/lock", "/mood", "/wave"]
    assert mira["sides"]["m"]["offers"] == []
    assert ana["tabs"] == [{"path": "workbench", "title": "Yes"}] and ana["running"] and not ana["moves"]


async def test_the_verbs_of_the_page(page: Page) -> None:
    bot, at = page.harbour.bot, {"account": "d.ana", "place": "d.general"}
    said = (await page.do("say", **at, text="hello"))["message"]
    await page.do("say", account="d.ben", place="d.general", text="hi", reply_to=said)
    await page.do("edit", account="d.ana", message=said, text="hello all")
    await page.do("invoke", **at, command="wave", args={"to": "d.ben"})
    form = (await page.do("invoke", **at, command="mood", args={}))["form"]
    assert [field["name"] for field in form["fields"]] == ["level", "note"]
    assert (await page.view())["sides"]["d"]["form"]["id"] == form["id"]
    await page.do("submit", account="d.ana", form=form["id"], values={"level": "3", "note": ""})
    await until(lambda: len(bot.invoked) == 2 and len(page.harbour.texts("d.ana", "d.general")) == 4)
    waved, noted = page.harbour.platform.seen("d.ana", "d.general")[2:]
    await page.do("press", account="d.ben", message=waved.id, index=0)
    await page.do("press", account="d.ana", message=noted.id, index=1)
    form = (await page.view())["sides"]["d"]["form"]
    await page.do("cancel", account="d.ana", form=form["id"])
    assert (await page.view())["sides"]["d"]["form"] is None
    found = await page.do("suggest", account="d.ana", command="wave", param="zone", typed="ber")
    assert found == {"options": [{"value": "Europe/Berlin", "label": "Europe/Berlin"}]}
    await page.do("delete", account="d.ana", message=said)
    assert [one.text for one in bot.heard] == ["hello", "hi", "hello all"]
    assert bot.invoked[-1].command == "done" and bot.left[0].message is not None


async def test_people_come_go_and_change_their_language(page: Page) -> None:
    assert await page.do("add", name="Noor", language="en", role="moderator") == {"person": "noor"}
    assert await page.do("add", 409, name="noor", language="en") == {"error": "name-taken"}
    assert await page.do("add", 409, name="X", language="xx") == {"error": "unknown"}
    await page.do("speak", person="noor", language="de")
    await page.do("leave", account="d.noor")
    noor = (await page.view("noor"))["people"][-1]
    assert (noor["locale"], noor["role"], noor["here"]) == ("de", "moderator", {"d": False, "m": True})
    assert (await page.view("noor"))["sides"]["d"]["place"] is None
    assert await page.do("say", 409, account="d.noor", place="d.general", text="hello") == {"error": "not-here"}
    await page.do("join", account="d.noor")
    await page.do("say", account="d.noor", place="d.general", text="hello")


async def test_unread_marks_are_for_each_person(page: Page) -> None:
    await page.do("say", account="d.ana", place="d.support", text="hello")
    ben = (await page.view("ben"))["people"][1]
    assert ben["unread"] == {"d": 1, "m": 0}
    await page.do("read", account="d.ben", place="d.support")
    people = (await page.view("ben"))["people"]
    assert [one["unread"]["d"] for one in people] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("fly", {}),
        ("say", {"account": "d.ana", "place": "d.general", "text": 5}),
        ("say", {"account": "d.ana", "place": "d.general", "text": "x", "reply_to": 5}),
        ("press", {"account": "d.ana", "message": "1", "index": True}),
        ("press", {"account": "d.ana", "message": "1", "index": "0"}),
        ("invoke", {"account": "d.ana", "place": "d.general", "command": "wave", "args": []}),
        ("invoke", {"account": "d.ana", "place": "d.general", "command": "wave", "args": {"to": {"a": 1}}}),
        ("advance", {"by": "year"}),
        ("advance", {"by": "hour"}),
    ],
)
async def test_what_the_page_would_not_send_is_not_taken(page: Page, verb: str, body: dict[str, Any]) -> None:
    assert await page.do(verb, 400, **body) == {"error": "bad-request"}
    assert not page.harbour.bot.heard and not page.harbour.bot.invoked


@pytest.mark.parametrize(
    ("verb", "body", "why"),
    [
        ("say", {"account": "d.ana", "place": "d.general", "text": " "}, "empty"),
        ("say", {"account": "d.ana", "place": "d.mods", "text": "x"}, "not-open-to-you"),
        ("say", {"account": "d.ana", "place": "m.general", "text": "x"}, "not-open-to-you"),
        ("say", {"account": "x.ana", "place": "d.general", "text": "x"}, "unknown"),
        ("press", {"account": "d.ana", "message": "99", "index": 0}, "no-such-message"),
        ("submit", {"account": "d.ana", "form": "x", "values": {}}, "form-closed"),
    ],
)
async def test_what_the_platform_does_not_let_one_do_has_a_short_reason(
    page: Page, verb: str, body: dict[str, Any], why: str
) -> None:
    assert await page.do(verb, 409, **body) == {"error": why}


async def test_files_are_for_those_who_see_their_message_and_never_run(page: Page) -> None:
    script = b"<script>alert(1)</script>"
    reply = say(
        Picture(PNG, "chart.png", _("Yes")),
        Picture(script, "chart.svg", _("Yes")),
        Attachment(script, 'x"\r\n.html', "text/html"),
    )
    await page.harbour.platform.send(UserRef("local", "d.ana"), reply, key="k", language="en")
    blocks = (await page.view("ana", d="d.dm.ana"))["sides"]["d"]["messages"][0]["blocks"]
    answers = []
    for block in blocks:
        url = f"{page.server.url}file/{block['file']}"
        assert await page.status("GET", f"{url}?as=d.ben") == await page.status("GET", url) == 404
        async with page.session.get(f"{url}?as=d.ana") as answer:
            answers.append((answer.content_type, answer.headers["Content-Disposition"].split(";")[0]))
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answers == [
        ("image/png", "inline"),
        ("application/octet-stream", "attachment"),
        ("application/octet-stream", "attachment"),
    ]


async def test_the_stream_says_when_to_look_and_never_what(page: Page) -> None:
    async with page.session.get(f"{page.server.url}api/live") as stream:
        assert stream.content_type == "text/event-stream"

        async def until_told(what: bytes) -> bytes:
            told = b""
            while what not in told:
                told += await stream.content.readany()
            return told

        await until_told(b"data: hello\n\n")
        await page.do("say", account="d.ana", place="d.support", text="a secret")
        assert b"secret" not in await until_told(b"data: d.support\n\n")
        await page.harbour.platform.send(PlaceRef("local", "m.general"), say("x"), key="k", language="en")
        await until_told(b"data: m.general\n\n")
        page.harbour.bot.broken = True
        await page.do("say", account="d.ana", place="d.support", text="a secret")
        await until_told(b"data: failed:d.ana\n\n")
        await page.server.close()
        assert b"closing" not in await stream.content.read()


async def test_the_clock_moves_by_the_steps_of_the_page() -> None:
    moved: list[timedelta] = []

    async def advance(by: timedelta) -> None:
        moved.append(by)

    harbour = Harbour()
    platform = LocalPlatform(harbour.ports, harbour.store, advance=advance)
    server = await PageServer.start(platform, token="t" * 32)
    async with aiohttp.ClientSession() as session:
        page = Page(harbour, server, session)
        assert server.url.endswith(f"/{'t' * 32}/") and (await page.view())["moves"]
        for by in ("hour", "day", "week"):
            await page.do("advance", by=by)
    await server.close()
    assert moved == [timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)]


async def test_served_with_the_bot_the_address_is_printed_once_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses = []
    for _start in range(2):
        platform = open_served(ports(), tmp_path / "new" / "local.db", 0, "!")
        async with serving(platform, Bot()), aiohttp.ClientSession() as session:
            await until(lambda made=platform: made.running)
            addresses.append(capsys.readouterr().out.split()[1])
            async with session.get(addresses[-1]) as answer:
                assert "Harbour" in await answer.text()
        platform.store.close()
    first, second = (address.split("/") for address in addresses)
    assert first[3] == second[3]


async def test_served_where_the_port_is_taken_only_the_owner_can_help(page: Page, tmp_path: Path) -> None:
    platform = open_served(ports(), tmp_path / "local.db", page.server.port, "!")
    with pytest.raises(PlatformStopped, match="can't be opened"):
        await asyncio.wait_for(platform.run(Bot(), COMMANDS), 5)


async def test_a_watcher_who_falls_behind_is_told_to_look_at_everything(page: Page) -> None:
    changes = page.harbour.platform.changes
    with changes.watch() as told:
        for number in range(200):
            changes.tell(f"d.{number}")
        heard = {told.get_nowait() for _each in range(told.qsize())}
    assert "everything" in heard and len(heard) <= 65
