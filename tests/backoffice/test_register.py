"""The register of what was not resolved inside: what it shows, what adds up, what is learnt, what both sides think."""

from datetime import timedelta

import pytest

from backoffice import deadlock, errors, handling, surveys
from backoffice.disputes import consents, obligations, register, verdicts
from backoffice.learning import causes
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import DisputeRating, Referral
from tests.backoffice.agreeing import DAY, act, as_found, manager, mediated, referral, settled, talks, under_way
from tests.backoffice.agreeing import obligations as terms_of
from tests.backoffice.conftest import Desk
from tests.backoffice.reviewing import hire


def concluded(desk: Desk) -> int:
    speaks = settled(desk)
    number = terms_of(desk)[0].id
    act(desk, speaks, lambda work, case: obligations.fulfil(work, case, number, "Transfer no. 81."))
    act(desk, desk.customer, obligations.confirm)
    return speaks


def learning(decision: str = "action", words: str = "We count parcels.", cost: str | None = None):  # type: ignore[no-untyped-def]
    return lambda work, case: register.learn(work, case, decision, words, cost)


def numbers(desk: Desk, who: int) -> register.Totals:
    with desk.scene.acting(who) as work:
        return register.totals(work, work.now - 100 * DAY, work.now + DAY)


class TestEntries:
    def test_a_case_is_in_it_since_it_was_stuck(self, desk: Desk) -> None:
        speaks = manager(desk)
        desk.live("take")
        with pytest.raises(errors.NotFound):
            act(desk, speaks, register.entry)
        desk.live("declare")
        found = as_found(desk, speaks, register.entry)
        assert isinstance(found, register.Row)
        assert (found.trigger, found.cause, found.tried, found.outcome, found.cost, found.lesson) == (
            "declared", None, (), None, None, None,
        )  # fmt: skip

    def test_it_shows_what_was_tried_and_what_came_of_it(self, desk: Desk) -> None:
        speaks = concluded(desk)
        cause = desk.scene.office.organisation.root_causes[0].code
        act(desk, desk.handler, lambda work, case: causes.find(work, case, causes.Finding(cause, causes.SINGLE)))
        act(desk, speaks, learning(cost="۲٬۵۰۰٬۰۰۰"))
        with desk.scene.acting(speaks) as work:
            ((found,), more) = register.entries(work, 0)
        assert not more
        assert (found.cause, found.outcome) == (cause, "settled")
        assert found.tried == (register.Tried(None, None, "direct", "settled"),)
        assert found.cost
        assert found.cost.text == "2500000"
        assert found.lesson
        assert (found.lesson.decision, found.lesson.words) == ("action", "We count parcels.")

    @pytest.mark.parametrize("role", ["handler", "supervisor", "admin", "legal"])
    def test_it_is_not_for_everybody(self, desk: Desk, role: str) -> None:
        with desk.scene.acting(hire(desk, role)) as work, pytest.raises(errors.NotAllowed):
            register.entries(work)

    def test_nobody_reads_there_what_they_are_barred_from(self, desk: Desk) -> None:
        speaks = manager(desk)
        desk.live("take declare")
        with desk.scene.office.work() as work:
            case = work.db.get_one(Complaint, desk.case.id)
            case.barred = {str(desk.scene.person(speaks).id): "conflict"}
        with desk.scene.acting(speaks) as work:
            assert register.entries(work) == ([], False)
        assert numbers(desk, speaks).cases == 1

    def test_by_pages_the_newest_first(self, desk: Desk) -> None:
        auditor = hire(desk, "auditor")
        codes = [desk.code, *(desk.scene.complaint(desk.customer) for _ in range(register.PAGE))]
        for code in codes:
            desk.scene.clock.forward(minutes=1)
            for verb in (handling.take, stuck):
                desk.scene.act(desk.handler, code, verb)
        with desk.scene.acting(auditor) as work:
            first, more = register.entries(work, 0)
            last, none = register.entries(work, 1)
            with pytest.raises(errors.Invalid):
                register.entries(work, 2)
        assert [row.complaint.code for row in (*first, *last)] == codes[::-1]
        assert (more, none, len(last)) == (True, False, 1)


