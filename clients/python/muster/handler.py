"""Sends the records of Python's logging to the server."""

from __future__ import annotations

import logging
from typing import Any, Dict, Union

from .aio import AsyncMusterBot
from .client import MusterBot

LINE_MAX = 10_000


class MusterHandler(logging.Handler):
    """Sends log records as the bot's logs, with the logger's name and the traceback as metadata.

    logging.getLogger("my_bot").addHandler(MusterHandler(bot, logging.INFO))
    """

    def __init__(self, bot: Union[MusterBot, AsyncMusterBot], level: int = logging.INFO) -> None:
        super().__init__(level)
        self._bot = bot

    def emit(self, record: logging.LogRecord) -> None:
        try:
            metadata: Dict[str, Any] = {"logger": record.name}
            if record.exc_info:
                metadata["traceback"] = logging.Formatter().formatException(record.exc_info)[-LINE_MAX:]
            self._bot.log(_level_of(record.levelno), record.getMessage()[:LINE_MAX], metadata)
        except Exception:  # Logging must never stop the program that logs.
            self.handleError(record)


def _level_of(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"
