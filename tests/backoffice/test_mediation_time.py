"""How long talks take: put off by who leads them, prolonged by both sides, ended without a settlement."""

from datetime import datetime, timedelta

import pytest

from backoffice import errors
from backoffice.disputes import mediation
from backoffice.disputes.mediation import JOINT
from backoffice.disputes.phases import Phase
from storage.disputes import talks_of
from tests.backoffice.conftest import Desk
from tests.backoffice.disputing import DECIDED, MEDIATED, Table, table
from tests.backoffice.reviewing import told

DAY = timedelta(days=1)


@pytest.fixture
def talks(desk: Desk) -> Table:
    found = table(desk)
    found.live(MEDIATED)
    return found


@pytest.fixture
def carried(desk: Desk) -> Table:
    """The mediator is elsewhere: we carry their words."""
    found = Table(desk, desk.scene.staff("dispute_manager", department=None), 0)
    desk.live("take declare")
    found.live("choose consent us:consent us:accept")
    return found


def limit(found: Table) -> datetime:
    due = found.desk.running["mediation"].due_at
    assert due
    return due


def adjourn(found: Table, who: int, until: datetime, words: str = "I fall ill.") -> None:
    with found.at(who) as (work, case):
        mediation.adjourn(work, case, until, words)


class TestAdjourned:
    def test_both_sides_read_why_and_until_when_and_are_reminded_then(self, talks: Table) -> None:
        until = talks.scene.clock() + 5 * DAY
        adjourn(talks, talks.they, until)
        assert talks.referral().adjourned_until == talks.desk.running["adjourned"].due_at == until
        with talks.scene.office.look() as work:
            (why,) = talks_of(work.db, talks.referral().id, JOINT)
        assert (why.text, why.side) == ("I fall ill.", "resolver")
        talks.wait(days=4)
        for who in (talks.customer, talks.us):
            assert [each.parts[0]["talk_id"] for each in told(talks.desk, who, "mediation_adjourned")] == [why.id]
            assert not told(talks.desk, who, "dispute_reminder")
        talks.pass_by("adjourned")
        talks.wait(days=2)
        for who in (talks.customer, talks.us, talks.they):
            assert [each.parts[0]["what"] for each in told(talks.desk, who, "dispute_reminder")] == ["resumed"]
        assert talks.referral().adjourned_until is None
        assert talks.desk.newest("adjourned").ended == "met"
        assert talks.phase == Phase.IN_PROGRESS

    def test_a_second_date_takes_the_place_of_the_first(self, talks: Table) -> None:
        adjourn(talks, talks.they, talks.scene.clock() + 5 * DAY)
        adjourn(talks, talks.they, talks.scene.clock() + 9 * DAY)
        assert talks.desk.running["adjourned"].due_at == talks.scene.clock() + 9 * DAY

    def test_never_past_the_limit_nor_into_the_past(self, talks: Table) -> None:
        with pytest.raises(errors.NoMoreTime):
            adjourn(talks, talks.they, limit(talks) + timedelta(minutes=1))
        with pytest.raises(errors.Invalid):
            adjourn(talks, talks.they, talks.scene.clock())
        with pytest.raises(errors.Invalid):
            adjourn(talks, talks.they, talks.scene.clock() + DAY, "  ")
        assert "adjourned" not in talks.desk.running
        adjourn(talks, talks.they, limit(talks))

    @pytest.mark.parametrize("who", ["customer", "us"])
    def test_by_nobody_but_who_leads_them(self, talks: Table, who: str) -> None:
        with pytest.raises(errors.NotAllowed):
            adjourn(talks, getattr(talks, who), talks.scene.clock() + DAY)

    def test_of_a_mediator_elsewhere_we_carry_the_word(self, carried: Table) -> None:
        adjourn(carried, carried.us, carried.scene.clock() + DAY)
        with pytest.raises(errors.NotAllowed):
            adjourn(carried, carried.customer, carried.scene.clock() + DAY)
        with carried.scene.office.look() as work:
            (why,) = talks_of(work.db, carried.referral().id, JOINT)
        assert why.side == "resolver"

    def test_it_is_over_with_the_talks(self, talks: Table) -> None:
        adjourn(talks, talks.they, talks.scene.clock() + 5 * DAY)
        talks.live("leave")
        assert "adjourned" not in talks.desk.running


