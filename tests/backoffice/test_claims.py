"""A case that was written down for somebody becomes theirs: the link, the proof, the same person, and a name (S40)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice import by_hand, claims, complaints, contacts, errors, handling, recording
from tests.backoffice.conftest import Scene
from tests.backoffice.recorded import START, begun, deliver, limit, record


@pytest.fixture
def handler(scene: Scene) -> int:
    return scene.staff("handler")


class TestAClaim:
    def test_ties_the_case_to_a_chat_with_all_that_was_not_told_yet(self, scene: Scene, handler: int) -> None:
        code, token, secret = record(scene, handler)
        assert secret is None
        scene.act(handler, code, handling.take)
        deliver(scene)
        customer = scene.customer()
        with scene.acting(customer) as work:
            assert claims.look(work, token) == claims.DIGITS
            claims.take(work, token, "۶۷۸۹")
        deliver(scene)
        got = [each.template for each in scene.post if each.to == customer]
        assert got == ["acknowledged_by_hand", "investigation_started"]
        assert scene.case(code).customer_id == scene.person(customer).id
        assert scene.case(code).acknowledged_at is not None
        assert limit(scene, code, "acknowledgement_by_staff").ended == "met"
        with scene.acting(customer) as work:
            assert [each.code for each in complaints.mine(work)[0]] == [code]

    @pytest.mark.parametrize("contact", [None, "sara@example.org", "ask at the desk"])
    def test_without_a_number_is_shown_by_a_secret(self, scene: Scene, handler: int, contact: str | None) -> None:
        code, token, secret = record(scene, handler, contact=contact)
        with scene.acting(scene.customer()) as work:
            assert claims.look(work, token) == claims.SECRET
            assert claims.take(work, token, (secret or "").lower()).code == code

    def test_works_once(self, scene: Scene, handler: int) -> None:
        _code, token, _secret = record(scene, handler)
        first, second = scene.customer(), scene.customer()
        with scene.acting(first) as work:
            claims.take(work, token, "6789")
        refused(scene, first, token, "yours")
        refused(scene, second, token, "used")

    def test_is_over_after_its_time(self, scene: Scene, handler: int) -> None:
        _code, token, _secret = record(scene, handler)
        scene.clock.forward(days=32)
        refused(scene, scene.customer(), token, "expired")

    def test_is_closed_after_five_wrong_tries(self, scene: Scene, handler: int) -> None:
        _code, token, _secret = record(scene, handler)
        thief = scene.customer()
        for left in (4, 3, 2, 1, 0):
            with scene.acting(thief) as work, pytest.raises(errors.WrongProof) as refusal:
                claims.take(work, token, "0000")
            assert refusal.value.facts["left"] == left
            with scene.office.work() as work:
                claims.count_wrong(work, refusal.value.facts["claim"])
        refused(scene, scene.customer(), token, "tried")

    @pytest.mark.parametrize("role", ["handler", "complaints_manager", "admin"])
    def test_is_not_for_staff(self, scene: Scene, handler: int, role: str) -> None:
        _code, token, _secret = record(scene, handler)
        refused(scene, scene.staff(role), token, "staff")

    def test_is_replaced_by_a_newer_link(self, scene: Scene, handler: int) -> None:
        code, token, _secret = record(scene, handler)
        with scene.acting(handler) as work:
            given = claims.renew(work, complaints.find(work, code), START)
        customer = scene.customer()
        refused(scene, customer, token, "replaced")
        with scene.acting(customer) as work:
            claims.take(work, given.link.removeprefix(f"{START}{claims.PREFIX}"), "6789")

    def test_of_nonsense_leads_nowhere(self, scene: Scene) -> None:
        for token in ("", "x", "ئ" * 40, "A" * 64):
            refused(scene, scene.customer(), token, "unknown")

    def test_of_an_anonymous_case_tells_staff_no_name(self, scene: Scene, handler: int) -> None:
        code, token, secret = record(scene, handler, anonymous=True)
        with scene.acting(handler) as work, pytest.raises(errors.ClaimRefused):
            claims.renew(work, complaints.find(work, code), START)
        customer = scene.customer()
        with scene.acting(customer) as work:
            claims.take(work, token, secret or "")
        case = scene.case(code)
        assert (case.anonymous, case.name, case.contact, case.contact_hash) == (True, None, None, None)

    def test_by_code_and_secret_brings_what_waited_too(self, scene: Scene, handler: int) -> None:
        code, _token, secret = record(scene, handler, anonymous=True)
        deliver(scene)
        with scene.acting(handler) as work, pytest.raises(errors.ClaimRefused):
            complaints.claim(work, code, secret or "")
        customer = scene.customer()
        with scene.acting(customer) as work:
            complaints.claim(work, code, secret or "")
        deliver(scene)
        assert [each.template for each in scene.post if each.to == customer] == ["acknowledged_by_hand"]


class TestTheSamePerson:
    def test_is_suggested_by_number_and_linked_at_the_claim(self, scene: Scene, handler: int) -> None:
        first, _token, _secret = record(scene, handler)
        with scene.acting(handler) as work:
            draft = begun(work, contact="+98 (912) 345-6789")
            (found,) = recording.earlier(work, draft)
            assert found.code == first
            recording.link(work, draft, found.id)
            second = recording.submit(work, draft, START).complaint
            code = second.code or ""
            row = by_hand.waiting(work, second)[0]
            token = row.body["params"]["link"].removeprefix(f"{START}{claims.PREFIX}")
        customer = scene.customer()
        with scene.acting(customer) as work:
            claims.take(work, token, "6789")
            assert {each.code for each in complaints.mine(work)[0]} == {first, code}

    def test_is_not_suggested_to_who_may_not_know_of_the_case(self, scene: Scene, handler: int) -> None:
        record(scene, handler)
        other = scene.staff("handler", department="finance")
        with scene.acting(other) as work:
            draft = begun(work)
            assert recording.earlier(work, draft) == []
            with pytest.raises(errors.Invalid):
                recording.link(work, draft, 1)

    @given(st.text(max_size=40))
    def test_any_words_can_be_a_contact(self, words: str) -> None:
        digits = contacts.last_digits(words)
        assert digits is None or (len(digits) == contacts.LAST and digits.isascii() and digits.isdecimal())

    def test_however_the_number_is_written(self) -> None:
        numbers = ("09123456789", "+98 912 345 6789", "0098-912-345-6789", "۰۹۱۲۳۴۵۶۷۸۹", "call (0912) 345.67.89")
        assert len({contacts.found_by(each) for each in numbers}) == 1
        assert {contacts.last_digits(each) for each in numbers} == {"6789"}
        assert contacts.found_by("Sara@Example.org ") == contacts.found_by("sara@example.org")
        assert contacts.found_by("12345") is None


class TestNobodysName:
    """Guard 6: what needs a name waits for it."""

    @pytest.mark.parametrize(
        ("remedy", "waits"), [("refund_full", True), ("apology", False), ("process_change", False)]
    )
    def test_a_remedy_that_needs_one_cannot_be_accepted_without(
        self, scene: Scene, handler: int, remedy: str, waits: bool
    ) -> None:
        code, token, secret = record(scene, handler, anonymous=True)
        scene.act(handler, code, handling.take)
        scene.act(handler, code, lambda w, c: handling.answer(w, c, handling.Draft("upheld", "Lost.", remedy)))
        customer = scene.customer()
        with scene.acting(customer) as work:
            claims.take(work, token, secret or "")
        accepted: Callable[[], object] = lambda: scene.act(customer, code, complaints.accept)  # noqa: E731
        if waits:
            with pytest.raises(errors.NameNeeded):
                accepted()
        else:
            accepted()
        assert (scene.case(code).stage == "answered") is waits


def refused(scene: Scene, who: int, token: str, why: str) -> None:
    with scene.acting(who) as work, pytest.raises(errors.ClaimRefused) as refusal:
        claims.look(work, token)
    assert refusal.value.facts["why"] == why
