"""The work that every adapter of a library shares: status reports, sync, logs, and rate limits as a chart."""

from __future__ import annotations

import asyncio
import logging
from importlib import metadata
from typing import Any, Awaitable, Callable, Dict, List, Optional, Set

from .aio import AsyncMusterBot
from .errors import MusterError
from .handler import MusterHandler


class Reports:
    """The reports of one managed bot. They never raise: a refusal becomes a warning in the log."""

    def __init__(self, bot: AsyncMusterBot, metrics_s: float = 60.0) -> None:
        self._bot = bot
        self._metrics_s = metrics_s
        # The event loop keeps no strong references to tasks, so they would be collected before they end.
        self._tasks: Set[Any] = set()
        self._status = ""
        self._hits = 0
        self._wait_s = 0.0
        self._remaining: Optional[float] = None
        self._timer: Optional[asyncio.TimerHandle] = None

    def status(self, word: str) -> None:
        if word != self._status:
            self._status = word
            self._later(self._bot.status(word), "The status was refused")

    def sync(self, groups: List[Dict[str, Any]]) -> None:
        self._later(self._bot.sync(groups=groups), "The synced data was refused")

    def limited(self, seconds: float) -> None:
        """Counts a request that the platform delayed. The longest wait is kept, in seconds."""
        self._hits += 1
        self._wait_s = max(self._wait_s, seconds)
        self._schedule()

    def remaining(self, requests: float) -> None:
        """Notes how many requests the platform allows until the limit resets. The least is kept."""
        self._remaining = requests if self._remaining is None else min(self._remaining, requests)
        self._schedule()

    def _schedule(self) -> None:
        # There is no timer, and no report, while nothing is seen.
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._metrics_s, self._report_limits)

    def _report_limits(self) -> None:
        metrics = {"rate_limit_hits": float(self._hits), "rate_limit_wait_s": self._wait_s}
        if self._remaining is not None:
            metrics["rate_limit_remaining"] = self._remaining
        self._hits, self._wait_s, self._remaining, self._timer = 0, 0.0, None, None
        self._later(self._bot.metrics(**metrics), "The rate limits were refused")

    def _later(self, work: Awaitable[None], what: str) -> None:
        async def settle() -> None:
            try:
                await work
            except MusterError as error:
                self._bot.log("warning", "%s: %s" % (what, error))

        task = asyncio.ensure_future(settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def send_logs(bot: AsyncMusterBot, logger: str) -> None:
    """Sends the warnings and errors of a library's logger as logs of the bot."""
    logging.getLogger(logger).addHandler(MusterHandler(bot, logging.WARNING))


def name_library(bot: AsyncMusterBot, distribution: str) -> None:
    try:
        bot.set_library("%s %s" % (distribution, metadata.version(distribution)))
    except metadata.PackageNotFoundError:
        bot.set_library(distribution)


def telegram_messages(muster: AsyncMusterBot, reports: Reports, records: bool) -> Callable[[Any, Any, Any], None]:
    """Returns what reads a message of Telegram, its chat and its author: it syncs groups, and records the message if asked."""
    groups: Dict[int, Dict[str, Any]] = {}

    def heard(message: Any, chat: Any, author: Any) -> None:
        is_group = chat.type != "private"
        if records:
            muster.message(
                message.text or message.caption or "(no text)",
                author_id=str(author.id if author else chat.id),
                author_name=(author.username or author.first_name) if author else None,
                thread_id=str(chat.id),
                thread_type="GROUP" if is_group else "USER",
                metadata={"message_id": message.message_id},
                timestamp=message.date,
            )
        group = {"id": str(chat.id), "name": chat.title or ""}
        if is_group and groups.get(chat.id) != group:
            groups[chat.id] = group
            reports.sync(list(groups.values()))

    return heard
