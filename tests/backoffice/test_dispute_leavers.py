"""Who leaves in the middle of a dispute, or has no part in it any more: their side of it goes on without them."""

import pytest

from backoffice import challenges, errors, team
from backoffice.disputes import speaking
from backoffice.disputes.phases import Phase
from tests.backoffice.conftest import Desk
from tests.backoffice.disputing import DEEDS, MEDIATED, Table, decide, mediator, table
from tests.backoffice.reviewing import name_subject


@pytest.fixture
def found(desk: Desk) -> Table:
    return table(desk)


def dismissed(found: Table, who: int) -> None:
    with found.scene.acting(found.scene.staff("admin", department=None)) as work:
        team.dismiss(work, found.scene.person(who).id)


class TestMediator:
    def test_a_colleague_of_theirs_is_asked_instead(self, found: Table) -> None:
        found.live("choose consent us:consent")
        other = mediator(found.scene)
        dismissed(found, found.they)
        assert found.case.resolver_id == found.referral().resolver_id == found.scene.person(other).id

    def test_without_one_we_carry_the_file_there(self, found: Table) -> None:
        found.live("choose consent us:consent")
        dismissed(found, found.they)
        assert (found.phase, found.case.resolver_id) == (Phase.AWAITING_PROVIDER, None)
        assert "file_to_send" in found.scene.told(found.us)

    def test_talks_that_they_led_are_over(self, found: Table) -> None:
        found.live(MEDIATED)
        dismissed(found, found.they)
        assert (found.phase, found.referral().ended, found.case.resolver_id) == (Phase.FAILED, "resolver_gone", None)
        assert "way_closed" in found.scene.told(found.customer)

    def test_is_nobody_who_is_complained_of(self, found: Table) -> None:
        found.live(MEDIATED)
        with pytest.raises(errors.Invalid):
            name_subject(found.desk, found.they)
        with found.at(found.us) as (work, case):
            assert found.they not in [each.telegram_id for each in challenges.nameable(work, case)[0]]


class TestRepresentative:
    @pytest.mark.parametrize(
        "how", [dismissed, lambda found, who: name_subject(found.desk, who, by=found.desk.handler)]
    )
    def test_whoever_else_could_speak_for_us_is_called_to_the_talks(self, found: Table, how: object) -> None:
        found.live(f"{MEDIATED} us:say")
        heir = found.scene.staff("complaints_manager", department=None)
        how(found, found.us)  # type: ignore[operator]
        assert found.case.representative_id is None
        found.live("say")
        assert "speaker_wanted" in found.scene.told(heir)
        found.scene.act(heir, found.desk.code, speaking.take_up)
        found.scene.act(heir, found.desk.code, DEEDS["say"])


@pytest.mark.parametrize("other", ["choose", "negotiate"])
@pytest.mark.parametrize("signed", [False, True])
def test_who_chooses_another_way_does_not_take_the_decision_of_a_body_that_waits(
    found: Table, other: str, signed: bool
) -> None:
    colleague = found.scene.staff("dispute_manager", department=None)
    with found.at(found.us) as (work, case):
        decide(work, case, binding="organisation")
    if signed:
        found.scene.act(colleague, found.desk.code, DEEDS["sign"])
    before = found.referral()
    found.live(other)
    with found.scene.office.look() as work:
        first = work.db.get_one(type(before), before.id)
    assert (first.ended, first.ended_by) == ("not_accepted", "customer")
    assert found.outcome().ended == "not_accepted"
    assert found.dispute().referral_id == found.referral().id != first.id
    found.live("withdraw")
    assert found.referral().ended
