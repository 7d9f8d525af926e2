"""The demo page in Chromium against the real sandbox, with a small bot that speaks plain Bot API."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, FilePayload, Locator, Page, Request, async_playwright, expect

from bot.sandbox.person import Person
from bot.sandbox.server import serve
from bot.sandbox.world import World
from tests.sandbox.conftest import Clock
from tests.sandbox.greeter import CODE, WELCOME, Bot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CUSTOMERS = {"سارا": "fa", "ليلى": "ar", "James": "en"}
PATIENCE = 30  # seconds, on a busy machine

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Demo:
    """What a test holds: the world behind, the bot in it and the page before it."""

    world: World
    bot: Bot
    clock: Clock
    page: Page
    people: dict[str, Person]

    def column(self, who: str) -> Locator:
        return self.page.locator(".column").filter(has=self.page.get_by_role("heading", name=who))

    async def open(self, who: str) -> Locator:
        await self.page.locator(".person-main").filter(has_text=who).click()
        return self.column(who)

    async def begun(self, who: str = "James") -> Locator:
        """The chat of somebody who has pressed Start and was greeted."""
        column = await self.open(who)
        await column.locator(".only").click()
        await expect(column.locator(".row.theirs")).to_have_count(1)
        return column

    async def update(self, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        while not (found := [update for update in self.bot.heard if fits(update)]):
            assert await self.bot.news.wait(PATIENCE), "the bot did not hear of it"
        return found[0]

    async def said(self, fits: Callable[[dict[str, Any]], Any]) -> Any:
        return (await self.update(lambda u: "message" in u and fits(u["message"])))["message"]

    async def write(self, column: Locator, text: str) -> None:
        await column.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def demo(browser: Browser, world: World, clock: Clock, request: pytest.FixtureRequest) -> AsyncIterator[Demo]:
    """A page on its own world; fails a test that made the console complain or a request leave the origin."""
    people = {name: world.person(name, language) for name, language in CUSTOMERS.items()}
    for customer in people.values():
        customer.role = {"en": "Customer"}
    world.person("Mona", "en").role = {"en": "Complaint handler"}
    server = await serve(world)
    async with aiohttp.ClientSession() as http:
        bot = Bot(f"{server.url}/bot{world.token}", http)
        running = asyncio.create_task(bot.run())
        width, height = getattr(request, "param", (1280, 800))
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
        page = await context.new_page()
        wrong = _watch(page, server.url)
        await page.goto(server.url)
        await page.wait_for_selector(".app.ready")
        yield Demo(world, bot, clock, page, people)
        await context.close()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    await server.stop()
    assert wrong == []


def _watch(page: Page, origin: str) -> list[str]:
    """What must not happen: complaints of the console, errors, requests to anywhere else."""
    wrong: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{origin}/", "blob:")):
            wrong.append(request.url)

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    return wrong


async def choose(demo: Demo, column: Locator, entry: str) -> None:
    """Pick an entry of the attach menu."""
    await column.locator(".composer-line > .icon-button").first.click()
    await demo.page.get_by_role("menuitem", name=entry).click()


async def message_action(demo: Demo, bubble: Locator, entry: str) -> None:
    await bubble.hover()
    await bubble.locator(".message-menu").click()
    await demo.page.get_by_role("menuitem", name=entry).click()


class TestWriting:
    async def test_start_greets_and_what_is_typed_is_answered_with_a_quote(self, demo: Demo) -> None:
        column = await demo.begun()
        await demo.write(column, "My kettle is broken.")
        await expect(column.locator(".row.own").last.locator(".words p")).to_have_text("My kettle is broken.")
        answer = column.locator(".row.theirs").last
        await expect(answer.locator(".quote-text")).to_have_text("My kettle is broken.")
        await expect(answer.locator(".words p")).to_have_text("✅ My kettle is broken.")

    async def test_a_reply_names_its_message_to_the_bot(self, demo: Demo) -> None:
        column = await demo.begun()
        await message_action(demo, column.locator(".row.theirs .bubble").last, "Reply")
        await demo.write(column, "About this")
        heard = await demo.said(lambda m: "reply_to_message" in m)
        assert heard["reply_to_message"]["text"].startswith("Welcome")
        await expect(column.locator(".row.own").last.locator(".quote-from")).to_have_text("Sulh")

    async def test_an_edit_reaches_the_bot_and_is_marked(self, demo: Demo) -> None:
        column = await demo.begun()
        await demo.write(column, "Ordre")
        await message_action(demo, column.locator(".row.own .bubble").last, "Edit")
        await demo.write(column, "Order")
        assert (await demo.update(lambda u: "edited_message" in u))["edited_message"]["text"] == "Order"
        await expect(column.locator(".row.own").last.locator(".edited")).to_be_visible()

    async def test_the_slash_lists_the_commands_of_this_chat_and_sends_one(self, demo: Demo) -> None:
        commands = [{"command": "new", "description": "New"}, {"command": "mine", "description": "Mine"}]
        column = await demo.begun()
        await demo.bot.call("setMyCommands", commands=commands)
        await column.locator(".slash").click()
        await expect(column.get_by_role("option")).to_have_count(2)
        await column.get_by_role("textbox").press_sequentially("/mi")
        await expect(column.get_by_role("option")).to_have_count(1)
        await demo.page.keyboard.press("Enter")
        await demo.said(lambda m: m.get("text") == "/mine")

    async def test_words_of_people_are_never_markup(self, demo: Demo) -> None:
        column = await demo.begun()
        attack = "<img src=x onerror=document.title='gone'><script>1</script>"
        await demo.write(column, attack)
        await expect(column.locator(".row.own").last.locator(".words p")).to_have_text(attack)
        assert await demo.page.title() == "Sulh demo"


class TestButtons:
    async def test_a_tap_edits_the_message_and_shows_the_toast(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.get_by_role("button", name="Take").click()
        await expect(column.locator(".toast")).to_have_text("Noted.")
        await expect(column.locator(".row.theirs .words p")).to_have_text(["Taken."])
        await expect(column.locator(".key")).to_have_count(0)

    async def test_an_alert_must_be_dismissed(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.get_by_role("button", name="Sure?").click()
        alert = demo.page.get_by_role("alertdialog")
        await expect(alert).to_contain_text("Noted.")
        await alert.get_by_role("button", name="OK").click()
        await expect(alert).to_have_count(0)

    async def test_styles_are_seen(self, demo: Demo) -> None:
        column = await demo.begun()
        read = "keys => keys.slice(0, 3).map(key => getComputedStyle(key).backgroundColor)"
        assert len(set(await column.locator(".key").evaluate_all(read))) == 3

    async def test_a_copy_button_copies(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.get_by_role("button", name="Code").click()
        await expect(column.locator(".toast")).to_have_text("Copied")
        assert await demo.page.evaluate("navigator.clipboard.readText()") == CODE

    async def test_a_command_in_a_message_is_sent_by_a_click(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.locator(".theirs .command").click()
        await demo.said(lambda m: m.get("text") == "/help")

    async def test_an_invite_link_is_opened_by_someone_new(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.get_by_role("button", name="Invite").click()
        await demo.page.get_by_role("button", name="Someone new").click()
        await demo.page.get_by_label("Name").fill("نیلوفر")
        await demo.page.get_by_role("combobox").select_option("fa")
        await demo.page.get_by_role("button", name="Create").click()
        await expect(demo.column("نیلوفر").locator(".row.theirs .words p").first).to_contain_text("join_77")
        await demo.said(lambda m: m.get("text") == "/start join_77")


class TestFiles:
    async def test_a_sample_photo_with_a_caption(self, demo: Demo) -> None:
        column = await demo.begun()
        await choose(demo, column, "Sample photo")
        await expect(column.locator(".bar-file")).to_have_count(1)
        await demo.write(column, "The parcel")
        assert (await demo.said(lambda m: "photo" in m))["caption"] == "The parcel"
        picture = column.locator(".row.own .tile img")
        assert await picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1200
        await picture.click()
        await expect(demo.page.locator(".viewer img")).to_be_visible()

    async def test_an_album_is_shown_as_one(self, demo: Demo) -> None:
        column = await demo.begun()
        await choose(demo, column, "Sample album")
        await expect(column.locator(".bar-file")).to_have_count(3)
        await demo.page.keyboard.press("Enter")
        await expect(column.locator(".row.own .mosaic.of-3 .tile")).to_have_count(3)
        first = await demo.said(lambda m: "photo" in m)
        await demo.said(lambda m: m.get("media_group_id") == first["media_group_id"] and m is not first)

    async def test_a_voice_message_can_be_played(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.locator(".send").click()
        await demo.said(lambda m: "voice" in m)
        await column.get_by_role("button", name="Play").click()
        await expect(column.get_by_role("slider")).not_to_have_attribute("aria-valuenow", "0")
        assert await column.locator("audio").evaluate("sound => Math.round(sound.duration)") == 3

    async def test_a_file_keeps_its_name(self, demo: Demo) -> None:
        column = await demo.begun()
        async with demo.page.expect_file_chooser() as chooser:
            await choose(demo, column, "File…")
        invoice = FilePayload(name="فاکتور.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4")
        await (await chooser.value).set_files([invoice])
        await demo.page.keyboard.press("Enter")
        assert (await demo.said(lambda m: "document" in m))["document"]["file_name"] == "فاکتور.pdf"
        await expect(column.locator(".row.own .file-name")).to_have_text("فاکتور.pdf")


class TestBlocking:
    async def test_who_stopped_the_bot_can_only_restart_it(self, demo: Demo) -> None:
        column = await demo.begun()
        await column.get_by_role("button", name="More").click()
        await demo.page.get_by_role("menuitem", name="Stop the bot").click()
        await demo.update(lambda u: _status(u) == "kicked")
        await expect(column.get_by_role("textbox")).to_be_hidden()
        await column.get_by_role("button", name="Restart the bot").click()
        await demo.update(lambda u: _status(u) == "member")
        await expect(column.get_by_role("textbox")).to_be_visible()


def _status(update: dict[str, Any]) -> str | None:
    change = update.get("my_chat_member")
    return str(change["new_chat_member"]["status"]) if change else None


class TestClock:
    async def test_a_jump_shows_the_new_day_and_what_it_caused(self, demo: Demo) -> None:
        async def jump(seconds: float) -> None:
            demo.clock.forward(seconds=seconds)
            await demo.bot.call("sendMessage", chat_id=demo.people["ليلى"].id, text="تذكير")

        demo.people["ليلى"].start()
        demo.world.on_advance = jump
        clock = demo.page.get_by_role("group", name="Clock of the demo")
        await expect(clock).to_contain_text("Saturday, 21 November 2026")
        await expect(clock).to_contain_text("30 Aban 1405")
        await clock.get_by_role("button", name=re.compile("1 day")).click()
        await expect(clock).to_contain_text("Sunday, 22 November 2026")
        row = demo.page.locator(".person").filter(has_text="ليلى").filter(has_text="تذكير")
        await expect(row.locator(".badge")).to_be_visible()


class TestDirection:
    @pytest.mark.parametrize(("who", "language"), [("سارا", "fa"), ("ليلى", "ar"), ("James", "en")])
    async def test_a_chat_is_laid_out_as_its_language_runs(self, demo: Demo, who: str, language: str) -> None:
        column = await demo.begun(who)
        await demo.write(column, WELCOME[language])
        await expect(column.locator(".row.theirs")).to_have_count(2)
        own, theirs = column.locator(".row.own .bubble").last, column.locator(".row.theirs .bubble").first
        places = [await each.evaluate("one => one.getBoundingClientRect().x") for each in (own, theirs)]
        assert await column.get_attribute("dir") == ("ltr" if language == "en" else "rtl")
        assert await column.get_attribute("lang") == language
        assert (places[0] < places[1]) is (language != "en")

    async def test_each_paragraph_runs_as_its_own_words_and_codes_stay_whole(self, demo: Demo) -> None:
        column = await demo.begun("سارا")
        read = "all => all.map(one => getComputedStyle(one).direction)"
        assert await column.locator(".row.theirs .words p").evaluate_all(read) == ["rtl", "rtl", "ltr"]
        assert await column.locator(".row.theirs .bubble").get_attribute("dir") is None
        await expect(column.locator("bdi[dir=ltr] > code")).to_have_text(CODE)

    @pytest.mark.parametrize("figures", ["+98 912 345 67 89", "۰۹۱۲ ۳۴۵ (۶۷)", "✅ 7 – 12"])
    async def test_figures_alone_do_not_turn_round(self, demo: Demo, figures: str) -> None:
        """Nowhere in a right-to-left chat: as they were sent, quoted, in an answer, in the list."""
        column = await demo.begun("سارا")
        await demo.write(column, figures)
        answer = column.locator(".row.theirs").last
        shown = [column.locator(".row.own .words p").last, *(answer.locator(each) for each in (".quote-text", "p"))]
        for place in (*shown, demo.page.locator(".person").filter(has_text="سارا").locator(".person-last")):
            await expect(place).to_contain_text(figures)
            await expect(place).to_have_css("direction", "ltr")

    async def test_the_page_itself_speaks_three_languages(self, demo: Demo) -> None:
        for language, words in (("فارسی", "فرد جدید"), ("العربية", "شخص جديد")):
            await demo.page.get_by_role("button", name=language).click()
            await expect(demo.page.locator("html")).to_have_attribute("dir", "rtl")
            await expect(demo.page.locator(".add-person")).to_have_text(words)


class TestLayout:
    async def test_a_newcomer_sees_a_customer_and_the_handler_side_by_side(self, demo: Demo) -> None:
        for who in ("سارا", "Mona"):
            await expect(demo.column(who)).to_be_visible()
        await expect(demo.page.locator(".intro")).to_be_visible()

    async def test_a_pinned_chat_stays(self, demo: Demo) -> None:
        await demo.column("Mona").locator("[data-role=pin]").click()
        await demo.open("James")
        for who, shown in (("Mona", 1), ("James", 1), ("سارا", 0)):
            await expect(demo.column(who)).to_have_count(shown)

    @pytest.mark.parametrize("demo", [(390, 844)], indirect=True)
    async def test_a_phone_shows_the_list_or_one_chat(self, demo: Demo) -> None:
        await expect(demo.page.locator(".sidebar")).to_be_visible()
        await expect(demo.page.locator(".column")).to_have_count(0)
        column = await demo.begun()
        await expect(demo.page.locator(".sidebar")).to_be_hidden()
        assert await demo.page.evaluate("document.documentElement.scrollWidth") == 390
        await column.locator("[data-role=back]").click()
        await expect(demo.page.locator(".sidebar")).to_be_visible()

    @pytest.mark.parametrize("demo", [(390, 844)], indirect=True)
    async def test_the_end_stays_in_sight_while_pictures_grow_and_the_place_of_who_reads_above(
        self, demo: Demo
    ) -> None:
        column, james = await demo.begun(), demo.people["James"]
        james.photo("A picture")
        await expect(column.get_by_text("✅", exact=True)).to_have_count(1)
        # A picture has come and grown, and then comes the event of the scroll before it.
        await column.locator(".log").evaluate("""log => {
            log.querySelector(".row:last-child").style.paddingTop = "900px";
            log.dispatchEvent(new Event("scroll"));
        }""")
        james.say("the last one")
        await expect(column.get_by_text("✅ the last one")).to_be_in_viewport()
        await column.locator(".log").hover()
        await demo.page.mouse.wheel(0, -900)
        await expect(column.get_by_text("✅ the last one")).not_to_be_in_viewport()
        james.say("and one more")
        await expect(column.get_by_text("✅ and one more")).to_have_count(1)
        await expect(column.get_by_text("✅ and one more")).not_to_be_in_viewport()

    async def test_every_word_of_the_page_exists_in_three_languages(self, demo: Demo) -> None:
        words = await demo.page.evaluate("import('/page/js/words.js').then(({WORDS}) => WORDS)")
        places = [{key: sorted(re.findall(r"{\w+}", text)) for key, text in each.items()} for each in words.values()]
        assert places == [places[0]] * 3
