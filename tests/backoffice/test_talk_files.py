"""Files of a mediation: what becomes of one that cannot be had, and what the complainant's copy of their data holds."""

import pytest

from backoffice import files, own_data
from backoffice.disputes import mediation
from backoffice.disputes.mediation import JOINT
from backoffice.files import REFUSALS
from backoffice.rights import CUSTOMER, ORGANISATION
from storage.complaints import Attachment
from tests.backoffice.conftest import Desk
from tests.backoffice.disputing import MEDIATED, Table, said, table

SIDES = [("customer", CUSTOMER), ("us", ORGANISATION), ("they", CUSTOMER), ("they", ORGANISATION), ("us", JOINT)]


@pytest.fixture
def talks(desk: Desk) -> Table:
    found = table(desk)
    found.live(MEDIATED)
    return found


def shown(found: Table, who: int, room: str) -> Attachment:
    """A file that somebody shows, and that everybody who should has."""
    with found.at(who) as (work, case):
        talk = mediation.say(work, case, room, None)
        attachment = mediation.attach(work, talk, "document", "F1", file_name="offer.pdf")
    found.scene.deliver()
    found.scene.post.clear()
    return attachment


class TestLost:
    @pytest.mark.parametrize(("side", "room"), SIDES)
    def test_one_that_is_too_big_is_told_to_who_sent_it_and_to_nobody_else(
        self, talks: Table, side: str, room: str
    ) -> None:
        file = shown(talks, getattr(talks, side), room)
        with talks.scene.office.work() as work:
            files.too_big(work, file.id)
        talks.scene.deliver()
        (only,) = talks.scene.post
        assert (only.to, only.template, only.parts[0]["why"]) == (getattr(talks, side), "talk_file_lost", "too_big")
        assert not talks.scene.withheld

    @pytest.mark.parametrize(("side", "room"), SIDES)
    def test_so_is_one_that_the_messenger_does_not_know(self, talks: Table, side: str, room: str) -> None:
        file = shown(talks, getattr(talks, side), room)
        with talks.scene.office.work() as work:
            assert [files.refused(work, file.id) for _ in range(REFUSALS)] == [False] * (REFUSALS - 1) + [True]
        talks.scene.deliver()
        (only,) = talks.scene.post
        assert (only.to, only.template, only.parts[0]["why"]) == (getattr(talks, side), "talk_file_lost", "failed")

    def test_a_file_of_the_case_is_told_of_as_ever(self, talks: Table) -> None:
        with talks.scene.office.work() as work:
            for number in range(2):
                work.db.add(Attachment(complaint_id=talks.case.id, kind="document", file_id=f"F{number}"))
            work.db.flush()
            files.too_big(work, 1)
            for _ in range(REFUSALS):
                files.refused(work, 2)
        talks.scene.deliver()
        told = {(each.to, each.template) for each in talks.scene.post}
        assert {(talks.customer, "file_too_big"), (talks.desk.handler, "file_lost")} <= told


class TestOwnData:
    @pytest.mark.parametrize("life", ["", "they:end", "withdraw"])
    def test_the_copy_has_what_was_said_before_their_eyes_also_when_it_is_sealed(self, talks: Table, life: str) -> None:
        for who, room in ((talks.customer, CUSTOMER), (talks.us, JOINT), (talks.they, CUSTOMER),
                          (talks.us, ORGANISATION), (talks.they, ORGANISATION)):  # fmt: skip
            said(talks, who, room, f"{talks.scene.person(who).id} in {room}")
        mine, ours = shown(talks, talks.customer, CUSTOMER), shown(talks, talks.us, ORGANISATION)
        talks.live(life)
        with talks.scene.acting(talks.customer) as work:
            (case,) = own_data.copy(work).cases
        rooms = [each.room for each in case.talks if each.text]
        assert rooms == [CUSTOMER, JOINT, CUSTOMER]
        assert [each.id for each in case.attachments] == [mine.id]
        assert ours.talk_id not in {each.id for each in case.talks}

    @pytest.mark.parametrize("who", ["us", "they"])
    def test_nobody_elses_has_any_of_it(self, talks: Table, who: str) -> None:
        said(talks, getattr(talks, who), JOINT, "Words.")
        with talks.scene.acting(getattr(talks, who)) as work:
            assert own_data.copy(work).cases == []
