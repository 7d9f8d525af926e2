"""The command `sulh`. What is refused is said in one line; exit codes: 0 done, 1 refused or failed, 2 wrong use."""

import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

# Nothing heavy up here: `sulh --help` does not wait for libraries that it does not need.

Language = Literal["fa", "ar", "en"]

app = typer.Typer(
    help="Sulh, the complaint desk that lives in a messenger. Settings are read from SULH_* and from .env.",
    pretty_exceptions_enable=False,
    add_completion=False,
)
audit = typer.Typer(help="The audit log.")
key = typer.Typer(help="The secret key, without which nothing that was stored can be read.")
figures = typer.Typer(help="What is counted of the cases, of which reports are made.")
app.add_typer(audit, name="audit")
app.add_typer(figures, name="figures")
app.add_typer(key, name="key")


@app.command()
def run() -> None:
    """Run the desk until SIGTERM or Ctrl-C: by polling, or by webhook where SULH_WEBHOOK_URL is set."""
    import asyncio
    import gc

    from bot import config, logs, opening

    settings = config.read()
    logs.set_up(settings.log_format)
    opening.check(settings)  # before aiogram, which takes its time to load
    from bot.app import Desk

    gc.freeze()  # what is loaded stays; to walk half a million objects of it again and again would stop everybody
    asyncio.run(Desk(settings).run())


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is; 0 takes any free one.")] = 8080,
    host: Annotated[str, typer.Option(help="This machine's address; the page answers only its own browser.")] = (
        "127.0.0.1"
    ),
    headless: Annotated[bool, typer.Option("--headless", help="Print a whole story instead, and end.")] = False,
    language: Annotated[Language | None, typer.Option(help="Tell the printed story in this one only.")] = None,
) -> None:
    """Try Sulh without token, network or configuration: a page with a chat window for each person."""
    from bot import demo as theatre

    if headless:
        raise typer.Exit(theatre.tell([language] if language else None))
    theatre.run_demo(host, port)


@app.command()
def invite(
    roles: Annotated[list[str], typer.Argument(help="One role or several, such as: admin supervisor")],
    department: Annotated[str | None, typer.Option(help="A department's code; without it: all.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="One they answer in; may be repeated.")] = None,
    capacity: Annotated[int | None, typer.Option(min=1, help="Open cases they may hold.")] = None,
) -> None:
    """Make a one-time link by which a colleague joins. The first admin is invited this way."""
    from bot import config, inviting

    typer.echo(inviting.invite(config.read(), roles, department, language or [], capacity))


@app.command()
def doctor() -> None:
    """Check settings, key, database, organisation, catalogs, token and clock; say how to mend what is wrong."""
    from bot import doctor as surgery

    raise typer.Exit(surgery.examine())


@app.command()
def migrate() -> None:
    """Bring the database to this version. `sulh run` does so by itself."""
    from bot import config, opening

    opening.migrate(config.read())
    typer.echo("The database is at this version.")


@app.command("verify")
def verify_document(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The PDF, exactly as it was received.")],
) -> None:
    """Say whether this desk issued a document, and whether it is unaltered: 0 if so, 1 if not."""
    from bot import config, verifying

    line, unaltered = verifying.verify(config.read(), file)
    typer.echo(line)
    raise typer.Exit(0 if unaltered else 1)


@audit.command()
def verify() -> None:
    """Walk the whole audit log and say whether anything in it was altered, removed or added."""
    from bot import config, opening
    from bot.clock import Clock

    count, faults = opening.verify_log(opening.open_office(config.read(), Clock()))
    for fault in faults:
        typer.echo(f"{fault.place}: {fault.reason}")
    typer.echo(f"{count} events, {len(faults)} faults.")
    raise typer.Exit(1 if faults else 0)


@figures.command()
def rebuild() -> None:
    """Count every case anew. The desk may go on meanwhile, and its reports stay right."""
    from bot import config, opening
    from bot.clock import Clock

    found = opening.rebuild_figures(opening.open_office(config.read(), Clock()))
    typer.echo(f"{found.cases} cases counted; {found.facts} entries and {found.tallies} sums were not right.")


@key.command()
def new() -> None:
    """Print a fresh value for SULH_SECRET_KEY. Keep a copy: without it a backup cannot be read."""
    from storage import crypto

    typer.echo(crypto.new_secret())


def main() -> None:
    """The entry point: as Typer would, but what goes wrong is one line on stderr."""
    try:
        code = app(prog_name="sulh", standalone_mode=False)
    except typer.TyperException as error:
        _fail(f"{error.format_message()} (see sulh --help)", error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _fail("interrupted", 1)
    except Exception as error:
        _fail(*_said(error))
    sys.exit(code if isinstance(code, int) else 0)


def _said(error: Exception) -> tuple[str, int]:
    """The line and the exit code. Of what we did not foresee only the place: its message may quote somebody."""
    from backoffice.organisation_file import OrganisationError
    from bot.config import ConfigError
    from bot.inviting import WrongUse
    from bot.mishap import place
    from bot.verifying import Unreadable
    from storage.locks import Busy

    if isinstance(error, WrongUse):
        return str(error), 2
    if isinstance(error, ConfigError | OrganisationError | Busy | Unreadable):
        return str(error), 1
    return f"broke with {type(error).__name__} at {place(error)}; `sulh doctor` may know why", 1


def _fail(line: str, code: int) -> NoReturn:
    typer.echo(f"sulh: {' '.join(line.split())}", err=True)
    sys.exit(code)
