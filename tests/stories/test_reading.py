"""The reading itself: it lets good messages pass and finds every fault that is planted."""

from typing import Any

import pytest

from backoffice.organisation import load
from bot.clock import MovableClock
from bot.i18n import Reader, catalog
from bot.sandbox import rules
from bot.sandbox.records import Event, Message
from bot.sandbox.world import World
from bot.texts import Code, say
from tests.stories.lexicon import LRI, PDI
from tests.stories.reading import Reading

CODE = "SLH-8F3D-9KXA-W"
SHOWN = say("{code}", code=Code(CODE))


class Letter:
    """One person who receives messages of the bot."""

    def __init__(self, language: str = "fa", **way: Any) -> None:
        self.world = World(MovableClock())
        self.reader = Reader(language, **way)
        self.reading = Reading(self.world, load(), lambda _person: self.reader)
        self.person = self.world.person("سارا", language)

    def t(self, msgid: str, **values: Any) -> str:
        """An entry in the person's language, filled in as it stands."""
        text = catalog(self.reader.language).gettext(msgid)
        return text.format(**values) if values else text

    def gets(self, html: str, *labels: str, protected: bool = False) -> Message:
        text, entities = rules.words(html, "HTML", None)
        keyboard = {"inline_keyboard": [[{"text": label, "callback_data": "x"}] for label in labels]}
        content = {"text": text, "entities": entities}
        extra = {"has_protected_content": True} if protected else {}
        return self.world.post(self.person.chat, self.world.bot, content, reply_markup=keyboard, extra=extra)

    def faults(self, *, staff: bool = False, about: bool = False) -> list[str]:
        places = {(seen.person, seen.message) for seen in self.reading.seen} if about else set()
        return self.reading.faults(frozenset({self.person.id} if staff else ()), frozenset(places))

    @property
    def footer(self) -> str:
        return "\n".join(
            [SHOWN, self.t("Stage: {stage}", stage=self.t("being investigated")), self.t("Next: our answer.")]
        )


@pytest.fixture
def letter() -> Letter:
    return Letter()


@pytest.mark.parametrize("language", ["fa", "ar", "en"])
def test_a_good_message_passes(language: str) -> None:
    letter = Letter(language)
    letter.person.say("Anything that Sara said, 12 words or so")
    quote = "<blockquote>Anything that Sara said, 12 words or so</blockquote>"
    letter.gets(f"<b>{letter.t('A message about your complaint')}</b>\n\n{quote}\n\n{letter.footer}", letter.t("Menu"))
    assert letter.faults(about=True) == []


