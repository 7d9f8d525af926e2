"""Tracking codes are read however they are typed, and a wrong character is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice import codes

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
code = st.builds(codes.new_code)


class TestParse:
    @given(code)
    def test_a_new_code_is_read_as_itself(self, code: str) -> None:
        assert codes.parse(code) == code

    @given(code, st.sampled_from([str, str.lower, lambda c: c.translate(PERSIAN), lambda c: c.translate(ARABIC)]))
    def test_in_any_digits_and_case(self, code: str, typed: object) -> None:
        assert codes.parse(typed(code)) == code  # type: ignore[operator]

    @given(code, st.sampled_from(["", " ", "–", ".", "\u200c", " - "]))
    def test_in_any_spacing(self, code: str, gap: str) -> None:
        assert codes.parse(code.replace("-", gap)) == code

    @given(code)
    def test_inside_the_isolates_of_our_own_messages(self, code: str) -> None:
        assert codes.parse(f"\u2066{code}\u2069") == code

    @given(code, st.integers(0, 7), st.sampled_from(codes.ALPHABET))
    def test_one_wrong_character_is_noticed(self, code: str, place: int, wrong: str) -> None:
        plain = list(codes.compact(code))
        if plain[place] != wrong:
            plain[place] = wrong
            assert codes.parse("".join(plain)) is None

    @given(st.text(max_size=30))
    def test_any_text_is_a_code_or_nothing(self, text: str) -> None:
        found = codes.parse(text)
        assert found is None or codes.parse(found) == found

    def test_letters_that_look_like_digits_are_forgiven(self) -> None:
        assert codes.parse("SLH-0000-0000-0") == codes.parse("slh-oooo-OOOO-o") == "SLH-0000-0000-0"


class TestSecret:
    def test_is_read_as_typed(self) -> None:
        secret = codes.new_secret()
        assert codes.parse_secret(secret.lower().replace("-", " ")) == secret
