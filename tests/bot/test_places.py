"""To what a message belongs that has arrived: the case, as whom it was told, and the room of a mediation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import outbox
from bot.pacing import Pace
from storage.traffic import ANSWER, Delivered
from tests.bot.post import Post, make_office, message, posted, put


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with posted(make_office(tmp_path), tmp_path, Pace.none()) as running:
        yield running


class TestPlaces:
    async def test_an_edit_moves_a_message_to_the_case_it_speaks_of_now(self, post: Post) -> None:
        sara = post.human()
        complaint = post.complaint(post.person(sara))
        row = post.say(sara, "menu")
        await post.courier.settled()
        with post.office.work() as work:
            edit = message(sara, "", ANSWER, work.now)
            edit.body = {"call": "editMessageText", "args": {"chat_id": sara.id, "message_id": -row, "text": "case"}}
            edit.complaint_id, edit.party = complaint.id, "customer"
            put(work, edit)
        await post.courier.settled()
        with post.office.look() as work:
            place = work.db.exec(select(Delivered)).one()
        assert (place.promise, place.complaint_id, place.party) == (row, complaint.id, "customer")

    async def test_what_belongs_to_a_topic_arrives_with_it(self, post: Post) -> None:
        sara = post.human()
        person = post.person(sara)
        post.tell(person, "talk", post.complaint(person), party="customer", topic="room:joint:7")
        post.tell(person, "news", post.complaint(person), party="customer")
        await post.courier.settled()
        with post.office.look() as work:
            places = [outbox.delivered_target(work, sara.id, message.id) for message in sara.inbox[-2:]]
        assert [place and place.topic for place in places] == ["room:joint:7", None]
