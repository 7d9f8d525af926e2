"""The organisation that ships is complete, and what it promises is what its limits say."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.organisation import DEFAULT, load
from backoffice.organisation_file import CODES, PROMISES, SEVERITIES, Words

LANGUAGES = ("fa", "ar", "en")
SHIPPED = DEFAULT.read_text("utf-8")
ORGANISATION = load()


def tehran(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tehran"))


def changed(path: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the file that ships, with each old text (it must be there) replaced by a new one."""
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = path / "organisation.toml"
    file.write_text(text, "utf-8")
    return file


class TestShipped:
    def test_it_is_a_shop_in_iran(self):
        assert ORGANISATION.name["fa"] == "فروشگاه آفتاب"
        assert ORGANISATION.name.in_("en") == "Aftab Store"
        assert (ORGANISATION.country, ORGANISATION.time_zone) == ("IR", "Asia/Tehran")
        assert ORGANISATION.calendar.zone == ZoneInfo("Asia/Tehran")

    def test_every_category_has_a_department_and_a_place_in_a_group(self):
        assert len(ORGANISATION.categories) == 31
        assert len(ORGANISATION.category_groups) == 8
        handled = {category.department for category in ORGANISATION.categories}
        assert handled == {each.code for each in ORGANISATION.departments}

    def test_labels_differ_within_their_list(self):
        lists = [
            ORGANISATION.category_groups,
            *(group.categories for group in ORGANISATION.category_groups),
            ORGANISATION.remedies,
            ORGANISATION.departments,
        ]
        for entries in lists:
            for language in LANGUAGES:
                assert len({each.words[language] for each in entries}) == len(entries)

    def test_labels_of_codes_differ_within_their_list(self):
        for section in (
            "severities",
            "decisions",
            "closure_reasons",
            "channels",
            "roles",
            "provider_types",
            "methods",
            "payers",
        ):
            words = getattr(ORGANISATION, section).values()
            for language in LANGUAGES:
                assert len({each[language] for each in words}) == len(words)

    def test_persian_and_arabic_are_written_in_their_own_letters(self):
        for words in _all_words(ORGANISATION):
            assert not set(words.fa) & set("كيىة"), words.fa
            assert not set(words.ar) & set("کیپچژگ"), words.ar

    def test_what_needs_nobody_to_carry_it_out(self):
        idle = {remedy.code for remedy in ORGANISATION.remedies if not remedy.to_carry_out}
        assert idle == {"apology", "information", "none"}

    def test_the_wishes_are_remedies(self):
        assert len(ORGANISATION.wishes) == 8
        assert all(wish == ORGANISATION.remedy(wish.code) for wish in ORGANISATION.wishes)

    def test_every_clock_runs_out_after_it_starts(self):
        start = tehran("2026-11-25T15:00")
        for clock in CODES["deadlines"] + CODES["windows"]:
            for severity in (*SEVERITIES, None):
                if (clock, severity) not in {("containment", "low"), ("root_cause", "low")}:
                    assert ORGANISATION.due(clock, severity, start) > start, clock

    def test_graver_cases_are_never_given_more_time(self):
        start = tehran("2026-11-25T15:00")
        for clock in ("assessment", "first_response", "final_response", "review_decision", "implementation"):
            ends = [ORGANISATION.due(clock, severity, start) for severity in SEVERITIES]
            assert ends == sorted(ends), clock

    def test_the_way_out_names_a_mediator_and_public_bodies(self):
        consents = [provider.consent for provider in ORGANISATION.providers]
        assert ORGANISATION.providers[0].type == "mediator"
        assert consents[0]
        assert consents.count(False) >= 5

    def test_reading_it_needs_no_telegram_and_its_import_no_holidays(self):
        code = (
            "import sys, backoffice.organisation;"
            "print([m for m in ('aiogram', 'telegram', 'babel', 'holidays') if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


class TestFind:
    def test_by_code(self):
        category = ORGANISATION.category("delivery.late")
        assert category is not None
        assert ORGANISATION.department(category.department).words.en == "Delivery team"
        assert ORGANISATION.root_cause("supplier.logistics").words.en == "Carrier and logistics"
        assert ORGANISATION.category_group("delivery") is ORGANISATION.category_groups[0]

    def test_what_a_stranger_sent_is_none_and_what_we_wrote_must_be_there(self):
        assert ORGANISATION.category("nonsense") is None
        assert ORGANISATION.category_group("nonsense") is None
        assert ORGANISATION.find_remedy("nonsense") is None
        for look_up in (ORGANISATION.remedy, ORGANISATION.department, ORGANISATION.root_cause):
            with pytest.raises(KeyError):
                look_up("nonsense")


class TestDue:
    """2026-11-25 is a Wednesday, the last working day of its week."""

    @pytest.mark.parametrize(
        ("clock", "severity", "end"),
        [
            ("unassigned_alarm", None, "2026-11-25T16:30"),
            ("assessment", "critical", "2026-11-25T18:00"),
            ("assessment", "high", "2026-11-28T12:00"),
            ("final_response", "critical", "2026-11-30T17:00"),
            ("final_response", "medium", "2026-12-09T17:00"),
            ("final_response", None, "2026-12-09T17:00"),
            ("refund", "low", "2026-12-02T16:00"),
        ],
    )
    def test_in_each_unit(self, clock, severity, end):
        assert ORGANISATION.due(clock, severity, tehran("2026-11-25T16:00")) == tehran(end)

    def test_what_the_organisation_owes_never_ends_outside_its_working_time(self):
        assert ORGANISATION.due("refund", "low", tehran("2026-11-26T10:00")) == tehran("2026-12-05T17:00")

    def test_a_customers_window_ends_with_its_day_even_on_a_friday(self):
        end = ORGANISATION.due("customer_confirm", "low", tehran("2026-11-20T10:00"))
        assert end.astimezone(ZoneInfo("Asia/Tehran")).isoformat() == "2026-11-27T23:59:59.999999+03:30"

    def test_holidays_of_the_country_do_not_count(self):
        nowruz = ORGANISATION.due("counter_answer", None, tehran("2027-03-17T10:00"))
        assert nowruz == tehran("2027-03-28T17:00")
        assert not ORGANISATION.calendar.intervals(date(2027, 3, 21))

    def test_a_case_that_comes_back_has_half_the_time_but_two_days_at_least(self):
        start = tehran("2026-11-21T10:00")
        for severity, end in (("critical", "2026-11-23T17:00"), ("medium", "2026-11-28T17:00")):
            half = ORGANISATION.half("final_response", severity)
            assert ORGANISATION.end("final_response", half, start) == tehran(end)

    def test_none_is_no_limit(self):
        with pytest.raises(LookupError, match="no containment for low"):
            ORGANISATION.limit("containment", "low")

    @settings(max_examples=200, deadline=None)
    @given(st.integers(0, 2_000_000), st.integers(-3, 8 * 86_400))
    def test_what_expired_is_what_was_due(self, seconds, later):
        start = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        due = ORGANISATION.due("draft_expiry", None, start)
        assert start < ORGANISATION.expired_before("draft_expiry", None, due)
        now = start + timedelta(seconds=later)
        assert (start < ORGANISATION.expired_before("draft_expiry", None, now)) == (due <= now)

    def test_expiry_is_asked_of_windows_alone(self):
        with pytest.raises(ValueError, match="no window in calendar days"):
            ORGANISATION.expired_before("final_response", None, tehran("2026-11-21T10:00"))


class TestCalendar:
    @pytest.mark.parametrize(
        ("week", "open_days", "half_day"),
        [
            ("ir_thu_fri", "sat sun mon tue wed", None),
            ("ir_thu_half", "sat sun mon tue wed thu", ("thu", 13)),
            ("ir_fri", "sat sun mon tue wed thu", None),
            ("gulf", "sun mon tue wed thu", None),
            ("uae", "mon tue wed thu fri", ("fri", 12)),
            ("international", "mon tue wed thu fri", None),
        ],
    )
    def test_known_weeks(self, tmp_path, week, open_days, half_day):
        calendar = load(changed(tmp_path, ('week = "ir_thu_fri"', f'week = "{week}"'))).calendar
        days = {f"{day:%a}".lower(): day for day in (date(2026, 11, 21 + n) for n in range(7))}
        assert {name for name, day in days.items() if calendar.hours(day)} == set(open_days.split())
        if half_day:
            assert calendar.hours(days[half_day[0]])[-1][1].hour == half_day[1]

    def test_own_weekdays_and_dates(self, tmp_path):
        file = changed(
            tmp_path,
            ("extra_closed = []", "extra_closed = [2026-11-24]"),
            ("extra_open = []", "extra_open = [2026-11-27, 2027-03-21]"),
            ("# [calendar.days]\n# thu", "[calendar.days]\nthu"),
            ("# [calendar.dates]\n# 2027-03-18", "[calendar.dates]\n2026-11-28"),
        )
        calendar = load(file).calendar
        closing = {day: calendar.hours(date(2026, 11, day))[-1:] for day in (24, 26, 27, 28)}
        assert {day: hours and hours[0][1].hour for day, hours in closing.items()} == {
            24: (),
            26: 13,
            27: 17,
            28: 12,
        }
        assert calendar.hours(date(2027, 3, 21))

    def test_the_gulf_by_three_changes(self, tmp_path):
        gulf = load(
            changed(
                tmp_path,
                ('week = "ir_thu_fri"', 'week = "gulf"'),
                ('holidays = "IR"', 'holidays = "SA"'),
                ('time_zone = "Asia/Tehran"', 'time_zone = "Asia/Riyadh"'),
            )
        )
        assert not gulf.calendar.hours(date(2026, 9, 23))  # national day
        assert gulf.calendar.hours(date(2026, 9, 24))

    def test_a_part_of_a_country(self, tmp_path):
        scotland = load(changed(tmp_path, ('holidays = "IR"', 'holidays = "GB-SCT"')))
        assert not scotland.calendar.hours(date(2026, 11, 30))  # Saint Andrew


class TestLegal:
    @pytest.mark.parametrize("kind", ["privacy", "policy", "rights"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_text_is_filled_and_fits_a_message(self, kind, language):
        shown = ORGANISATION.legal(kind, language).fill(lambda number: f"<{number}>")
        assert ORGANISATION.name[language] in shown
        assert "{" not in shown
        assert len(shown) < 3500

    @pytest.mark.parametrize("kind", ["policy", "rights"])
    @pytest.mark.parametrize(
        ("language", "review", "third_party"),
        [
            ("fa", "بازبینی", "میانجیگر"),
            ("ar", "المراجعة", "وسيط"),
            ("en", "review", "independent mediator"),
        ],
    )
    def test_the_second_look_and_the_third_party_are_named(self, kind, language, review, third_party):
        shown = ORGANISATION.legal(kind, language).fill().lower()
        assert review in shown
        assert third_party in shown.replace("الوسيط", "وسيط")

    def test_numbers_come_from_the_limits(self, tmp_path):
        ours, theirs = 'medium = "10 bd", low = "15 bd" }      # CST', 'medium = "8 bd", low = "44 bd" }      # CST'
        file = changed(tmp_path, (ours, theirs))
        text = load(file).legal("policy", "en").fill(lambda number: f"<{number}>")
        assert "within <8> business days and within <44> at most" in text

    def test_no_number_of_days_is_written_by_hand(self):
        for kind in ("privacy", "policy", "rights"):
            for language in LANGUAGES:
                body = ORGANISATION.legal(kind, language).body
                assert not any(letter.isdigit() for letter in body)

    def test_one_version_for_the_three_languages(self):
        versions = {ORGANISATION.legal("privacy", language).version for language in LANGUAGES}
        assert len(versions) == 1
        assert len(versions.pop()) == 12

    @pytest.mark.parametrize(
        "change",
        [
            ("• Free: you pay", "• Free of charge: you pay"),
            ('reopen = "30 cd"', 'reopen = "31 cd"'),
            ('fa = "فروشگاه آفتاب"', 'fa = "فروشگاه مهتاب"'),
        ],
    )
    def test_words_and_promises_change_the_version_in_every_language(self, tmp_path, change):
        before, after = (
            ORGANISATION.legal("policy", "ar"),
            load(changed(tmp_path, change)).legal("policy", "ar"),
        )
        assert before.version != after.version

    def test_a_change_elsewhere_leaves_the_version(self, tmp_path):
        other = load(changed(tmp_path, ("capacity = 25", "capacity = 7")))
        assert other.legal("policy", "fa").version == ORGANISATION.legal("policy", "fa").version

    def test_every_promise_is_a_placeholder(self):
        assert {f"{clock}_days" for clock in PROMISES} < set(ORGANISATION.legal_values("fa"))


def _all_words(value: object) -> list[Words]:
    if isinstance(value, Words):
        return [value]
    if isinstance(value, tuple):
        return [words for each in value for words in _all_words(each)]
    if isinstance(value, dict):
        return _all_words(tuple(value.values()))
    return _all_words(tuple(vars(value).values())) if hasattr(value, "model_fields_set") else []
