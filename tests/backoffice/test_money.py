"""Amounts and percentages: what people type in three languages, what is refused, and that nothing else is raised."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice import errors, money
from backoffice.money import LIMIT, MINOR, Amount, minor_digits, parse_amount, parse_percent

Parsed = TypeVar("Parsed")
DIGITS = {"latin": "0123456789", "persian": "۰۱۲۳۴۵۶۷۸۹", "arabic": "٠١٢٣٤٥٦٧٨٩"}
# What parts thousands, and what begins decimals.
STYLES = [("", "."), ("", "٫"), (",", "."), (".", ","), ("٬", "٫"), ("٬", "."), ("،", "٫"), (" ", ","), ("\u00a0", ".")]
STYLES += [("\u202f", ","), ("'", "."), ("’", "."), (",", "٫"), (".", "٫"), ("\u200c", "٫")]
CURRENCIES = {
    "IRR": "ریال",
    "SAR": "ر.س.",
    "AED": "درهم",
    "EGP": "جنيه",
    "USD": "$",
    "EUR": "یورو",
    "KWD": "دينار كويتي",
}
LETTERS = "0123456789۱۲۳۰٤٥٠.,٫٬،' -−%٪$€mkbn()/\u200c\u200f\n"
WORDS = ["تومان", "ریال", "ريال", "میلیون", "مليون", "هزار", "ألف", "و", "SAR", "million", "درصد", "1,500", "۲", "٣٫٥"]


def why_not(parse: Callable[..., object], *typed: str) -> str:
    with pytest.raises(errors.Invalid) as refusal:
        parse(*typed)
    return str(refusal.value.facts["what"])


def outcome(parse: Callable[..., Parsed], *typed: str) -> Parsed | str:
    """What was read, or why it was refused; any other exception is a defect."""
    try:
        return parse(*typed)
    except errors.Invalid as refusal:
        return str(refusal.facts["what"])


class TestReading:
    @pytest.mark.parametrize(
        ("typed", "currency", "meant"),
        [
            ("۱٬۵۰۰٬۰۰۰ ریال", "IRR", "1500000 IRR"),
            ("۱۵۰۰۰۰۰", "IRR", "1500000 IRR"),
            ("۱،۵۰۰،۰۰۰ ريال", "IRR", "1500000 IRR"),
            ("۱.۵۰۰.۰۰۰", "IRR", "1500000 IRR"),
            ("۱۵۰ هزار تومان", "IRR", "1500000 IRR"),
            ("۱۵۰ هزار‌تومن", "IRR", "1500000 IRR"),
            ("۱٫۵ میلیون ریال", "IRR", "1500000 IRR"),
            ("۱ میلیون و ۵۰۰ هزار تومان", "IRR", "15000000 IRR"),
            ("۲ میلیارد و ۳۰۰ میلیون و ۵۰ هزار ریال", "IRR", "2300050000 IRR"),
            ("۵ هزار میلیارد", "IRR", "5000000000000 IRR"),
            ("۲۰۰ دلار آمریکا", "IRR", "200.00 USD"),
            ("۲۰۰ یورو", "IRR", "200.00 EUR"),
            ("٢٬٥٠٠٫٥٠ ر.س.", "SAR", "2500.50 SAR"),
            ("١٬٥٠٠ ريال", "SAR", "1500.00 SAR"),
            ("١٥٠٠ ريالًا سعوديًا", "SAR", "1500.00 SAR"),
            ("١٥٠٠ ريالًا", "SAR", "1500.00 SAR"),
            ("٣ آلاف درهم", "AED", "3000.00 AED"),
            ("٢ مليون و٥٠٠ ألف جنيه مصري", "EGP", "2500000.00 EGP"),
            ("د.إ. ٥٠٠", "AED", "500.00 AED"),
            ("٥٠٠ د.أ", "AED", "500.000 JOD"),
            ("٥٠٠ د.ا", "JOD", "500.000 JOD"),
            ("٥٠٠ د.ا", "AED", "500.00 AED"),
            ("١٢٫٧٥٠ دينار", "KWD", "12.750 KWD"),
            ("١٫٥ مليار دينار عراقي", "KWD", "1500000000 IQD"),
            ("٥٠٠ دولار", "SAR", "500.00 USD"),
            ("1,500,000 rials", "IRR", "1500000 IRR"),
            ("1.5 million", "IRR", "1500000 IRR"),
            ("1.5m", "USD", "1500000.00 USD"),
            ("2 bn IRR", "IRR", "2000000000 IRR"),
            ("500k", "IRR", "500000 IRR"),
            ("500", "IRT", "5000 IRR"),
            ("500 ريال", "IRT", "500 IRR"),
            ("L.E. 500", "EGP", "500.00 EGP"),
            ("150 thousand IRT", "IRR", "1500000 IRR"),
            ("$1,234.56", "USD", "1234.56 USD"),
            ("US$ 20", "SAR", "20.00 USD"),
            ("SAR 1,500.00", "SAR", "1500.00 SAR"),
            ("SAR1500", "USD", "1500.00 SAR"),
            ("€ 1.234,56", "EUR", "1234.56 EUR"),
            ("1 234,5 euros", "EUR", "1234.50 EUR"),
            ("£12.50", "GBP", "12.50 GBP"),
            ("CHF 1'500.05", "CHF", "1500.05 CHF"),
            ("SAR 500 ريال", "SAR", "500.00 SAR"),
            ("500.", "SAR", "500.00 SAR"),
            (" \u2067۵۰۰\u2069 ", "IRR", "500 IRR"),
        ],
    )
    def test_what_people_type(self, typed: str, currency: str, meant: str) -> None:
        amount = parse_amount(typed, currency)
        assert f"{amount.text} {amount.currency}" == meant

    @pytest.mark.parametrize(
        ("typed", "currency", "meant"),
        [
            ("1,500", "IRR", "1500"),
            ("1.500", "IRR", "1500"),
            ("1,500", "SAR", "1500.00"),
            ("1.500", "SAR", "1500.00"),
            ("1,50", "SAR", "1.50"),
            ("1.5", "SAR", "1.50"),
            ("0.500", "SAR", "0.50"),
            ("1500.000", "SAR", "1500.00"),
            ("12.00", "IRR", "12"),
            ("1.500", "KWD", "1.500"),
            ("1٫500", "KWD", "1.500"),
            ("1٬500", "KWD", "1500.000"),
            ("1,500.250", "KWD", "1500.250"),
            ("1,500 million", "IRR", "1500000000"),
            ("1٫500 million", "IRR", "1500000"),
        ],
    )
    def test_a_mark_does_what_the_rule_says(self, typed: str, currency: str, meant: str) -> None:
        assert parse_amount(typed, currency).text == meant

    @pytest.mark.parametrize(
        ("typed", "currency", "code"),
        [
            ("500 ريال", "QAR", "QAR"),
            ("500 ریال", "OMR", "OMR"),
            ("500 ريال", "EUR", "SAR"),
            ("500 ریال", "EUR", "IRR"),
            ("500 pounds", "EGP", "EGP"),
            ("500 pounds", "SAR", "GBP"),
            ("500 دينار", "JOD", "JOD"),
            ("500 dollars", "CAD", "CAD"),
            ("500 sek", "SEK", "SEK"),
            ("500 ریال سعودی", "IRR", "SAR"),
            ("500 ريال سعودی", "IRR", "SAR"),
        ],
    )
    def test_a_shared_word_means_the_expected_currency(self, typed: str, currency: str, code: str) -> None:
        assert parse_amount(typed, currency).currency == code

    def test_no_word_is_listed_twice(self) -> None:
        for rows in (money._NAMES, tuple(money._SCALES.items())):
            listed = [(money._spelling(word), meaning) for meaning, words in rows for word in words.split("|")]
            assert len(listed) == len(dict(listed))
            careless = {(word.translate(money._CARELESS), meaning) for word, meaning in listed}
            shared = [word for word, times in Counter(word for word, _ in careless).items() if times > 1]
            assert set(shared) <= {"ريال", "دا"}  # the two that the exact letters tell apart


class TestRefusals:
    @pytest.mark.parametrize(
        "typed",
        [
            "", " ", "soon", "about 500", "500 or so", "حدود ۵۰۰", "ریال", "هزار تومان", "500 and 600", "5 - 6",
            "500 sek", "1405/08/29", "12.05.2026", "09123456789", "00", ".5", "SAR .5", "SAR.5", ",500", "1,,500",
            "1,50,000", "500 60",
            "1.500 million", "1,500.000", "1,500'000", "1٫5٫5", "1٫500,5", "1e5", "(500)", "500-", "+500", "$500 SAR",
            "۵۰۰ تومان ریال", "IRT 500 IRR", "1 million 2 million", "1 million and 500", "2 thousand 3 million", "m 5",
            "500\n600", "half a million", "५००", "5" * 101, "9" * 5000, " " * 300 + "5",
        ],
    )  # fmt: skip
    def test_what_is_not_one_amount(self, typed: str) -> None:
        assert why_not(parse_amount, typed, "SAR") == "no_amount"

    def test_what_reads_in_two_ways_in_three_digits(self) -> None:
        assert why_not(parse_amount, "1,500", "KWD") == "no_amount"

    @pytest.mark.parametrize("typed", ["0", "۰", "0.00", "-5", "−۵ ریال", "SAR -5", "-$5", "0 million"])
    def test_nothing_and_less(self, typed: str) -> None:
        assert why_not(parse_amount, typed, "SAR") == "not_positive"

    @pytest.mark.parametrize("typed", ["1000000000000001", "101 هزار میلیارد تومان", "5 bn bn", "9" * 90])
    def test_more_than_anybody_pays(self, typed: str) -> None:
        assert why_not(parse_amount, typed, "IRR") == "too_large"

    def test_the_limit_itself_is_an_amount(self) -> None:
        assert parse_amount("۱۰۰ هزار میلیارد تومان", "IRR") == Amount(Decimal(LIMIT), "IRR")

    @pytest.mark.parametrize(
        ("typed", "currency"),
        [("12.50", "IRR"), ("1.55 toman", "IRR"), ("0.001", "SAR"), ("1234.567", "SAR"), ("1.2345", "KWD")],
    )
    def test_finer_than_the_currency(self, typed: str, currency: str) -> None:
        assert why_not(parse_amount, typed, currency) == "fractions"


class TestAmount:
    def test_one_value_has_one_text(self) -> None:
        assert Amount(Decimal("12.5"), "SAR") == Amount(Decimal("12.50"), "SAR")
        assert Amount(Decimal("12.5"), "SAR").text == "12.50"
        assert Amount(Decimal("1.5E6"), "IRR").text == "1500000"

    def test_two_of_one_currency_make_one(self) -> None:
        assert Amount(Decimal("0.10"), "SAR") + Amount(Decimal("0.20"), "SAR") == Amount(Decimal("0.30"), "SAR")
        with pytest.raises(ValueError, match="USD"):
            Amount(Decimal(1), "SAR") + Amount(Decimal(1), "USD")

    def test_it_holds_no_finer_value(self) -> None:
        assert why_not(Amount, Decimal("0.5"), "IRR") == "fractions"  # type: ignore[arg-type]
        assert why_not(Amount, Decimal("NaN"), "IRR") == "no_amount"  # type: ignore[arg-type]

    def test_minor_digits_are_those_of_the_world(self) -> None:
        assert set(MINOR) <= list_currencies()
        assert {code: minor_digits(code) for code in MINOR} == {code: get_currency_precision(code) for code in MINOR}
        assert {minor_digits(code) for code in ("SAR", "AED", "EGP", "USD", "EUR", "GBP", "CHF")} == {2}


class TestPercent:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("50%", "50"), ("12.5 %", "12.5"), ("12,5%", "12.5"), ("%20", "20"), ("100", "100"), ("10 percent", "10"),
            ("۱۲٫۵ درصد", "12.5"), ("۵۰٪", "50"), ("٪۵۰", "50"), ("٥٠ بالمئة", "50"), ("٥٠ بالمائة", "50"),
            ("٣٣٫٣٣٣ في المئة", "33.333"), ("0.5 per cent.", "0.5"),
        ],
    )  # fmt: skip
    def test_what_people_type(self, typed: str, meant: str) -> None:
        assert parse_percent(typed) == Decimal(meant)

    @pytest.mark.parametrize(
        ("typed", "what"),
        [
            ("", "no_percent"), ("half", "no_percent"), ("50 50", "no_percent"), ("1,500 %", "no_percent"),
            ("about 5%", "no_percent"), (".5%", "no_percent"), ("0%", "not_positive"), ("-5%", "not_positive"),
            ("100.01%", "too_large"), ("۱۰۱ درصد", "too_large"),
        ],
    )  # fmt: skip
    def test_what_is_none(self, typed: str, what: str) -> None:
        assert why_not(parse_percent, typed) == what


class TestAnything:
    @given(st.text() | st.text(alphabet=LETTERS) | st.lists(st.sampled_from(WORDS)).map(" ".join))
    @example("1٫500,5")
    @example("-")
    @example("İ5")
    def test_any_text_is_an_amount_or_refused(self, typed: str) -> None:
        for currency in CURRENCIES:
            amount = outcome(parse_amount, typed, currency)
            if isinstance(amount, str):
                assert amount in {"no_amount", "too_large", "not_positive", "fractions"}
            else:
                assert 0 < amount.value <= LIMIT
                assert amount == parse_amount(amount.text, amount.currency)

    @given(st.text() | st.text(alphabet=LETTERS) | st.lists(st.sampled_from(WORDS)).map(" ".join))
    def test_any_text_is_a_percentage_or_refused(self, typed: str) -> None:
        share = outcome(parse_percent, typed)
        if isinstance(share, str):
            assert share in {"no_percent", "too_large", "not_positive"}
        else:
            assert 0 < share <= 100

    @given(
        st.integers(1, LIMIT),
        st.sampled_from(sorted(CURRENCIES)),
        st.sampled_from(sorted(DIGITS)),
        st.sampled_from(STYLES),
        st.sampled_from(["{}", "{} {word}", "{word} {}", "{code} {}", "{}\u00a0{code}", "\u2067{}\u2069"]),
    )
    def test_what_is_written_in_any_style_is_read(
        self, minor: int, currency: str, digits: str, style: tuple[str, str], around: str
    ) -> None:
        amount = Amount(Decimal(minor).scaleb(-minor_digits(currency)), currency)
        group, mark = style
        figures = f"{amount.value:,f}".translate({ord(","): group, ord("."): mark})
        figures = figures.translate(dict(zip(map(ord, DIGITS["latin"]), DIGITS[digits], strict=True)))
        typed = around.format(figures, word=CURRENCIES[currency], code=currency)
        if (
            currency == "KWD" and mark == "," and 1 <= amount.value < 1000
        ):  # 0,500 and 1.500,250 are clear, 1,500 is not
            assert why_not(parse_amount, typed, currency) == "no_amount"
        else:
            assert parse_amount(typed, currency) == amount
