"""Words without who wrote them: nothing that leads to somebody survives, whatever script and signs it is written in."""

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backoffice.figures import pseudonyms
from backoffice.figures.pseudonyms import KINDS, fold

LABELS = {kind: kind.replace("_", " ") for kind in KINDS}
ZEROS = ("0", "۰", "٠", "０", "०")
BREAKS = ("", " ", "-", ".", " - ", "\u200c", "\u00a0", "\u200e", "–", "_", "/", ") ")
FILL = ("Please call", "لطفاً زنگ بزنید", "اتصلوا بي", "it never came,", "و هنوز نرسیده است.")
LETTERS = st.sampled_from("آابپتجحدرزسشعفقکگلمنوهیabcdefghijklmnorstuvyz")
names = st.lists(st.text(LETTERS, min_size=3, max_size=9), min_size=1, max_size=3).map(" ".join)


def pseudonymised(text: str, **known: list[str]) -> str:
    return pseudonyms.pseudonymise(text, known, LABELS)


def digits(text: str) -> str:
    """All that is a digit in any script, outside of signs."""
    bare = re.sub(r"\[[a-z ]+ \d+\]", "", text)
    return "".join(str(unicodedata.digit(each)) for each in bare if unicodedata.digit(each, None) is not None)


@st.composite
def numbers(draw: st.DrawFn, shortest: int, longest: int, first: str = "0123456789") -> tuple[str, str]:
    """The digits of a number, and how somebody wrote it."""
    plain = draw(st.sampled_from(first)) + draw(st.text("0123456789", min_size=shortest - 1, max_size=longest - 1))
    written = ""
    for place, digit in enumerate(plain):
        zero = draw(st.sampled_from(ZEROS))
        written += (draw(st.sampled_from(BREAKS)) if place else "") + chr(ord(zero) + int(digit))
    return plain, written


class TestTable:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("با ۰۹۱۲ ۳۴۵ ۶۷۸۹ تماس بگیرید", "با [phone 1] تماس بگیرید"),
            ("+98 (21) 8888-1234 or 021 8888 1234", "[phone 1] or [phone 2]"),
            ("call 0912-345-6789, again 09123456789", "call [phone 1], again [phone 1]"),
            ("کارت ۶۰۳۷-۹۹۷۱-۱۲۳۴-۵۶۷۸", "کارت [card 1]"),
            ("کد ملی 0084575948 است", "کد ملی [national id 1] است"),
            ("IR12 0170 0000 0012 3456 7890 12", "[iban 1]"),
            ("call me 09123456789", "call me [phone 1]"),
            ("شبا IR120170000000123456789012", "شبا [iban 1]"),
            ("write to sara.ahmadi+shop@mail.example.ir", "write to [email 1]"),
            ("see https://t.me/sara_a?x=1 or t.me", "see [link 1] or [link 2]"),
            ("I am @sara_ahmadi", "I am [username 1]"),
            ("سفارش شماره ۱۲۳۴۵ نرسید", "سفارش شماره [order 1] نرسید"),
            ("رقم الطلب ٤٥٦٧٨", "رقم الطلب [order 1]"),
            ("order ORD-12345 and order ORD-12345", "order [order 1] and order [order 1]"),
            ("آقای کریمی گفت", "آقای [name 1] گفت"),
            ("والسيد أحمد وعد", "والسيد [name 1] وعد"),
            ("Mr. Smith and Dr Jones", "Mr. [name 1] and Dr [name 2]"),
        ],
    )
    def test_what_leads_to_somebody_goes(self, text: str, shown: str) -> None:
        assert pseudonymised(text) == shown

    @pytest.mark.parametrize(
        "text",
        [
            "در ۱۴۰۵/۰۸/۲۹ ساعت ۱۴:۳۰ رسید",
            "on 2026-11-20 14:30",
            "مبلغ ۱٬۲۵۰٬۰۰۰ تومان",
            "1,250,000 rials, 3 parcels, 12.5 kg",
            "iPhone 15 Pro",
            "سفارش ۲ بسته",
        ],
    )
    def test_what_one_learns_from_stays(self, text: str) -> None:
        assert pseudonymised(text) == text

    @pytest.mark.parametrize(
        ("name", "text", "shown"),
        [
            ("علی رضایی", "من علي رضايى هستم", "من [name 1] هستم"),
            ("علی رضایی", "علی‌رضایی و رضایی", "[name 1] و [name 1]"),
            ("أحمد", "قلت لأحمد وأحمد", "قلت ل[name 1] و[name 1]"),
            ("Zoë Miller", "ZOE wrote, miller's order", "[name 1] wrote, [name 1]'s order"),
            ("مُحَمَّد", "محمد نوشت", "[name 1] نوشت"),
            ("Ali", "the alibi of Ali", "the alibi of [name 1]"),
        ],
    )
    def test_what_the_case_knows_goes_however_it_is_written(self, name: str, text: str, shown: str) -> None:
        assert pseudonymised(text, name=[name]) == shown

    def test_the_same_is_the_same_and_others_are_others(self) -> None:
        said = pseudonymised("Sara Ahmadi, Omid Karimi, Sara", name=["Sara Ahmadi", "Omid Karimi"])
        assert said == "[name 1], [name 2], [name 1]"


class TestAlways:
    @given(st.sampled_from(FILL), numbers(10, 12, "0"), st.sampled_from(FILL))
    def test_no_telephone_number_survives(self, before: str, number: tuple[str, str], after: str) -> None:
        assert digits(pseudonymised(f"{before} {number[1]} {after}")) == ""

    @given(st.sampled_from(FILL), numbers(16, 16), st.sampled_from(FILL))
    def test_no_card_survives(self, before: str, number: tuple[str, str], after: str) -> None:
        assert digits(pseudonymised(f"{before} {number[1]} {after}")) == ""

    @given(names, st.sampled_from(FILL), st.sampled_from(FILL))
    def test_no_name_of_the_case_survives(self, name: str, before: str, after: str) -> None:
        parts = fold(name)[0].split()
        said = fold(pseudonymised(f"{before} {name} {after} {name}", name=[name]))[0]
        words = re.findall(r"\w+", re.sub(r"\[[a-z ]+ \d+\]", " ", said))
        assert not [each for each in parts if each in words]

    @given(st.text(max_size=200), names, numbers(7, 20))
    def test_twice_is_as_once(self, text: str, name: str, number: tuple[str, str]) -> None:
        assume("\0" not in text)
        once = pseudonymised(f"{text} {name} {number[1]}", name=[name])
        assert pseudonymised(once, name=[name]) == once

    @given(st.text())
    def test_any_text_has_an_answer(self, text: str) -> None:
        assert isinstance(pseudonymised(text, name=["Sara"], contact=["0912"]), str)
