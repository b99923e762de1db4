"""The bot for programs that run on asyncio.

The connection stays on the threads of `MusterBot`; handlers run in the program's event loop, and nothing here blocks it.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
import threading
from datetime import datetime
from typing import Any, Callable, List, Optional, Set, TypeVar, Union

from .client import Context, Handler, Json, MusterBot, SomeHandler

T = TypeVar("T")


class AsyncContext:
    """The second argument of a handler, after the command."""

    def __init__(self, bot: AsyncMusterBot, context: Context) -> None:
        self.bot = bot
        self._context = context

    @property
    def cancelled(self) -> bool:
        """True once the bot stops or the server has settled the command, so that the handler may end early."""
        return self._context.cancelled

    @property
    def traceparent(self) -> Optional[str]:
        """Sent back with the outcome: at first the command's own. Set it to that of a span you begin."""
        return self._context.traceparent

    @traceparent.setter
    def traceparent(self, value: Optional[str]) -> None:
        self._context.traceparent = value

    def log(self, level: str, message: str, metadata: Optional[Json] = None) -> None:
        """Logs with the command's id in the metadata."""
        self._context.log(level, message, metadata)

    async def progress(self, percent: float, note: Optional[str] = None) -> None:
        """Shows how far the command is: 0-100 and a note of up to 500 characters. Never raises."""
        await _in_thread(lambda: self._context.progress(percent, note))

    async def extend(self, seconds: int) -> None:
        """Extends this bot's lease to `seconds` (1-3600) from now. Raises MusterError when the server refuses."""
        await _in_thread(lambda: self._context.extend(seconds))


class AsyncMusterBot:
    """One bot of a Muster server, with the arguments and promises of `MusterBot`.

    async with AsyncMusterBot("http://localhost:5000", "bot_...", "mb_...") as bot:
        ...
    """

    def __init__(
        self,
        url: str,
        bot_id: str,
        token: str,
        concurrency: int = 8,
        lease: int = 300,
        on_problem: Optional[Callable[[str], object]] = None,
        part: Optional[Json] = None,
        version: Optional[str] = None,
    ) -> None:
        self.id = bot_id
        self._bot = MusterBot(url, bot_id, token, concurrency, lease, on_problem, part, version)
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._handling: Set[Any] = set()

    @property
    def stopping(self) -> bool:
        return self._bot.stopping

    def set_library(self, library: str) -> None:
        """Names the library the program runs on, such as "discord.py 2.4", beside its own version."""
        self._bot.set_library(library)

    def command(self, name: str) -> Callable[[SomeHandler], SomeHandler]:
        """Decorator: runs the function, `async def` or not, in the event loop for commands of this type.

        "*" takes every type that has no other handler. What it returns is the result, {"value": ...} around anything that
        is not a dict; what it raises fails the command.
        """

        def register(handler: SomeHandler) -> SomeHandler:
            @self._bot.command(name)
            def from_worker(command: Json, context: Context) -> Any:
                assert self._loop is not None
                work = self._handle(handler, command, AsyncContext(self, context))
                return asyncio.run_coroutine_threadsafe(work, self._loop).result()

            return handler

        return register

    async def _handle(self, handler: Handler, command: Json, context: AsyncContext) -> Any:
        task = asyncio.current_task()
        self._handling.add(task)
        try:
            value = handler(command, context)
            return await value if inspect.isawaitable(value) else value
        finally:
            self._handling.discard(task)

    def start(self) -> AsyncMusterBot:
        """Connects, and returns the bot. Call it in the event loop in which the handlers shall run."""
        self._loop = asyncio.get_running_loop()
        self._bot.start()
        return self

    async def run(self) -> None:
        """start(), then waits for SIGINT, SIGTERM or a stop() from a handler, and stops in order."""
        leave = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(name, leave.set)
            except NotImplementedError:
                # On Windows an event loop has no signals: Ctrl+C raises KeyboardInterrupt there.
                pass
        self.start()
        asked = asyncio.ensure_future(leave.wait())
        await asyncio.wait([asked, _in_thread(self._bot._stopping.wait)], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        await self.stop()
        await _in_thread(lambda: self._bot._ended.wait(15))

    async def stop(self, grace: float = 5.0) -> None:
        """Takes no more commands, lets running ones finish, delivers acks, logs and messages, reports "offline".

        Gives up whatever is not done after `grace` seconds. Called from a handler, it returns at once and stops in the
        background.
        """
        if self._bot.stopping:
            return
        self._bot._stopping.set()
        if asyncio.current_task() in self._handling:
            self._bot._leave_in_background(grace)
        else:
            await _in_thread(lambda: self._bot._leave(grace))

    async def __aenter__(self) -> AsyncMusterBot:
        return self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def log(self, level: str, message: str, metadata: Optional[Json] = None) -> None:
        """Buffers one log with the current time. `level` is any short word; info, warning and error are the usual ones."""
        self._bot.log(level, message, metadata)

    def message(
        self,
        message: str,
        author_id: Union[str, int],
        thread_id: Union[str, int],
        author_name: Optional[str] = None,
        thread_type: Optional[str] = None,
        metadata: Optional[Json] = None,
        timestamp: Union[datetime, float, str, None] = None,
    ) -> None:
        """Buffers one chat message the bot saw; see MusterBot.message."""
        self._bot.message(message, author_id, thread_id, author_name, thread_type, metadata, timestamp)

    async def sync(
        self,
        groups: Optional[List[Any]] = None,
        friends: Optional[List[Any]] = None,
        metadata: Optional[Json] = None,
    ) -> None:
        """Replaces the given fields on the server; at least one. Raises MusterError when refused."""
        await _in_thread(lambda: self._bot.sync(groups, friends, metadata))

    async def metrics(self, **metrics: float) -> None:
        """Reports numbers for the bot's charts, such as metrics(cpu=0.4): up to 32 names. Raises MusterError."""
        await _in_thread(lambda: self._bot.metrics(**metrics))

    async def status(self, status: str, data: Optional[Json] = None) -> None:
        """Reports a short word such as "online" or "restarting". Returns when the server has it."""
        await _in_thread(lambda: self._bot.status(status, data))

    async def manifest(self, commands: List[Json]) -> None:
        """Publishes which commands the bot understands; see MusterBot.manifest. Raises MusterError when refused."""
        await _in_thread(lambda: self._bot.manifest(commands))


def _in_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """Runs `work` in a daemon thread: a call that waits for an absent server must not keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(set_outcome: Callable[[Any], None], outcome: Any) -> None:
        if not future.done():
            set_outcome(outcome)

    def target() -> None:
        try:
            outcome = (future.set_result, work())
        except Exception as error:
            outcome = (future.set_exception, error)
        try:
            loop.call_soon_threadsafe(settle, *outcome)
        except RuntimeError:
            pass  # The loop was closed, so nobody waits for the outcome.

    threading.Thread(target=target, name="muster-call", daemon=True).start()
    return future
