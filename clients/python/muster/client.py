"""The bot, on threads.

Commands arrive at least once by long poll; a handler runs once per command and process, and its outcome is acknowledged
until the server has it. Logs and messages are buffered (10,000 of each), sent in batches by a thread of their own, and
kept through outages.
"""

from __future__ import annotations

import http.client
import json
import queue
import random
import signal
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import OrderedDict
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Optional, TypeVar, Union

from .errors import MusterError
from .outbox import Outbox

Json = Dict[str, Any]
#: A function that runs one command: it gets (command, ctx), and returns the result.
Handler = Callable[[Json, Any], Any]
SomeHandler = TypeVar("SomeHandler", bound=Handler)

__version__ = "0.2.0"

POLL_S = 25
ANSWER_S = 20
HEARTBEAT_S = 20
#: How many finished commands are remembered, so that one delivered twice is answered without running again.
REMEMBERED = 10_000


class Context:
    """The second argument of a handler, after the command."""

    def __init__(self, bot, command, cancelled):
        self.bot = bot
        self._id = command["id"]
        self._cancelled = cancelled
        # Sent back with the outcome: at first the command's own. Set it to that of a span you begin, to join the span to
        # the command's trace.
        self.traceparent: Optional[str] = command.get("traceparent")

    @property
    def cancelled(self) -> bool:
        """True once the bot stops or the server has settled the command, so that the handler may end early."""
        return self._cancelled.is_set() or self.bot.stopping

    def log(self, level: str, message: str, metadata: Optional[Json] = None) -> None:
        """Logs with the command's id in the metadata."""
        self.bot.log(level, message, dict(metadata or {}, command_id=self._id))

    def progress(self, percent: float, note: Optional[str] = None) -> None:
        """Shows how far the command is: 0-100 and a note of up to 500 characters. Never raises."""
        report = {"progress": min(100, max(0, round(percent)))}
        if note is not None:
            report["note"] = str(note)[:500]
        try:
            self._report(report)
        except MusterError:
            pass

    def extend(self, seconds: int) -> None:
        """Extends this bot's lease to `seconds` (1-3600) from now. Raises MusterError when the server refuses."""
        self._report({"lease": int(seconds)})

    def _report(self, body):
        try:
            self.bot._request("POST", "/api/commands/%s/progress" % _quoted(self._id), body)
        except MusterError as error:
            if error.status == 409:
                self._cancelled.set()
            raise


