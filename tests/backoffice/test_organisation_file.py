"""A wrong file is refused in one line that names the file, the key and the reason."""

from pathlib import Path

import pytest

from backoffice import provider_file
from backoffice.organisation import DEFAULT, load
from backoffice.organisation_file import OrganisationError


def changed(path: Path, old: str, new: str) -> Path:
    """A copy of the file that ships with one text, which must be there, replaced by another."""
    text = DEFAULT.read_text("utf-8")
    assert old in text
    file = path / "organisation.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return file


CATEGORY = '{ code = "delivery.late", department = "delivery"'
WORDS = 'words = { fa = "ش", ar = "ش", en = "x" }'
GROUP = f'[[category_groups]]\ncode = "extra"\n{WORDS}\n'
GROUP += f'categories = [{{ code = "extra.one", department = "finance", {WORDS} }}]\n\n'
PROMISE = "تا {reopen_days} روز می‌توانید"
FACILITATIVE = 'methods = ["facilitative"]'
MEDIATOR = f'[[providers]]\ncode = "mediator"\ntype = "expert"\n{WORDS}\n{FACILITATIVE}\nconsent = true\n'
NO_PARTLY = 'partly = { fa = "تا حدی وارد", ar = "محقّة جزئيًا", en = "Partly upheld" }\n'

OVERLAPPING = '["09:00-12:00", "11:00-14:00"]'
RAMADAN = '["09:00-14:00"]'


def period(days: str, hours: str = RAMADAN) -> tuple[str, str]:
    return "extra_open = []", f"extra_open = []\nperiods = [{{ {days}, hours = {hours} }}]"


