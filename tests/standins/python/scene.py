"""The message and the bot that both of Telegram's asynchronous libraries hand to their adapters."""

import os
from datetime import datetime, timezone
from types import SimpleNamespace

from muster import AsyncMusterBot

chat = SimpleNamespace(id=-100, type="supergroup", title="The group")
user = SimpleNamespace(id=42, username="eve", first_name="Eve")
at = datetime(2026, 1, 1, tzinfo=timezone.utc)
message = SimpleNamespace(message_id=5, date=at, chat=chat, from_user=user, text="Hello there", caption=None)


class RetryAfter(Exception):
    retry_after = 7


class Bot:
    async def send_message(self, chat_id, text):
        print("sent %s %s" % (chat_id, text))
        return SimpleNamespace(message_id=99)


def new_muster():
    env = os.environ
    return AsyncMusterBot(env["MUSTER_URL"], env["BOT_ID"], env["BOT_TOKEN"], version="1.4.0")
