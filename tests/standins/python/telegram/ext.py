"""The interface of python-telegram-bot 20 that the adapter uses, without a network."""

import asyncio


class TypeHandler:
    def __init__(self, type, callback):
        self.callback = callback


class Application:
    """Calls post_init, hands one update to the handlers, and calls post_stop once it was asked to stop."""

    def __init__(self, bot, update):
        self.bot = bot
        self.post_init = None
        self.post_stop = None
        self._update = update
        self._handlers = []
        self._stopping = asyncio.Event()

    def add_handler(self, handler, group):
        self._handlers.append((group, handler))

    def stop_running(self):
        self._stopping.set()

    async def run(self):
        await self.post_init(self)
        for _, handler in sorted(self._handlers, key=lambda entry: entry[0]):
            await handler.callback(self._update, None)
        await self._stopping.wait()
        await self.post_stop(self)