BROKEN = {
    "not toml": (("capacity = 25", "capacity = = 25"), "file", "is not TOML"),
    "a key of its own": (("capacity = 25", "capacity = 25\nmood = 1"), "mood", "unknown key"),
    "a key missing": (("capacity = 25", ""), "capacity", "is missing"),
    "a number as text": (("capacity = 25", 'capacity = "25"'), "capacity", "integer"),
    "nobody can work": (("capacity = 25", "capacity = 0"), "capacity", "greater than or equal to 1"),
    "a language missing": (('ar = "فريق التوصيل", ', ""), "departments[delivery].words.ar", "is missing"),
    "a language empty": (('"فريق التوصيل"', '" "'), "departments[delivery].words.ar", "is empty"),
    "a language unknown": (('languages = ["fa"', 'languages = ["tr"'), "languages[0]", "must be one of"),
    "a language twice": (('["fa", "ar", "en"]', '["fa", "ar", "ar"]'), "languages", "twice"),
    "default not offered": (('["fa", "ar", "en"]', '["ar", "en"]'), "default_language", "not among"),
    "a label too long": (
        ('fa = "خراب', 'fa = "خراب خراب خراب خراب خراب'),
        "category_groups[product].categories[product.defect].words.fa",
        "longer than 32",
    ),
    "an unknown department": (
        (CATEGORY, CATEGORY.replace('nt = "delivery', 'nt = "moon')),
        "categories[delivery.late].department",
        'no department "moon"',
    ),
    "a ninth group": (
        ("[[category_groups]]", f"{GROUP}[[category_groups]]"),
        "category_groups",
        "has 9 entries; 8",
    ),
    "a category twice": (
        ('code = "delivery.late"', 'code = "delivery.damaged"'),
        "categories[delivery.damaged]",
        "stands there twice",
    ),
    "a department twice": (
        ('code = "product", words', 'code = "delivery", words'),
        "departments[delivery]",
        "twice",
    ),
    "a wild code": (
        ('code = "delivery.late"', 'code = "Late!"'),
        "category_groups[delivery].categories[Late!].code",
        "is not of the form",
    ),
    "a wish that is no remedy": (('  "apology",', '  "a_pony",'), "wishes", 'no remedy "a_pony"'),
    "a ninth wish": (('  "apology",', '  "apology",\n  "goodwill",'), "wishes", "has 9 entries; 8"),
    "a remedy undecided": ((", to_carry_out = false", ""), "remedies[apology].to_carry_out", "is missing"),
    "a decision missing": ((NO_PARTLY, ""), "decisions.partly", "is missing"),
    "a decision invented": (
        (NO_PARTLY, NO_PARTLY + NO_PARTLY.replace("partly", "maybe", 1)),
        "decisions.maybe",
        "unk",
    ),
    "a wrong unit": (
        ('critical = "3 bd"', 'critical = "3 days"'),
        "deadlines.final_response.critical",
        '"3 bd"',
    ),
    "no amount": (
        ('counter_answer = "2 bd"', 'counter_answer = "0 bd"'),
        "deadlines.counter_answer",
        "no limit",
    ),
    "a severity missing": (('high = "5 bd", ', ""), "deadlines.final_response.high", "is missing"),
    "a clock missing": (('route_offer = "2 bd"', ""), "deadlines.route_offer", "is missing"),
    "a clock unknown": (('route_offer = "2 bd"', 'route_of = "2 bd"'), "deadlines.route_offer", "is missing"),
    "a limit that must be": (('reopen = "30 cd"', 'reopen = "none"'), "windows.reopen", "not possible"),
    "a promise in another unit": (
        ('reopen = "30 cd"', 'reopen = "30 bd"'),
        "windows.reopen.medium",
        "use cd",
    ),
    "as often as before": (
        ("effective_percent = 50", "effective_percent = 100"),
        "learning.effective_percent",
        "less than or equal to 99",
    ),
    "an hour that pays": (("hour_cost = 0 ", "hour_cost = -1 "), "learning.hour_cost", "greater than or equal to 0"),
    "no assessment": (("[assessment]\n", "[assessments]\n"), "assessment", "is missing"),
    "a weight below nothing": (("safety = 2, complexity", "safety = -2, complexity"), "assessment.weights.safety", "0"),
    "a weight missing": (("complexity = 1, impact = 1", "complexity = 1"), "assessment.weights.impact", "is missing"),
    "a score of nothing": (("\nmedium = 5", "\nmedium = 0"), "assessment.medium", "greater than or equal to 1"),
    "high below medium": (("\nhigh = 11", "\nhigh = 5"), "assessment.high", "must begin above medium"),
    "high out of reach": (("\nhigh = 11", "\nhigh = 19"), "assessment.high", "the highest score is 18"),
    "nothing is critical": (("\ncritical = [\n", "\ncritical = []\nrest = [\n"), "assessment.critical", "at least 1"),
    "everything is critical": (("{ safety = 3 }", "{ safety = 0 }"), "assessment.critical[0]", "for every complaint"),
    "a level beyond the worst": (("{ safety = 3 }", "{ safety = 4 }"), "assessment.critical[0].safety", "equal to 3"),
    "a level as yes": (("{ safety = 3 }", "{ safety = true }"), "assessment.critical[0].safety", "integer"),
    "a criterion unknown": (("{ safety = 3 }", "{ beauty = 3 }"), "assessment.critical[0].beauty", "unknown key"),
    "critical in no category": (
        ('{ category = "product.safety" }', '{ category = "product.moon" }'),
        "assessment.critical[3].category",
        'no category "product.moon"',
    ),
    "an unknown week": (('week = "ir_thu_fri"', 'week = "mars"'), "calendar.week", "must be one of"),
    "no working time": (
        ('hours = ["09:00-17:00"]', "hours = []"),
        "calendar",
        "no day of the week has working time",
    ),
    "backward hours": (('["09:00-17:00"]', '["17:00-09:00"]'), "calendar.hours", "end before they begin"),
    "hours that overlap": (
        ('["09:00-17:00"]', '["09:00-13:00", "12:00-17:00"]'),
        "calendar.hours",
        "overlap or are out of order",
    ),
    "a weekday that ends before it begins": (
        ('# [calendar.days]\n# thu = ["09:00-13:00"]', '[calendar.days]\nthu = ["13:00-09:00"]'),
        "calendar.days.thu",
        "end before they begin",
    ),
    "a date whose hours overlap": (
        ('# [calendar.dates]\n# 2027-03-18 = ["09:00-12:00"]', f"[calendar.dates]\n2027-03-18 = {OVERLAPPING}"),
        "calendar.dates.2027-03-18",
        "overlap or are out of order",
    ),
    "no such date": (
        ("# [calendar.dates]\n# 2027-03-18", "[calendar.dates]\n2027-02-30"),
        "calendar.dates.2027-02-30",
        "valid date",
    ),
    "a period that ends before it begins": (
        period("from = 2027-03-09, to = 2027-02-08"),
        "calendar.periods[0].to",
        "ends before it begins",
    ),
    "a period whose hours are out of order": (
        period("from = 2027-02-08, to = 2027-03-09", '["14:00-16:00", "09:00-12:00"]'),
        "calendar.periods[0].hours",
        "overlap or are out of order",
    ),
    "a period without hours": (
        period("from = 2027-02-08, to = 2027-03-09", "[]"),
        "calendar.periods[0].hours",
        "needs at least 1",
    ),
    "a period without an end": (period("from = 2027-02-08"), "calendar.periods[0].to", "is missing"),
    "periods that overlap": (
        period(
            "from = 2027-02-08, to = 2027-03-09",
            RAMADAN + ' }, { from = 2027-03-09, to = 2027-03-20, hours = ["09:00-12:00"]',
        ),
        "calendar.periods",
        "two periods overlap on 2027-03-09",
    ),
    "no hours at all": (('["09:00-17:00"]', '["all day"]'), "calendar.hours[0]", 'write "09:00-17:00"'),
    "a wrong weekday": (
        ("# [calendar.days]\n# thu", "[calendar.days]\nxyz"),
        "calendar.days.xyz",
        "must be one of",
    ),
    "an unknown country": (('holidays = "IR"', 'holidays = "XX"'), "calendar.holidays", "XX are not known"),
    "an unknown zone": (('"Asia/Tehran"', '"Asia/Atlantis"'), "time_zone", "no time zone"),
    "a folder of zones": (('"Asia/Tehran"', '"Asia"'), "time_zone", "no time zone"),
    "a path as zone": (('"Asia/Tehran"', '"../etc"'), "time_zone", "no time zone"),
    "an unknown placeholder": (
        (PROMISE, PROMISE.replace("reopen", "reopn")),
        "legal.policy.fa",
        "unknown placeholder {reopn_days}",
    ),
    "a nameless placeholder": (
        (PROMISE, PROMISE.replace("reopen_days", "")),
        "legal.policy.fa",
        "unknown placeholder {}",
    ),
    "a stray brace": (
        (PROMISE, PROMISE.replace("}", "")),
        "legal.policy.fa",
        "stray brace",
    ),
    "a text too long": (
        ("Your privacy\n", "Your privacy\n" + "x" * 3000),
        "legal.privacy.en",
        "longer than 3000",
    ),
    "a pack that is none": (
        ('pack = "IR"', 'pack = "XX"'),
        "disputes.pack",
        'no pack "XX"; there are AE, EG, INT, IR, SA',
    ),
    "a pack by its path": (('pack = "IR"', 'pack = "../IR"'), "disputes.pack", "there is no pack"),
    "a pack of another country": (('pack = "IR"', 'pack = "SA"'), "disputes.pack", 'country "IR" and sector "retail"'),
    "no disputes": (("[disputes]", "[dispute]"), "disputes", "is missing"),
    "important from nothing": (("2_000_000_000", "0"), "disputes.important_from", "greater than or equal to 1"),
    "a provider twice": (("[[providers]]", f"{MEDIATOR}\n[[providers]]"), "providers[mediator]", "stands there twice"),
    "a provider of no kind": (('type = "mediator"', 'type = "wizard"'), "providers[mediator].type", "must be one of"),
    "a provider who does nothing": ((FACILITATIVE, "methods = []"), "providers[mediator].methods", "at least 1"),
    "a method twice": ((FACILITATIVE, 'methods = ["advisory", "advisory"]'), "providers[mediator]", "a method twice"),
    "a decision that binds nobody": (
        (FACILITATIVE, 'methods = ["determinative"]'),
        "providers[mediator]",
        "binding must say whom",
    ),
    "bound by no decision": (
        (FACILITATIVE, f'{FACILITATIVE}\nbinding = "both"'),
        "providers[mediator]",
        "binds nobody",
    ),
    "a consent left open": (("consent = true\n", ""), "providers[mediator].consent", "is missing"),
    "least above most": (("days = 21", "least = 3\nmost = 2"), "providers[mediator]", "least is more than most"),
    "no days": (("days = 21", "days = 0"), "providers[mediator].days", "greater than or equal to 1"),
    "a link that is none": (("days = 21", 'url = "enamad.ir"'), "providers[mediator].url", "is not of the form"),
    "a country of three letters": (("days = 21", 'countries = ["IRN"]'), "providers[mediator].countries[0]", "form"),
    "a refusal twice": (('code = "no_basis"', 'code = "in_court"'), "refusal_reasons[in_court]", "stands there twice"),
    "a method without words": (("\nadvisory = {", "\nadvise = {"), "methods.advisory", "is missing"),
    "a payer invented": (("\nshared = {", "\nnobody = {"), "payers.shared", "is missing"),
    "days without their number": (("at most: {days}.", "at most."), "consent_words.within.en", "needs {days}"),
    "a consent that promises another thing": (
        ("Cost: {cost}", "Cost: {price}"),
        "legal.consent.en",
        "unknown placeholder {price}",
    ),
    "a policy that speaks of one provider": (
        (PROMISE, PROMISE.replace("reopen_days", "provider")),
        "legal.policy.fa",
        "unknown placeholder {provider}",
    ),
    "reminders out of order": (("consent = [40, 80]", "consent = [80, 40]"), "reminders", "consent must rise"),
}

