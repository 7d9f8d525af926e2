"""Files from people are fetched beside everything else, stored encrypted, and not given up easily."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from backoffice import files as office_files
from backoffice.files import LARGEST
from bot.fetcher import Fetcher
from bot.pacing import Pace
from bot.sandbox import media
from storage.complaints import Attachment
from storage.consents import Erasure
from tests.bot.post import PATIENCE, Post, make_office, posted


@asynccontextmanager
async def fetching(post: Post) -> AsyncIterator[None]:
    fetcher = Fetcher(post.office, post.world.token, post.server.url, post.files)
    post.office.listeners.append(fetcher.wake)
    task = asyncio.create_task(fetcher.run())
    yield
    fetcher.stop()
    await task


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with posted(make_office(tmp_path), tmp_path, Pace.none(), running=False) as running, fetching(running):
        yield running


def sent_in(post: Post, data: bytes = media.PIXEL, **facts: Any) -> Attachment:
    """A file that a customer sent to the desk; the case has an owner."""
    known = post.world.store("photo", data, size=facts.pop("claimed", None))
    customer, owner = post.person(post.human("Sara")), post.person(post.human("Ali"), "handler")
    return post.attachment(post.complaint(customer, owner), file_id=known.id, **facts)


async def becomes(post: Post, attachment: Attachment, state: str) -> Attachment:
    async with asyncio.timeout(PATIENCE):
        while True:
            with post.office.look() as work:
                now = work.db.get_one(Attachment, attachment.id)
            if now.state == state:
                return now
            await asyncio.sleep(0.02)


async def erased(post: Post) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with post.office.look() as work:
                if not office_files.to_erase(work):
                    return
            await asyncio.sleep(0.02)


async def attempts(post: Post, attachment: Attachment, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with post.office.look() as work:
                if work.db.get_one(Attachment, attachment.id).attempts >= count:
                    return
            await asyncio.sleep(0.02)


class TestFetch:
    async def test_a_file_is_stored_and_can_be_read(self, post: Post) -> None:
        stored = await becomes(post, sent_in(post), "stored")
        assert post.files.read(stored) == media.PIXEL
        assert stored.size == len(media.PIXEL)
        assert stored.next_at is None

    async def test_its_bytes_are_not_readable_on_the_disk(self, post: Post) -> None:
        stored = await becomes(post, sent_in(post, b"a private matter" * 100), "stored")
        assert b"private" not in (post.files.data_dir / (stored.path or "")).read_bytes()

    @pytest.mark.parametrize("kind", ["500", "cut_before", "429"])
    async def test_what_could_not_be_had_is_tried_again_later(self, post: Post, kind: Any) -> None:
        post.world.faults.add("getFile", kind=kind)
        attachment = sent_in(post)
        await attempts(post, attachment, 1)
        post.clock.ahead += timedelta(seconds=6)
        await becomes(post, attachment, "stored")

    async def test_a_file_erased_meanwhile_leaves_no_bytes(self, post: Post) -> None:
        attachment = sent_in(post)
        await becomes(post, attachment, "stored")
        before = list(post.files.data_dir.glob("attachments/*/*"))
        what = post.files.write("attachments/aa/again", b"again")
        with post.office.work() as work:
            assert not office_files.stored(work, attachment.id, what)
            work.db.add(Erasure(path="attachments/aa/again"))
        await erased(post)
        assert list(post.files.data_dir.glob("attachments/*/*")) == before


class TestGiveUp:
    async def test_a_file_over_20_mb_is_refused_and_the_customer_told(self, post: Post) -> None:
        attachment = sent_in(post, claimed=LARGEST + 1)
        await becomes(post, attachment, "too_big")
        (told,) = post.rows()
        assert (told.body["template"], told.party) == ("file_too_big", "customer")
        assert told.body["params"] == {"attachment_id": attachment.id}

    async def test_one_that_says_so_itself_is_not_even_asked_for(self, post: Post) -> None:
        await becomes(post, sent_in(post, size=LARGEST + 1), "too_big")
        assert post.calls("getFile") == []

    async def test_a_wrong_identifier_is_lost_after_some_attempts_and_the_owner_told_once(self, post: Post) -> None:
        attachment = sent_in(post)
        post.world.forget_file(attachment.file_id)
        for count in range(1, office_files.REFUSALS):
            await attempts(post, attachment, count)
            post.clock.ahead += timedelta(hours=1)
        await becomes(post, attachment, "failed")
        assert [row.body["template"] for row in post.rows()] == ["file_lost"]
        assert len(post.calls("getFile")) == office_files.REFUSALS
        assert len(post.events("attachment.lost")) == 1

    async def test_one_bad_file_does_not_hold_up_the_others(self, post: Post) -> None:
        bad = sent_in(post)
        post.world.forget_file(bad.file_id)
        await becomes(post, sent_in(post), "stored")
        with post.office.look() as work:
            assert len(work.db.exec(select(Attachment).where(Attachment.state == "to_fetch")).all()) == 1
