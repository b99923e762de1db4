"""Makes a bot of python-telegram-bot 20 or newer manageable."""

from __future__ import annotations

import asyncio
import logging

from telegram import Update
from telegram.ext import Application, TypeHandler

from .aio import AsyncMusterBot
from .managed import Reports, name_library, send_logs, telegram_messages

#: Handlers of other groups run as well, so that one of an early group takes no update away from the bot.
GROUP = -1000


def manage_telegram(
    application: Application,
    muster: AsyncMusterBot,
    messages: bool = False,
    logs: bool = True,
    metrics_s: float = 60.0,
) -> None:
    """Call it before `application.run_polling()` or `run_webhook()`; it starts and stops the Muster side itself.

    A program that calls `initialize()` and `start()` itself awaits `application.post_init(application)` in between, and
    `application.post_stop(application)` at the end.

    Status is "online" while the application runs. Each group the bot is seen in is synced. The warnings and errors of the
    logger "telegram", which include the errors of handlers, become logs, unless `logs` is False. With `messages`, messages
    are recorded. Rate limits are reported every `metrics_s` seconds. The commands are send_message and stop; to
    restart, let a supervisor start the program again.
    """
    reports = Reports(muster, metrics_s)
    name_library(muster, "python-telegram-bot")
    if logs:
        send_logs(muster, "telegram")
    heard_message = telegram_messages(muster, reports, messages)

    async def heard(update: Update, _: object) -> None:
        message, chat = update.effective_message, update.effective_chat
        if message is not None and chat is not None:
            heard_message(message, chat, update.effective_user)

    application.add_handler(TypeHandler(Update, heard), group=GROUP)

    class Limits(logging.Handler):
        """Finds refusals with a time to wait among the errors that the library logs."""

        def emit(self, record: logging.LogRecord) -> None:
            wait = getattr(record.exc_info[1], "retry_after", None) if record.exc_info else None
            if wait is not None:
                # A number of seconds, or a timedelta in newer versions.
                reports.limited(float(getattr(wait, "total_seconds", lambda: wait)()))

    logging.getLogger("telegram").addHandler(Limits())
    initialized, stopped = application.post_init, application.post_stop

    async def start(app: Application) -> None:
        muster.start()
        reports.status("online")
        if initialized is not None:
            await initialized(app)

    async def leave(app: Application) -> None:
        await muster.stop()
        if stopped is not None:
            await stopped(app)

    application.post_init = start
    application.post_stop = leave

    @muster.command("send_message")
    async def send_message(command: dict, ctx: object) -> dict:
        payload = command["payload"]
        sent = await application.bot.send_message(chat_id=payload["thread_id"], text=str(payload["message"]))
        return {"message_id": sent.message_id}

    @muster.command("stop")
    async def stop(command: dict, ctx: object) -> dict:
        # Later: stopping waits until this command is answered.
        asyncio.get_running_loop().call_soon(application.stop_running)
        return {"stopped": True}