class TestWords:
    @pytest.mark.parametrize(
        ("html", "fault"),
        [
            ("این جمله در هیچ فهرستی نیست.", "no entry says"),
            ("Please write it as text.", "no entry says"),
            ("Please write it as text.", "a Latin word: 'Please'"),
            ("زبان Language", "a Latin word"),
            ("شناسه: {reference}", "an unfilled placeholder"),
            ("پاسخ ما را تا يكشنبه دریافت می‌کنید.", "letters of another language: ['ك', 'ي']"),
            ("<blockquote>هیچ‌کس این را نگفته است</blockquote>", "nobody said"),
            ("از طرف: \u2068هیچ‌کس\u2069", "no entry says"),
        ],
    )
    def test_what_no_catalog_says(self, letter: Letter, html: str, fault: str) -> None:
        letter.gets(html)
        assert any(fault in each for each in letter.faults())

    def test_words_that_were_said_may_be_quoted_joined_and_cut(self, letter: Letter) -> None:
        long = "یک متن بلند " * 10
        for words in ("نخست", "سپس", long):
            letter.person.say(words)
        letter.gets("<blockquote>نخست\n\nسپس (ویرایش‌شده)</blockquote>")
        letter.gets(f"<blockquote>{long[:80].rstrip()}…</blockquote>")
        assert letter.faults() == []
        letter.gets("<blockquote>نخست سپس</blockquote>")
        assert letter.faults()

    @pytest.mark.parametrize(
        ("line", "good"),
        [
            ("⏳ مهلت: یکشنبه ۸ آذر، ساعت ۰۹:۳۰", True),
            ("⏳ مهلت: یکشنبه 8 آذر، ساعت ۰۹:۳۰", False),
            ("⏳ مهلت: یکشنبه ٨ آذر، ساعت ۰۹:۳۰", False),
            ("⏳ مهلت: یکشنبه ۲۹ نوامبر، ساعت ۰۹:۳۰", False),
            ("⏳ مهلت: ۸ آذر، ساعت ۰۹:۳۰", False),
            ("⏳ مهلت: یکشنبه ۸ آذر، ساعت ۹", False),
        ],
    )
    def test_dates_and_times_in_the_readers_calendar(self, letter: Letter, line: str, good: bool) -> None:
        letter.gets(line)
        assert bool(letter.faults()) is not good

    def test_who_prefers_latin_digits_gets_no_others(self) -> None:
        letter = Letter(native_digits=False)
        letter.gets("⏳ مهلت: یکشنبه 8 آذر، ساعت 09:30")
        assert letter.faults() == []
        letter.gets("⏳ مهلت: یکشنبه ۸ آذر، ساعت 09:30")
        assert any("the wrong digits" in fault for fault in letter.faults())

    def test_hijri_dates_for_who_prefers_them(self) -> None:
        letter = Letter("ar", hijri=True)
        letter.gets(letter.t("⏳ Due {date}, {time}", date="الأحد ٩ جمادى الآخرة", time="١٧:٠٠"))
        assert letter.faults() == []
        letter.gets(letter.t("⏳ Due {date}, {time}", date="الأحد ٢٩ نوفمبر", time="١٧:٠٠"))
        assert letter.faults()


class TestCases:
    @pytest.mark.parametrize(
        "code",
        [CODE, f"{LRI}{CODE}{PDI}", f"<code>{CODE}</code>", f"{LRI}<code>{CODE}</code>", f"<code>{CODE}</code>{PDI}"],
    )
    def test_a_code_stands_in_an_isolate_and_can_be_copied(self, letter: Letter, code: str) -> None:
        letter.gets(letter.footer.replace(SHOWN, code))
        assert any("isolate" in fault for fault in letter.faults())

    def test_an_isolate_that_does_not_end(self, letter: Letter) -> None:
        letter.gets(f"از طرف: \u2068سارا\n\n{letter.footer}")
        assert any("does not end" in fault for fault in letter.faults())

    @pytest.mark.parametrize("line", [0, 1, 2])
    def test_customers_read_code_stage_and_next_step(self, letter: Letter, line: int) -> None:
        lines = letter.footer.split("\n")
        letter.gets("\n".join([letter.t("A message about your complaint"), *lines[:line], *lines[line + 1 :]]))
        assert any("code, stage and next step" in fault for fault in letter.faults(about=True))

    def test_staff_read_cases_only_in_protected_messages(self, letter: Letter) -> None:
        letter.gets(SHOWN, protected=True)
        assert letter.faults(staff=True) == []
        letter.gets(f"📎 {SHOWN}")
        assert any("not protected" in fault for fault in letter.faults(staff=True))

    @pytest.mark.parametrize(
        "first", ["✅ We have received your complaint.", "Our answer to your complaint", "✅ Your complaint is closed."]
    )
    def test_the_next_route_is_named_where_it_must_be(self, letter: Letter, first: str) -> None:
        letter.gets(f"<b>{letter.t(first)}</b>\n\n{letter.footer}")
        assert any("the second look" in fault for fault in letter.faults())


