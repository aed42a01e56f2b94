"""Logging: everything, the libraries' own included, through structlog to one stream."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.logs.redaction import Redactor

QUIET_LIBRARIES = ("httpx", "httpcore", "sqlalchemy", "aiohttp.access", "alembic")
"""Loggers that name whole addresses or statements with their values, or say much at every start:
never below WARNING."""
CHATTY_LIBRARIES = ("discord", "asyncio", "PIL", "libav")
"""Loggers held at INFO: at DEBUG discord.py writes every payload, interaction tokens included."""


def configure_logging(
    level: Literal["debug", "info", "warning", "error"],
    format: Literal["console", "json"],  # noqa: A002  the configuration's word
    *,
    stream: TextIO,
    secrets: Iterable[str] = (),
) -> None:
    """Send structlog's and the standard library's logs to ``stream``, from ``level`` up.

    ``level`` holds for the program itself; libraries never go below INFO, some not below WARNING.
    ``secrets`` are hidden wherever they appear. Called once, by the command line; calling it again
    replaces what was set.
    """
    chosen = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _Redaction(Redactor(secrets)),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _renderer(format, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(chosen, logging.INFO))
    for name in ("bot", "cogs"):
        logging.getLogger(name).setLevel(chosen)
    for name in CHATTY_LIBRARIES:
        logging.getLogger(name).setLevel(max(chosen, logging.INFO))
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(max(chosen, logging.WARNING))
    logging.captureWarnings(capture=True)


class _Redaction:
    """The processor before the renderer, after exceptions have become text."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> dict[str, Any]:
        return self._redactor.mapping(event)


def _renderer(format: Literal["console", "json"], stream: TextIO) -> Processor:  # noqa: A002  likewise
    if format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
