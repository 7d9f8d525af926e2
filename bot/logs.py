"""The log: structured, in UTC, and without anybody's words: of an exception only its class and place are written."""

import logging
import re
import sys
import threading
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.mishap import places

#: At INFO they write addresses, and with them the token.
TALKATIVE = ("httpx", "httpcore", "telegram", "aiogram", "aiohttp", "apscheduler", "alembic")
PLACES = 8  # of a traceback, the innermost


def set_up(form: str = "console", level: int = logging.INFO) -> None:
    """Write to stderr, as `console` or `json`; other libraries' records and uncaught exceptions included."""
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[bare_message, *first],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form)],
            use_get_message=False,
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    _catch_the_uncaught()


def without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it came through: its message may quote a person."""
    given = event.pop("exc_info", None)
    failure = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(failure, BaseException):
        event.setdefault("error", _names(failure))
        event.setdefault("where", " < ".join(places(failure)[:PLACES]))
    elif isinstance(failure, str):
        event.setdefault("where", failure)
    return {key: _names(value) if isinstance(value, BaseException) else value for key, value in event.items()}


def bare_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Of another library's record only the fixed words: what was filled in, or quoted, is left out."""
    record: logging.LogRecord = event["_record"]
    template = str(record.msg)
    event["event"] = template if record.args else re.split(r"[\n<(\[{'\":]", template, maxsplit=1)[0].strip()
    event.pop("positional_args", None)
    event.setdefault("exc_info", record.exc_info)
    record.exc_info = record.exc_text = record.stack_info = None
    return event


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _names(failure: BaseException) -> str:
    """The classes of an exception and of what caused it."""
    names, cause = [], failure.__cause__ or failure.__context__
    names.append(type(failure).__name__)
    while cause is not None and len(names) < PLACES:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return " < ".join(names)


def _catch_the_uncaught() -> None:
    """Python itself would print the message of an exception that nobody caught."""
    log = structlog.get_logger("uncaught")

    def in_main(_type: type[BaseException], failure: BaseException, _trace: TracebackType | None) -> None:
        if not isinstance(failure, KeyboardInterrupt):
            log.critical("program.broken", exc_info=failure)

    def in_thread(args: Any) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            log.critical("thread.broken", thread=args.thread.name if args.thread else None, exc_info=args.exc_value)

    def nowhere(args: Any) -> None:
        if args.exc_value is not None:
            log.error("cleanup.broken", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = in_main, in_thread, nowhere