class TestProlonged:
    @pytest.mark.parametrize(
        "life",
        [
            "ask_time us:agree_time",
            "us:ask_time agree_time",
            "us:ask_time ask_time",
            "they:ask_time agree_time us:agree_time",
            "they:ask_time us:agree_time agree_time",
            "ask_time they:ask_time us:agree_time",
        ],
    )
    def test_when_both_sides_want_it_it_is_as_long_again(self, talks: Table, life: str) -> None:
        was = limit(talks)
        *first, last = life.split()
        for deed in first:
            talks.live(deed)
            assert limit(talks) == was
            assert not talks.referral().extended
        talks.live(last)
        assert limit(talks) == was + 30 * DAY
        assert talks.referral().extended
        talks.wait(days=1)
        agreed = {"": talks.customer, "us": talks.us}[last.rpartition(":")[0]]
        for who in (talks.customer, talks.us, talks.they):
            assert len(told(talks.desk, who, "more_time_wanted")) <= 1
            assert len(told(talks.desk, who, "more_time_agreed")) == (who != agreed)

    @pytest.mark.parametrize(
        ("life", "again"),
        [
            ("ask_time", "ask_time"),
            ("ask_time", "agree_time"),
            ("they:ask_time", "they:ask_time"),
            ("they:ask_time us:agree_time", "us:agree_time"),
        ],
    )
    def test_nobody_agrees_for_the_other(self, talks: Table, life: str, again: str) -> None:
        talks.live(life)
        with pytest.raises(errors.DisputeRefused, match="dispute_refused"):
            talks.live(again)
        assert not talks.referral().extended

    def test_who_leads_them_agrees_to_nothing(self, talks: Table) -> None:
        talks.live("ask_time")
        with pytest.raises(errors.NotAllowed):
            talks.live("they:agree_time")

    def test_only_what_was_asked_for_is_agreed_to(self, talks: Table) -> None:
        with pytest.raises(errors.Stale):
            talks.live("agree_time")

    def test_once(self, talks: Table) -> None:
        talks.live("ask_time us:agree_time")
        for again in ("ask_time", "us:ask_time", "they:ask_time"):
            with pytest.raises(errors.NoMoreTime):
                talks.live(again)

    def test_not_what_lies_with_somebody_who_decides(self, desk: Desk) -> None:
        found = table(desk)
        found.live(DECIDED)
        with pytest.raises(errors.Stale):
            found.live("ask_time")

    def test_the_new_limit_is_watched_like_the_first(self, talks: Table) -> None:
        talks.live("ask_time us:agree_time")
        talks.wait(days=58)
        assert talks.phase == Phase.IN_PROGRESS
        assert not told(talks.desk, talks.customer, "dispute_reminder")
        talks.wait(days=4)
        assert [each.parts[0]["what"] for each in told(talks.desk, talks.customer, "dispute_reminder")] == ["near"]
        assert (talks.phase, talks.referral().ended) == (Phase.FAILED, "time_up")


class TestEnded:
    def test_by_who_leads_them_with_words_for_both(self, talks: Table) -> None:
        talks.live("they:end")
        referral = talks.referral()
        assert (talks.phase, referral.ended, referral.ended_by) == (Phase.FAILED, "no_settlement", "resolver")
        assert referral.ended_words == "You are too far apart."
        assert talks.case.resolver_id is None
        talks.wait(hours=12)
        assert told(talks.desk, talks.customer, "way_closed")

    @pytest.mark.parametrize("who", ["", "us:"])
    def test_by_no_side(self, talks: Table, who: str) -> None:
        with pytest.raises(errors.NotAllowed):
            talks.live(f"{who}end")

    def test_not_by_an_old_button(self, talks: Table) -> None:
        for verb in (mediation.ask_extension, mediation.agree_extension):
            with talks.at(talks.customer) as (work, case), pytest.raises(errors.Stale):
                verb(work, case, turn=case.turn - 1)
        with talks.at(talks.they) as (work, case), pytest.raises(errors.Stale):
            mediation.end(work, case, "Over.", turn=case.turn - 1)
        with talks.at(talks.they) as (work, case), pytest.raises(errors.Stale):
            mediation.adjourn(work, case, talks.scene.clock() + DAY, "Ill.", turn=case.turn - 1)

    def test_of_a_mediator_elsewhere_we_carry_the_word(self, carried: Table) -> None:
        carried.live("us:end")
        assert (carried.phase, carried.referral().ended_by) == (Phase.FAILED, "resolver")
