"""The fetcher: gets people's files from Telegram, beside everything else, and stores them encrypted."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

import aiohttp
import structlog

from backoffice import files as office_files
from backoffice.files import LARGEST, Files
from backoffice.work import Office, Work
from bot import metrics
from bot.mishap import place
from storage.complaints import Attachment

log = structlog.get_logger()

LOOKS = 1.0  # seconds between looks when nobody wakes us
AT_ONCE = 4  # files
CHUNK = 256 * 1024  # bytes


class _Failed(Exception):
    """It could not be had now."""


class _Refused(Exception):
    """Telegram does not know the file."""


class _TooBig(Exception):
    """Telegram does not hand out files of this size."""


class Fetcher:
    """Fetches until stopped."""

    def __init__(self, office: Office, token: str, api_base: str, files: Files) -> None:
        self._office, self._files = office, files
        self._calls, self._downloads = f"{api_base}/bot{token}", f"{api_base}/file/bot{token}"
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    async def run(self) -> None:
        """Fetch until `stop`; a file half fetched begins anew next time."""
        self._loop = asyncio.get_running_loop()
        timeout = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=60)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as self._http:
                while not self._stopping:
                    self._news.clear()
                    await self._begin()
                    await self._wait()
                await self._end()
        finally:
            self._loop = None

    def wake(self) -> None:
        """There may be something to fetch. Any thread may say so."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    def stop(self) -> None:
        self._stopping = True
        self.wake()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKS):
                await self._news.wait()

    async def _begin(self) -> None:
        """Begin what is due, as far as there is room."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return
        try:
            await asyncio.to_thread(self._erase)
            due = await asyncio.to_thread(self._due, room)
        except Exception as failure:  # the database is away
            log.error("fetcher.failed", error=type(failure).__name__)
            return
        for attachment in due:
            number = attachment.id or 0
            self._under_way[number] = asyncio.create_task(self._get(attachment, number))

    def _erase(self) -> None:
        with self._office.look() as work:
            paths = office_files.to_erase(work)
        if not paths:
            return
        for path in paths:
            self._files.remove(path)
        with self._office.work() as work:
            office_files.erased(work, paths)

    def _due(self, room: int) -> list[Attachment]:
        with self._office.look() as work:
            return office_files.to_fetch(work, room, list(self._under_way))

    async def _end(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _get(self, attachment: Attachment, number: int) -> None:
        try:
            await self._fetch(attachment)
        except Exception as failure:  # it could not be written down: the file is still to fetch
            log.error("fetcher.failed", attachment=number, error=type(failure).__name__, where=place(failure))
            await asyncio.sleep(LOOKS)
        finally:
            del self._under_way[number]
            self._news.set()

    async def _fetch(self, attachment: Attachment) -> None:
        """Get one file and write down what became of it."""
        number = attachment.id or 0
        try:
            data = await self._download(attachment)
        except _TooBig:
            await self._note(partial(office_files.too_big, attachment_id=number), "too_big")
        except _Refused:
            await self._note(partial(office_files.refused, attachment_id=number), "refused")
        except (_Failed, aiohttp.ClientError, TimeoutError, OSError) as failure:
            log.warning("fetcher.later", attachment=number, error=type(failure).__name__)
            await self._note(partial(office_files.fetch_later, attachment_id=number), "later")
        else:
            await asyncio.to_thread(self._store, attachment, data)

    async def _download(self, attachment: Attachment) -> bytes:
        if (attachment.size or 0) > LARGEST:
            raise _TooBig
        path = await self._path(attachment.file_id)
        async with self._http.get(f"{self._downloads}/{path}") as response:
            if response.status != 200:
                raise _Refused if response.status == 404 else _Failed
            data = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK):
                data += chunk
                if len(data) > LARGEST:
                    raise _TooBig
        return bytes(data)

    async def _path(self, file_id: str) -> str:
        async with self._http.post(f"{self._calls}/getFile", json={"file_id": file_id}) as response:
            if response.status not in (200, 400):
                raise _Failed
            try:
                answer = await response.json(content_type=None)
            except ValueError:
                raise _Failed from None
        if answer.get("ok"):
            if (answer["result"].get("file_size") or 0) > LARGEST:
                raise _TooBig
            return str(answer["result"]["file_path"])
        raise _TooBig if "too big" in answer.get("description", "").lower() else _Refused

    async def _note(self, what: Callable[[Work], object], state: str) -> None:
        def write() -> None:
            with self._office.work() as work:
                what(work)

        await asyncio.to_thread(write)
        metrics.files_fetched.labels(state).inc()

    def _store(self, attachment: Attachment, data: bytes) -> None:
        """The bytes first, the row after: a row never tells of bytes that are not there."""
        what = self._files.write(attachment.path, data)
        kept = False
        try:
            with self._office.work() as work:
                kept = office_files.stored(work, attachment.id, what)
        finally:
            if not kept:
                self._files.remove(attachment.path)
        metrics.files_fetched.labels("stored").inc()
