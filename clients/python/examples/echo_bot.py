"""A bot that answers. Run it with:

    MUSTER_URL=http://localhost:5000 BOT_ID=bot_... BOT_TOKEN=... python3 clients/python/examples/echo_bot.py
"""

import os
import platform
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from muster import MusterBot  # noqa: E402

bot_id, token = os.environ.get("BOT_ID"), os.environ.get("BOT_TOKEN")
if not bot_id or not token:
    sys.exit("Set BOT_ID and BOT_TOKEN (and MUSTER_URL): create a bot in the console, it shows both.")

bot = MusterBot(os.environ.get("MUSTER_URL", "http://localhost:5000"), bot_id, token)
started = time.monotonic()


@bot.command("ping")
def ping(command, ctx):
    return {"pong": True, "uptime_s": round(time.monotonic() - started)}


@bot.command("echo")
def echo(command, ctx):
    return command["payload"]


@bot.command("fail")
def fail(command, ctx):
    raise RuntimeError(command["payload"].get("error", "told to fail"))


@bot.command("send_message")
def send_message(command, ctx):
    payload = command["payload"]
    thread = str(payload.get("thread_id", "console"))
    bot.message(
        "You said: %s" % payload.get("message", ""),
        author_id=bot.id,
        author_name="Echo",
        thread_id=thread,
        thread_type="GROUP" if payload.get("thread_type") == "GROUP" else "USER",
        metadata={"in_reply_to": command["id"]},
    )
    ctx.log("info", "Answered in thread %s" % thread)
    return {"delivered": True}


@bot.command("count")
def count(command, ctx):
    """Counts to payload.to, ten a second, and reports progress."""
    to = int(command["payload"].get("to", 10))
    for n in range(1, to + 1):
        if ctx.cancelled:
            return {"counted": n - 1}
        time.sleep(0.1)
        ctx.progress(100 * n / to, "%d of %d" % (n, to))
    return {"counted": to}


@bot.command("stop")
def stop(command, ctx):
    ctx.log("warning", "Stopping, as told")
    bot.stop()


if __name__ == "__main__":
    bot.start()
    bot.manifest(
        [
            {"name": "ping", "description": "Answer", "idempotent": True},
            {"name": "echo", "description": "Return the payload", "idempotent": True},
            {
                "name": "count",
                "description": "Count slowly and show the progress",
                "params": {"type": "object", "properties": {"to": {"type": "integer", "minimum": 1, "default": 10}}},
            },
            {"name": "fail", "params": {"type": "object", "properties": {"error": {"type": "string"}}}},
            {"name": "send_message", "description": "Answer in a thread"},
            {"name": "stop", "description": "Leave", "danger": "destructive"},
        ]
    )
    bot.log("info", "Echo bot started", {"pid": os.getpid(), "python": platform.python_version()})
    bot.run()