class MusterBot:
    """One bot of a Muster server.

    url          the server's address, such as https://muster.example.org
    concurrency  commands run at once (default 8); the rest wait in order of arrival
    lease        seconds a command stays this bot's before the server hands it out again, 1-3600 (default 300)
    on_problem   called with a text when something could not be done; by default a line on stderr
    part         of a sharded bot that runs as several programs: the shards this one holds, as {"shards": [0, 1], "of": 4}
    version      the version of the bot's program, shown with its connection: up to 64 characters
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
        # Distinguishes this process from another one that runs as the same bot.
        self._who = {"X-Bot-Instance": uuid.uuid4().hex}
        if part is not None:
            self._who["X-Bot-Part"] = "%s/%d" % (",".join(str(shard) for shard in part["shards"]), part["of"])
        self._version = version
        if version is not None:
            self._who["X-Bot-Version"] = _ascii(version)
        self._base = url.rstrip("/")
        self._token = token
        self._path = "/api/bot/%s" % _quoted(bot_id)
        self._lease = lease
        self._concurrency = concurrency
        self._on_problem = on_problem
        self._handlers = {}
        self._seen = OrderedDict()
        self._lock = threading.Lock()
        self._work = queue.Queue()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._threads = []
        self._poller = None
        self._status = {"status": "online"}
        self._logs = Outbox(self, "/logs", "logs")
        self._messages = Outbox(self, "/messages", "messages")

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def set_library(self, library: str) -> None:
        """Names the library the program runs on, such as "discord.py 2.4", beside its own version."""
        self._who["X-Bot-Version"] = _ascii("%s (%s)" % (self._version, library) if self._version else library)

    def command(self, name: str) -> Callable[[SomeHandler], SomeHandler]:
        """Decorator: runs the function for commands of this type; "*" takes every type that has no other handler.

        The function gets (command, ctx). What it returns is the result, {"value": ...} around anything that is not a
        dict; what it raises fails the command.
        """

        def register(handler):
            self._handlers[name] = handler
            return handler

        return register

    def start(self) -> MusterBot:
        """Starts the threads and returns the bot. They are daemons, so a program that never calls stop() can still end."""
        if self._threads:
            return self
        workers = [(self._worker, "worker-%d" % n) for n in range(self._concurrency)]
        for target, name in workers + [(self._logs.run, "logs"), (self._messages.run, "messages"), (self._beat, "beat")]:
            self._threads.append(_thread(target, "muster-%s" % name))
        self._poller = _thread(self._poll, "muster-poll")
        return self

    def run(self) -> None:
        """start(), then waits for SIGINT, SIGTERM or a stop() from a handler, and stops in order. For the main thread."""
        leave = threading.Event()
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: leave.set())
        self.start()
        # Wait with a timeout: an endless wait would keep Windows from delivering the signal.
        while not leave.wait(0.5) and not self._stopping.is_set():
            pass
        self.stop()
        # A handler that called stop() finishes delivering in its own thread; do not end the program before that.
        self._ended.wait(15)

    def stop(self, grace: float = 5.0) -> None:
        """Takes no more commands, lets running ones finish, delivers acks, logs and messages, reports "offline".

        Gives up whatever is not done after `grace` seconds. Called from a handler, it returns
        at once and stops in the background.
        """
        if self._stopping.is_set():
            return
        self._stopping.set()
        if threading.current_thread() in self._threads:
            self._leave_in_background(grace)
        else:
            self._leave(grace)

    def _leave_in_background(self, grace):
        threading.Thread(target=self._leave, args=(grace,), name="muster-stop").start()

    def _leave(self, grace):
        deadline = time.monotonic() + grace
        try:
            while self._busy() and time.monotonic() < deadline:
                time.sleep(0.02)
            for outbox in (self._logs, self._messages):
                outbox.drain(deadline)
            # Without this report the server would show the bot as online for another minute.
            self._request("POST", self._path + "/status", {"status": "offline"}, timeout=2)
        except MusterError:
            pass
        finally:
            self._ended.set()

    def log(self, level: str, message: str, metadata: Optional[Json] = None) -> None:
        """Buffers one log with the current time. `level` is any short word; info, warning and error are the usual ones."""
        entry = {"type": level, "message": str(message), "timestamp": _time_of(datetime.now(timezone.utc))}
        if metadata:
            entry["metadata"] = metadata
        self._logs.push(entry)

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
        """Buffers one chat message the bot saw. `thread_type` is "USER" (the default) or "GROUP".

        `timestamp` is when it was written (a datetime, or seconds as from time.time()); the default is now.
        """
        at = _time_of(datetime.now(timezone.utc) if timestamp is None else timestamp)
        entry = {"message": message, "author_id": author_id, "thread_id": thread_id, "timestamp": at}
        optional = {"author_name": author_name, "thread_type": thread_type, "metadata": metadata}
        entry.update({name: value for name, value in optional.items() if value is not None})
        self._messages.push(entry)

    def sync(
        self,
        groups: Optional[List[Any]] = None,
        friends: Optional[List[Any]] = None,
        metadata: Optional[Json] = None,
    ) -> None:
        """Replaces the given fields on the server; at least one. Returns when stored. Raises MusterError when refused."""
        given = {"groups": groups, "friends": friends, "metadata": metadata}
        body = {name: value for name, value in given.items() if value is not None}
        self._retrying(lambda: self._request("POST", self._path + "/sync", body))

    def metrics(self, **metrics: float) -> None:
        """Reports numbers for the bot's charts, such as metrics(cpu=0.4, guilds=12): up to 32 names.

        Returns when the server has them. A report that fails is not repeated, because its numbers would be out of date.
        Raises MusterError.
        """
        self._request("POST", self._path + "/metrics", {"metrics": metrics})

    def status(self, status: str, data: Optional[Json] = None) -> None:
        """Reports a short word such as "online" or "restarting". Returns when the server has it."""
        mine = {"status": status}
        if data is not None:
            mine["data"] = data
        self._status = mine
        # A newer status replaces this one, so stop retrying it.
        self._retrying(lambda: self._request("POST", self._path + "/status", mine) if self._status is mine else None)

    def manifest(self, commands: List[Json]) -> None:
        """Publishes which commands the bot understands and replaces the earlier list.

        Each is a dict: name, and if wanted description, params (JSON Schema), danger ("none", "warn", "destructive"),
        idempotent, timeout_s. Returns when stored. Raises MusterError when refused.
        """
        self._retrying(lambda: self._request("PUT", self._path + "/manifest", {"commands": commands}))

    # Commands.

    def _poll(self):
        failures = 0
        while not self._stopping.is_set():
            query = "?limit=10&lease=%d&wait=%d" % (self._lease, 0 if failures else POLL_S)
            try:
                reply = self._request("GET", self._path + "/commands" + query, timeout=POLL_S + ANSWER_S)
                failures = 0
                for command in reply["commands"]:
                    self._receive(command)
            except MusterError as error:
                if error.code == "SUPERSEDED":
                    # A person decided to keep another instance of this bot: further attempts would be refused.
                    self._problem(str(error))
                    self._stopping.set()
                    return
                if failures == 0:
                    self._problem("Commands cannot be fetched: %s" % error)
                self._stopping.wait(max(_backoff(failures), error.retry_after or 0))
                failures += 1

    def _receive(self, command):
        if self._stopping.is_set():
            return
        with self._lock:
            seen = self._seen.get(command["id"])
            if seen is None:
                seen = self._seen[command["id"]] = {"outcome": None, "cancelled": threading.Event(), "busy": True}
            elif seen["busy"]:
                return  # The handler still runs, so its ack will follow.
            else:
                seen["busy"] = True  # It has finished, so its ack was lost and is sent again.
        self._work.put((command, seen))

    def _busy(self):
        with self._lock:
            return any(seen["busy"] for seen in self._seen.values())

    def _worker(self):
        while True:
            command, seen = self._work.get()
            try:
                if seen["outcome"] is None and not self._stopping.is_set():
                    seen["outcome"] = self._outcome(command, seen["cancelled"])
                if seen["outcome"] is not None and not seen["cancelled"].is_set():
                    self._ack(command["id"], seen)
            finally:
                with self._lock:
                    seen["busy"] = False
                    for key in list(self._seen)[: max(0, len(self._seen) - REMEMBERED)]:
                        if not self._seen[key]["busy"]:
                            del self._seen[key]

    def _outcome(self, command, cancelled):
        context = Context(self, command, cancelled)
        outcome = self._result(command, context)
        if context.traceparent:
            outcome["traceparent"] = context.traceparent
        return outcome

    def _result(self, command, context):
        try:
            handler = self._handlers.get(command["type"]) or self._handlers.get("*")
            if handler is None:
                raise LookupError('This bot has no handler for "%s"' % command["type"])
            value = handler(command, context)
            if value is None:
                value = {}
            result = value if isinstance(value, dict) else {"value": value}
            json.dumps(result)
            return {"status": "completed", "result": result}
        except Exception as error:  # An exception of a handler fails the command, never the bot.
            return {"status": "failed", "result": {"error": str(error) or type(error).__name__}}

    def _ack(self, command_id, seen):
        path = "/api/commands/%s/ack" % _quoted(command_id)
        try:
            self._retrying(lambda: self._request("POST", path, seen["outcome"]))
        except MusterError as error:
            if error.status in (400, 413) and seen["outcome"]["status"] == "completed":
                # Fail the command when its result cannot be stored; otherwise it would be delivered again for ever.
                text = "The result could not be stored: %s" % error
                seen["outcome"] = {"status": "failed", "result": {"error": text}}
                return self._ack(command_id, seen)
            self._problem("The outcome of %s was not taken: %s" % (command_id, error))

    def _beat(self):
        """Reports any status but "online" again, so that an outage does not lose it; polling alone counts as "online"."""
        while not self._stopping.wait(HEARTBEAT_S):
            if self._status["status"] == "online":
                continue
            try:
                self._request("POST", self._path + "/status", self._status)
            except MusterError:
                pass

    # The connection to the server.

    def _request(self, method, path, body=None, timeout=ANSWER_S):
        headers = {"Authorization": "Bearer " + self._token, "User-Agent": "muster-python/" + __version__, **self._who}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self._base + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as refused:
            try:
                reply = json.loads(refused.read())
            except (OSError, ValueError):
                reply = {}
            try:
                wait = float(refused.headers.get("Retry-After") or 0)
            except ValueError:
                wait = None
            text = reply.get("error") or refused.reason
            raise MusterError(refused.code, reply.get("code", "ERROR"), text, reply.get("details"), wait) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise MusterError(0, "UNREACHABLE", "%s cannot be reached: %s" % (self._base, reason)) from None

    def _retrying(self, work):
        """Repeats `work` until it succeeds, is refused for good, or the bot has ended. Raises MusterError."""
        attempt = 0
        while True:
            try:
                return work()
            except MusterError as error:
                if not error.transient or self._ended.wait(max(_backoff(attempt), error.retry_after or 0)):
                    raise
                attempt += 1

    def _problem(self, text):
        if self._on_problem:
            self._on_problem(text)
        else:
            print("[%s] %s" % (self.id, text), file=sys.stderr)


def _time_of(value):
    """Formats a time for the wire: datetimes with their zone (local if they have none); other values unchanged."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value


def _backoff(attempt):
    """Seconds before attempt n (0, 1, ...): doubling from 0.5 to 30, half of it random so that a fleet spreads out."""
    return min(30.0, 0.5 * 2 ** min(attempt, 8)) * (0.5 + random.random() / 2)


def _ascii(text):
    return text.encode("ascii", "replace").decode()


def _quoted(text):
    return urllib.parse.quote(text, safe="")


def _thread(target, name):
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread
