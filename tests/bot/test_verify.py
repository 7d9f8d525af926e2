"""`sulh verify`: a document of this desk is confirmed; one changed byte anywhere, and it is not."""

import hashlib
import re
from pathlib import Path

import pytest

from bot import verifying
from storage.documents import Document
from tests.bot.command import beside
from tests.bot.test_printer import data, issue, received
from tests.running import Running, running

DENIED = "not issued by this desk, or altered since."
STEP = 499  # bytes between those that are changed
#: What the file says of itself: each is changed in its first and last letter.
METADATA = (rb"/CreationDate", rb"/Author", rb"/ID", rb"<dc:title>", rb"<xmp:ModifyDate>", rb"startxref", rb"%%EOF")


async def printed(up: Running) -> tuple[Document, bytes]:
    """A document as its customer has it."""
    customer = await up.newcomer("en")
    document = issue(up, customer)
    await up.settle()
    return document, data(up, received(customer)[0])


def changed(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


class TestBytes:
    async def test_one_that_is_changed_anywhere_is_denied(self, tmp_path: Path) -> None:
        async with running(tmp_path / "data") as up:
            document, whole = await printed(up)
            judge = lambda data: verifying.judge(up.desk.office, "it.pdf", hashlib.sha256(data).hexdigest())  # noqa: E731
            line, unaltered = judge(whole)
            assert unaltered
            assert line.startswith(f"{document.number}: decision, issued by this desk on ")
            found = [match for word in METADATA for match in re.finditer(word, whole)]
            assert len({match[0] for match in found}) >= len(METADATA) - 1
            places = {place for match in found for place in (match.start(), match.end() - 1)}
            places |= {*range(0, len(whole), STEP), len(whole) - 1}
            for place in sorted(places):
                assert judge(changed(whole, place)) == (f"it.pdf: {DENIED}", False), place
            assert not judge(whole + b"\n")[1]
            assert not judge(whole[:-1])[1]


@pytest.mark.usefixtures("nursery")
class TestCommand:
    async def test_confirms_and_denies_in_one_line(self, tmp_path: Path) -> None:
        mine, other = tmp_path / "decision.pdf", tmp_path / "other.pdf"
        async with running(tmp_path / "data") as up:
            document, whole = await printed(up)
            mine.write_bytes(whole)
            other.write_bytes(changed(whole, len(whole) // 2))
            good, bad = [await beside(up.server, tmp_path, "verify", path.name) for path in (mine, other)]
            gone = await beside(up.server, tmp_path, "verify", "nowhere.pdf")
            folder = await beside(up.server, tmp_path, "verify", "data")
        assert (good.code, good.err) == (0, "")
        assert re.fullmatch(
            rf"{document.number}: decision, issued by this desk on [\d-]{{10}}, unaltered\.\n", good.out
        )
        assert (bad.code, bad.out, bad.err) == (1, f"other.pdf: {DENIED}\n", "")
        assert (gone.code, gone.line) == (1, "sulh: nowhere.pdf cannot be read: No such file or directory")
        assert (folder.code, folder.line) == (1, "sulh: data cannot be read: Is a directory")