class TestButtonsAndTheRest:
    @pytest.mark.parametrize(
        ("labels", "fault"),
        [
            (["Menu"], "no entry says the button"),
            (["لغو", "کاری که نیست"], "no entry says the button"),
            (["۱ ⭐"] * 9, "more than 8 choices"),
            (["مشاهدهٔ شکایتی که نامش از اندازهٔ دکمه‌های یک تلفن کوچک بسیار بلندتر است…"], "is too long"),
            (["1 ⭐"], "the wrong digits"),
        ],
    )
    def test_buttons(self, letter: Letter, labels: list[str], fault: str) -> None:
        letter.gets(letter.t("Please write it as text."), *labels)
        assert any(fault in each for each in letter.faults())

    def test_every_version_is_read_once(self, letter: Letter) -> None:
        message = letter.gets(letter.t("Please write it as text."), letter.t("Menu"))
        letter.world.change(message, {"text": "این نسخه نباید باشد"})
        letter.world.change(message, {"text": letter.t("Please write it as text.")})
        assert len(letter.reading.seen) == 3
        assert any("این نسخه" in fault for fault in letter.faults())

    @pytest.mark.parametrize("kind", ["toast", "alert"])
    def test_what_a_tap_is_answered_with_is_read_too(self, letter: Letter, kind: str) -> None:
        for text in (letter.t("Help"), "Done", letter.t("Help") * 60):
            letter.world.emit(Event(kind, letter.person.id, data={"text": text, "person_id": letter.person.id}))
        unknown, latin, *long = (fault.split("\n")[0] for fault in letter.faults())
        assert (unknown, latin) == ("fa: no entry says 'Done'", "fa: a Latin word: 'Done'")
        assert "fa: longer than 200" in long

    def test_ones_own_menu_is_read_too(self, letter: Letter) -> None:
        letter.world.commands[f"chat:{letter.person.id}", ""] = [{"command": "help", "description": "Help"}]
        letter.world.emit(Event("commands", letter.person.id))
        assert any("no entry says 'Help'" in fault for fault in letter.faults())

    def test_a_text_may_not_be_longer_than_telegram_takes(self, letter: Letter) -> None:
        words = "سلام " * 900
        letter.world.post(letter.person.chat, letter.person.user, {"text": words.strip()})
        letter.gets(f"<blockquote>{words.strip()}</blockquote>")
        assert any("longer than 4096" in fault for fault in letter.faults())


class TestBeforeAnybodySpeaks:
    """The profile, and the menu of whoever has none of their own."""

    @pytest.mark.parametrize("language", ["fa", "ar", "en", ""])
    def test_what_is_worded_for_its_readers_passes(self, language: str) -> None:
        organisation = load()
        letter = Letter(language or organisation.default_language)
        name = organisation.name[letter.reader.language]
        welcome = letter.t("Welcome to the complaint desk of {organisation}.", organisation=name)
        routes = letter.t(
            "If the answer does not satisfy you, other people will look at it again, and after that an independent"
            " mediator can."
        )
        letter.world.profile["name", language] = name
        letter.world.profile["description", language] = f"{welcome}\n\n{routes}"
        letter.world.profile["short_description", language] = welcome
        letter.world.commands["default", language] = [{"command": "help", "description": letter.t("Help")}]
        assert letter.faults() == []

    @pytest.mark.parametrize("language", ["fa", ""])
    @pytest.mark.parametrize("field", ["name", "description", "short_description"])
    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("به میز شکایت خوش آم", "no entry says"),
            ("Help", "no entry says 'Help'"),
            ("راهنما /help Help", "a Latin word"),
            ("المساعدة", "no entry says"),
            ("شناسه: {reference}", "an unfilled placeholder"),
            ("راهنما\n" * 90, "longer than"),
        ],
    )
    def test_the_profile_is_read(self, letter: Letter, language: str, field: str, text: str, fault: str) -> None:
        letter.world.profile[field, language] = text
        assert any(fault in each for each in letter.faults())

    def test_a_welcome_names_the_next_routes(self, letter: Letter) -> None:
        welcome = letter.t("Welcome to the complaint desk of {organisation}.", organisation=load().name["fa"])
        letter.world.profile["description", "fa"] = f"{welcome}\n{letter.t('Help')}"
        assert any("the second look" in fault for fault in letter.faults())

    @pytest.mark.parametrize("place", [("default", "ar"), ("default", ""), ("all_private_chats", "fa")])
    def test_the_menu_of_everybody_is_read(self, letter: Letter, place: tuple[str, str]) -> None:
        letter.world.commands[place] = [{"command": "help", "description": "Help"}]
        assert any("no entry says 'Help'" in fault for fault in letter.faults())
