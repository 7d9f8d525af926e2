"""`sulh demo`: the program itself against the sandbox, with people in it and a clock that can be moved on."""

import asyncio
import logging
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from backoffice import organisation
from bot import logs, opening
from bot.app import Desk
from bot.clock import MovableClock
from bot.config import ConfigError, given
from bot.pacing import Pace
from bot.sandbox import plays
from bot.sandbox.server import Server, serve
from bot.sandbox.world import World
from bot.stage import Stage
from bot.transcript import Transcript
from storage import crypto

ZONE = "Asia/Tehran"
MORNING = 9  # o'clock
MORE = Path(plays.__file__).with_name("demo.toml")


def run_demo(host: str, port: int) -> None:
    """Serve the page until Ctrl-C. Raises ConfigError if the port is taken."""
    logs.set_up(level=logging.ERROR)
    asyncio.run(_serve(host, port))


def tell(languages: Sequence[str] | None = None) -> int:
    """Print the whole story, in all languages or these, and whether its audit log holds. Returns the exit code."""
    logs.set_up(level=logging.ERROR)
    return asyncio.run(_tell(languages or plays.LANGUAGES))


async def _serve(host: str, port: int) -> None:
    this = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)  # type: ignore[union-attr]
    try:
        async with _theatre(host, port) as (stage, server):
            typer.echo("Setting the stage: people, complaints, a committee, a mediation ...")
            await plays.half_told(stage)
            stage.slow_down()
            typer.echo(f"Sulh is open at {server.url} (Ctrl-C ends it)")
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        return


async def _tell(languages: Sequence[str]) -> int:
    async with _theatre("127.0.0.1", 0) as (stage, _server):
        Transcript(stage.world, typer.echo)
        await plays.whole(stage, languages)
        await stage.desk.tick()  # seals the log
        count, faults = await asyncio.to_thread(opening.verify_log, stage.desk.office)
    typer.echo(f"\nAudit log: {count} events, {len(faults)} faults.")
    return 1 if faults else 0


@asynccontextmanager
async def _theatre(host: str, port: int) -> AsyncIterator[tuple[Stage, Server]]:
    """The sandbox and the desk in a folder of their own, which goes with them."""
    clock = MovableClock(_opening(MovableClock().now()))
    world, pace = World(clock), Pace.none()
    world.timezone = ZONE
    server = await _listen(world, host, port)
    try:
        with tempfile.TemporaryDirectory(prefix="sulh-demo-") as folder:
            settings = given(
                bot_token=world.token,
                telegram_api=server.url,
                data_dir=folder,
                secret_key=crypto.new_secret(),
                listen="127.0.0.1:0",
                organisation=own_file(Path(folder)),
            )
            desk = Desk(settings, clock=clock, pace=pace)
            await desk.start()
            try:
                yield Stage(desk, world, clock, pace), server
            finally:
                await desk.stop()
    finally:
        await server.stop()


def own_file(folder: Path) -> Path:
    """The file that ships, with something to tell complaints apart by; keys that stand alone go before its tables."""
    file = folder / "organisation.toml"
    file.write_text(MORE.read_text("utf-8") + organisation.DEFAULT.read_text("utf-8"), "utf-8")
    return file


async def _listen(world: World, host: str, port: int) -> Server:
    try:
        return await serve(world, host, port)
    except OSError as error:
        raise ConfigError("--port", f"{port} of {host} cannot be had ({error.strerror}); choose another") from None


def _opening(now: datetime) -> timedelta:
    """How far back the last Saturday morning lies: a story needs working days before it, whenever it is told."""
    local = now.astimezone(ZoneInfo(ZONE))
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    days = (local.weekday() - 5) % 7
    opening_ = morning - timedelta(days=days)
    return (opening_ if opening_ <= local else opening_ - timedelta(weeks=1)) - local
