"""A bot with the interface of python-telegram-bot 20."""

import asyncio
import logging

from muster.telegram import manage_telegram
from scene import Bot, RetryAfter, chat, message, new_muster, user
from telegram import Update
from telegram.ext import Application


async def main():
    muster = new_muster()
    application = Application(Bot(), Update(message, chat, user))

    async def initialized(_):
        try:
            raise RetryAfter("Flood control exceeded")
        except RetryAfter:
            logging.getLogger("telegram.ext.Application").exception("No error handlers are registered")

    application.post_init = initialized
    manage_telegram(application, muster, messages=True, metrics_s=0.1)
    await application.run()


asyncio.run(main())