def stuck(work: Work, case: Complaint) -> None:
    deadlock.notice(work, case, deadlock.REFUSED)

    def test_a_body_that_decided_and_that_nobody_named_is_no_direct_talks(self, desk: Desk) -> None:
        speaks = manager(desk)
        desk.live("take declare")
        act(desk, speaks, lambda work, case: verdicts.decide(work, case, "No.", upheld=False, binding="both", terms=[]))
        found = as_found(desk, speaks, register.entry)
        assert isinstance(found, register.Row)
        assert [each.provider for each in found.tried] == [register.PUBLIC_BODY]
        assert numbers(desk, speaks).by_provider == {register.PUBLIC_BODY: 1}


class TestTotals:
    def test_they_are_the_cases_that_came_into_it_in_the_period(self, desk: Desk) -> None:
        speaks = concluded(desk)
        other = desk.scene.complaint(desk.customer, category="delivery.damaged")
        desk.scene.act(desk.handler, other, handling.take)
        desk.scene.act(desk.handler, other, stuck)
        desk.scene.complaint(desk.customer)
        act(desk, speaks, learning("no_action", "It was one parcel.", "1000"))
        found = numbers(desk, speaks)
        assert found.cases == 2
        breakdowns = ("by_trigger", "by_cause", "by_category", "by_department", "by_outcome")
        assert {getattr(found, name).total() for name in breakdowns} == {2}
        assert found.by_trigger == {"declared": 1, "refused": 1}
        assert found.by_outcome == {"settled": 1, None: 1}
        assert found.by_provider == {None: 1}
        assert (found.cost.text, found.action, found.no_action, found.owed) == ("1000", 0, 1, 0)
        with desk.scene.acting(speaks) as work:
            since = work.now + timedelta(seconds=1)
            assert register.totals(work, since, since + DAY).cases == 0


class TestLessons:
    def test_they_are_owed_after_closing(self, desk: Desk) -> None:
        speaks = settled(desk)
        with pytest.raises(errors.Stale):
            act(desk, speaks, learning())
        with desk.scene.acting(speaks) as work:
            assert register.owed(work) == ([], False)
        number = terms_of(desk)[0].id
        act(desk, speaks, lambda work, case: obligations.fulfil(work, case, number, "Transfer no. 81."))
        act(desk, desk.customer, obligations.confirm)
        with desk.scene.acting(speaks) as work:
            assert [row.complaint.code for row in register.owed(work)[0]] == [desk.code]
        assert numbers(desk, speaks).owed == 1
        act(desk, speaks, learning())
        with desk.scene.acting(speaks) as work:
            assert register.owed(work) == ([], False)

    def test_a_second_thought_replaces_the_first(self, desk: Desk) -> None:
        speaks = concluded(desk)
        act(desk, speaks, learning(cost="5"))
        act(desk, speaks, learning("no_action", "It costs more than it brings."))
        found = as_found(desk, speaks, register.entry)
        assert isinstance(found, register.Row)
        assert found.lesson
        assert (found.lesson.decision, found.cost) == ("no_action", None)

    @pytest.mark.parametrize(
        ("said", "what"),
        [(("maybe", "x"), "unknown_choice"), (("action", " "), "empty"), (("action", "x", "a lot"), "no_amount"),
         (("action", "x", "5 USD"), "other_currency")],
    )  # fmt: skip
    def test_what_is_no_lesson(self, desk: Desk, said: tuple[str, ...], what: str) -> None:
        speaks = concluded(desk)
        with pytest.raises(errors.Invalid) as refusal:
            act(desk, speaks, learning(*said))
        assert refusal.value.facts["what"] == what

    def test_it_is_not_for_those_who_had_the_case(self, desk: Desk) -> None:
        concluded(desk)
        for who in (desk.handler, desk.customer, hire(desk, "auditor")):
            with pytest.raises(errors.NotAllowed):
                act(desk, who, learning())


