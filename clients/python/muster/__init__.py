"""Connect a bot to a Muster server. Standard library only, Python 3.9 or newer.

    from muster import MusterBot

    bot = MusterBot("http://localhost:5000", "bot_...", "mb_...")

    @bot.command("ping")
    def ping(command, ctx):
        return {"pong": True}

    bot.run()

`AsyncMusterBot` is the same for programs that run on asyncio. `MusterHandler` sends the records of `logging` as logs.
`muster.discord`, `muster.telegram` and `muster.aiogram` make bots of these libraries manageable.
"""

from .aio import AsyncContext, AsyncMusterBot
from .client import Context, MusterBot, MusterError, __version__
from .handler import MusterHandler

__all__ = ["AsyncContext", "AsyncMusterBot", "Context", "MusterBot", "MusterError", "MusterHandler", "__version__"]