PACK = DEFAULT.with_name("providers") / "ir.toml"
BROKEN_PACKS = {
    "not toml": (("countries = ", "countries = = "), "file", "is not TOML"),
    "a key of its own": (("countries = ", "mood = 1\ncountries = "), "mood", "unknown key"),
    "a figure without source": (
        ('source = "Dispute-Settlement Councils Act 1402, art. 11 and 14 (vakilan.net)"\n', ""),
        "providers[dispute_council]",
        "a figure without its source",
    ),
    "a provider twice": (('code = "guild_chamber"', 'code = "enamad"'), "providers[enamad]", "stands there twice"),
    "a link that is none": (('"https://enamad.ir"', '"enamad.ir"'), "providers[enamad].url", "is not of the form"),
}


class TestRefused:
    @pytest.mark.parametrize(("change", "key", "reason"), BROKEN.values(), ids=BROKEN)
    def test_with_file_key_and_reason_in_one_line(self, tmp_path, change, key, reason):
        file = changed(tmp_path, *change)
        with pytest.raises(OrganisationError) as refusal:
            load(file)
        error = refusal.value
        assert error.key == key
        assert reason in error.reason
        assert str(error) == f"{file}: {error.key}: {error.reason}"
        assert "\n" not in str(error)

    @pytest.mark.parametrize(("change", "key", "reason"), BROKEN_PACKS.values(), ids=BROKEN_PACKS)
    def test_a_pack_by_its_own_name(self, tmp_path, monkeypatch, change, key, reason):
        old, new = change
        text = PACK.read_text("utf-8")
        assert old in text
        (tmp_path / "ir.toml").write_text(text.replace(old, new, 1), "utf-8")
        monkeypatch.setattr(provider_file, "FOLDER", tmp_path)
        with pytest.raises(OrganisationError) as refusal:
            load()
        assert (refusal.value.file, refusal.value.key) == (tmp_path / "ir.toml", key)
        assert reason in refusal.value.reason

    def test_no_such_file(self, tmp_path):
        with pytest.raises(OrganisationError, match="cannot be read: No such file"):
            load(tmp_path / "nowhere.toml")

    def test_not_text(self, tmp_path):
        (tmp_path / "organisation.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(OrganisationError, match="is not TOML"):
            load(tmp_path / "organisation.toml")