class TestRatings:
    def test_both_sides_and_each_can_change_their_mind(self, desk: Desk) -> None:
        speaks, _ = mediated(desk)
        number = referral(desk).id
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, lambda work, case: register.rate(work, case, number, process=4))
        act(desk, desk.customer, lambda work, case: consents.withdraw(work, case, "Too slow."))
        for who, process, led in ((desk.customer, 4, None), (speaks, 2, 3), (desk.customer, None, 5)):
            act(desk, who, lambda work, case, p=process, q=led: register.rate(  # type: ignore[misc]
                work, case, number, process=p, provider=q))  # fmt: skip
        with desk.scene.office.look() as work:
            found = {side: work.db.get_one(DisputeRating, (number, side)) for side in ("customer", "organisation")}
        assert {side: (each.process, each.provider) for side, each in found.items()} == {
            "customer": (4, 5),
            "organisation": (2, 3),
        }

    @pytest.mark.parametrize(("process", "provider"), [(0, None), (6, None), (None, 6), (None, 3)])
    def test_one_to_five_and_nobody_led_direct_talks(
        self, desk: Desk, process: int | None, provider: int | None
    ) -> None:
        talks(desk)
        number = referral(desk).id
        act(desk, desk.customer, lambda work, case: consents.withdraw(work, case, ""))
        with pytest.raises(errors.Invalid):
            act(desk, desk.customer, lambda work, case: register.rate(
                work, case, number, process=process, provider=provider))  # fmt: skip

    def test_whoever_led_it_or_had_no_part_in_it_rates_nothing(self, desk: Desk) -> None:
        _, leads = mediated(desk)
        number = referral(desk).id
        act(desk, desk.customer, lambda work, case: consents.withdraw(work, case, ""))
        for who in (leads, desk.handler):
            with pytest.raises((errors.NotAllowed, errors.NotFound)):
                act(desk, who, lambda work, case: register.rate(work, case, number, process=5))


class TestResults:
    @pytest.mark.parametrize("cases", [4, 5])
    def test_of_few_cases_only_their_number_is_told(self, desk: Desk, cases: int) -> None:
        under_way(desk, "mediator", "facilitative")
        self.invent(desk, cases)
        with desk.scene.office.look() as work:
            found = register.results(work, "mediator")
        if cases < register.HIDDEN_BELOW:
            assert found == register.Results(cases)
        else:
            assert found == register.Results(5, 0.6, 12.0, 4.0)

    def invent(self, desk: Desk, cases: int) -> None:
        """The one that runs, and one that nobody consented to, are none of them."""
        of_case = {"dispute_id": referral(desk).dispute_id, "complaint_id": desk.case.id, "provider": "mediator",
                   "method": "facilitative", "chosen_at": desk.scene.clock()}  # fmt: skip
        with desk.scene.office.work() as work:
            work.db.add(Referral(**of_case, ended="refused", ended_at=work.now))
            for number in range(cases):
                ended = work.now + (10 + number) * DAY
                why = "settled" if number < 3 else "time_up"
                done = Referral(**of_case, consented_at=work.now, ended=why, ended_at=ended)
                work.db.add(done)
                work.db.flush()
                for side, score in (("customer", 3), ("organisation", 5)):
                    work.db.add(DisputeRating(referral_id=done.id, side=side, provider=score, at=work.now))


def test_a_closed_case_can_be_rated_by_its_customer_as_any_other(desk: Desk) -> None:
    concluded(desk)
    act(desk, desk.customer, lambda work, case: surveys.rate(work, case, surveys.OUTCOME, 5))
