"""Amounts as each reader writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.money import Amount, minor_digits, parse_amount
from bot.i18n import Reader, speaking_to
from bot.money import NO_BREAK, named, shown
from bot.texts import FSI, PDI, say

PERSIAN, ARABIC, ENGLISH = Reader("fa"), Reader("ar"), Reader("en")
PERSIAN_LATIN, ARABIC_LATIN = Reader("fa", native_digits=False), Reader("ar", native_digits=False)


def amount(value: str, currency: str) -> Amount:
    return Amount(Decimal(value), currency)


class TestShown:
    @pytest.mark.parametrize(
        ("reader", "value", "currency", "meant"),
        [
            (PERSIAN, "1500000", "IRR", "۱٬۵۰۰٬۰۰۰ ریال"),
            (PERSIAN_LATIN, "1500000", "IRR", "1,500,000 ریال"),
            (PERSIAN, "1500", "SAR", "۱٬۵۰۰ ریال سعودی"),
            (PERSIAN, "12.5", "USD", "۱۲٫۵۰ دلار آمریکا"),
            (ARABIC, "1500", "SAR", "١٬٥٠٠ ريال سعودي"),
            (ARABIC, "1500.5", "SAR", "١٬٥٠٠٫٥٠ ريال سعودي"),
            (ARABIC, "0.25", "KWD", "٠٫٢٥٠ دينار كويتي"),
            (ARABIC_LATIN, "1500.5", "SAR", "1,500.50 ريال سعودي"),
            (ARABIC, "1500000", "IRR", "١٬٥٠٠٬٠٠٠ ريال إيراني"),
            (ENGLISH, "1500", "SAR", "SAR 1,500.00"),
            (ENGLISH, "1500000", "IRR", "IRR 1,500,000"),
            (ARABIC_LATIN, "1500", "KWD", "1,500.000 دينار كويتي"),
            (ENGLISH, "0.25", "KWD", "KWD 0.250"),
            (PERSIAN, "1500", "XYZ", "۱٬۵۰۰ XYZ"),
        ],
    )
    def test_as_a_letter_writes_it(self, reader: Reader, value: str, currency: str, meant: str) -> None:
        with speaking_to(reader):
            assert shown(amount(value, currency)) == f"{FSI}{meant.replace(' ', NO_BREAK, 1)}{PDI}"

    @pytest.mark.parametrize(
        ("reader", "currency", "meant"),
        [
            (PERSIAN, "IRR", "ریال"),
            (PERSIAN, "SAR", "ریال سعودی"),
            (ARABIC, "SAR", "ريال سعودي"),
            (ENGLISH, "IRR", "Iranian rials"),
        ],
    )
    def test_a_currency_is_called_by_its_word(self, reader: Reader, currency: str, meant: str) -> None:
        with speaking_to(reader):
            assert named(currency) == meant

    def test_in_a_sentence_it_stays_isolated(self) -> None:
        with speaking_to(PERSIAN):
            said = say("{amount} تا فردا", amount=shown(amount("10", "USD")))
        assert f"{FSI}۱۰\u00a0دلار آمریکا{PDI}" in said

    @given(
        st.integers(1, 10**15) | st.integers(1, 10**9).map(lambda thousand: thousand * 1000),
        st.sampled_from(["IRR", "SAR", "AED", "EGP", "USD", "EUR", "GBP", "KWD", "BHD", "OMR", "QAR", "JOD", "IQD"]),
        st.sampled_from([PERSIAN, PERSIAN_LATIN, ARABIC, ARABIC_LATIN, ENGLISH]),
    )
    def test_what_is_shown_can_be_typed_back(self, minor: int, currency: str, reader: Reader) -> None:
        """Also where another currency is expected: the word that is shown is never one that several share."""
        known = Amount(Decimal(minor).scaleb(-minor_digits(currency)), currency)
        with speaking_to(reader):
            written = shown(known)
        assert parse_amount(written, "CHF") == known
