"""Makes a bot of discord.py 2 manageable."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord

from .aio import AsyncMusterBot
from .managed import Reports, name_library, send_logs


def manage_discord(
    client: discord.Client,
    muster: AsyncMusterBot,
    messages: bool = False,
    logs: bool = True,
    metrics_s: float = 60.0,
) -> None:
    """Call it before `client.run()`; it starts and stops the Muster side itself.

    Status is "online" while the client is connected and "disconnected" while it is not. Guilds are synced at the start and
    when the bot joins or leaves one. The warnings and errors of the logger "discord" become logs, unless `logs` is False.
    With `messages`, messages are recorded with their text if the client's intents include message content. Rate limits
    are reported every `metrics_s` seconds. The commands are send_message and stop; to restart, let a supervisor start
    the program again.
    """
    reports = Reports(muster, metrics_s)
    name_library(muster, "discord.py")
    if logs:
        send_logs(muster, "discord")

    def sync(*_: object) -> None:
        reports.sync([{"id": str(one.id), "name": one.name, "members": one.member_count} for one in client.guilds])

    def ready() -> None:
        reports.status("online")
        sync()

    def message(heard: discord.Message) -> None:
        if not messages:
            return
        muster.message(
            heard.content or "(no text)",
            author_id=str(heard.author.id),
            author_name=heard.author.name,
            thread_id=str(heard.channel.id),
            thread_type="GROUP" if heard.guild else "USER",
            metadata={"message_id": str(heard.id), "guild_id": str(heard.guild.id) if heard.guild else None},
            timestamp=heard.created_at,
        )

    observers = {
        "ready": ready,
        "resumed": lambda: reports.status("online"),
        "disconnect": lambda: reports.status("disconnected"),
        "guild_join": sync,
        "guild_remove": sync,
        "message": message,
    }
    dispatch = client.dispatch

    def observe(event: str, /, *args: Any, **kwargs: Any) -> None:
        if event in observers and not client.is_closed():
            observers[event](*args)
        dispatch(event, *args, **kwargs)

    # A plain Client has one handler for each event, which belongs to the bot, so the events are observed on their way to it.
    # The connection's state keeps the method that it was created with.
    client.dispatch = observe  # type: ignore[method-assign]
    client._connection.dispatch = observe

    async def response(_session: object, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
        headers = params.response.headers
        if "X-Ratelimit-Remaining" in headers:
            reports.remaining(float(headers["X-Ratelimit-Remaining"]))
        if params.response.status == 429:
            reports.limited(float(headers.get("Retry-After", 0)))

    trace = client.http.http_trace or aiohttp.TraceConfig()
    trace.on_request_end.append(response)
    client.http.http_trace = trace

    login, close = client.login, client.close

    async def login_managed(token: str) -> None:
        muster.start()
        await login(token)

    async def close_managed() -> None:
        await muster.stop()
        await close()

    client.login = login_managed  # type: ignore[method-assign]
    client.close = close_managed  # type: ignore[method-assign]

    @muster.command("send_message")
    async def send_message(command: dict, ctx: object) -> dict:
        thread = int(command["payload"]["thread_id"])
        channel = client.get_channel(thread) or await client.fetch_channel(thread)
        if not isinstance(channel, discord.abc.Messageable):
            raise ValueError("%d is no channel that takes messages" % thread)
        return {"message_id": str((await channel.send(str(command["payload"]["message"]))).id)}

    @muster.command("stop")
    async def stop(command: dict, ctx: object) -> dict:
        # In a task of its own: closing waits until this command is answered.
        stopping.append(asyncio.ensure_future(client.close()))
        return {"stopped": True}

    stopping: list = []
