"""A bot with the interface of aiogram 3."""

import asyncio
import logging
from types import SimpleNamespace

from muster.aiogram import manage_aiogram
from scene import Bot, RetryAfter, message, new_muster


class Registry:
    def __init__(self):
        self.registered = []

    def register(self, callback):
        self.registered.append(callback)

    #: aiogram's decorators register as well.
    middleware = outer_middleware = register


class GetUpdates:
    pass


async def main():
    bot = Bot()
    bot.session = Registry()
    stopping = asyncio.Event()

    async def stop_polling():
        stopping.set()

    dispatcher = SimpleNamespace(
        update=Registry(), startup=Registry(), shutdown=Registry(), stop_polling=stop_polling
    )
    manage_aiogram(dispatcher, bot, new_muster(), messages=True, metrics_s=0.1)
    for callback in dispatcher.startup.registered:
        await callback()
    [called] = bot.session.registered
    [heard] = dispatcher.update.registered

    async def fails(*_):
        raise RetryAfter("Flood control exceeded")

    async def answers(*_):
        return []

    async def handler(event, data):
        logging.getLogger("aiogram.event").error("Cause exception while process update")

    try:
        await called(fails, bot, object())
    except RetryAfter:
        pass
    await called(answers, bot, GetUpdates())
    await heard(handler, SimpleNamespace(message=message), {})
    await stopping.wait()
    for callback in dispatcher.shutdown.registered:
        await callback()


asyncio.run(main())
