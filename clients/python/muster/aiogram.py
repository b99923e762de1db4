"""Makes a bot of aiogram 3 manageable."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from .aio import AsyncMusterBot
from .managed import Reports, name_library, send_logs, telegram_messages

if TYPE_CHECKING:
    from aiogram import Bot, Dispatcher


def manage_aiogram(
    dispatcher: Dispatcher,
    bot: Bot,
    muster: AsyncMusterBot,
    messages: bool = False,
    logs: bool = True,
    metrics_s: float = 60.0,
) -> None:
    """Call it before `dispatcher.start_polling(bot)`; it starts and stops the Muster side itself.

    Status is "online" while Telegram answers getUpdates, and "disconnected" while it does not. Each group the bot is seen in
    is synced. The warnings and errors of the logger "aiogram", which include the errors of handlers, become logs, unless
    `logs` is False. With `messages`, messages are recorded. Rate limits are reported every `metrics_s` seconds. The
    commands are send_message and stop; to restart, let a supervisor start the program again.
    """
    reports = Reports(muster, metrics_s)
    name_library(muster, "aiogram")
    if logs:
        send_logs(muster, "aiogram")
    heard_message = telegram_messages(muster, reports, messages)

    async def called(make_request: Any, client: Any, method: Any) -> Any:
        is_poll = type(method).__name__ == "GetUpdates"
        try:
            answer = await make_request(client, method)
        except Exception as error:
            wait = getattr(error, "retry_after", None)
            if wait is not None:
                reports.limited(float(wait))
            elif is_poll:
                reports.status("disconnected")
            raise
        if is_poll:
            reports.status("online")
        return answer

    async def heard(handler: Any, event: Any, data: Any) -> Any:
        message = getattr(event, "message", None)
        if message is not None:
            heard_message(message, message.chat, message.from_user)
        return await handler(event, data)

    async def start() -> None:
        muster.start()

    async def leave() -> None:
        await muster.stop()

    bot.session.middleware(called)
    dispatcher.update.outer_middleware(heard)
    dispatcher.startup.register(start)
    dispatcher.shutdown.register(leave)

    @muster.command("send_message")
    async def send_message(command: dict, ctx: object) -> dict:
        payload = command["payload"]
        sent = await bot.send_message(chat_id=payload["thread_id"], text=str(payload["message"]))
        return {"message_id": sent.message_id}

    @muster.command("stop")
    async def stop(command: dict, ctx: object) -> dict:
        # In a task of its own: stopping waits until this command is answered.
        stopping.append(asyncio.ensure_future(dispatcher.stop_polling()))
        return {"stopped": True}

    stopping: list = []
